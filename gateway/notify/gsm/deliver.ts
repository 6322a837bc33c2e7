/** SMS-DELIVER: a short message that has come (3GPP TS 23.040, 9.2.2.1). */
import { textOf, unpack } from './alphabet.ts';

export interface Delivered {
  /** Digits, with + in front when international; or the name of a sender that has no number. */
  readonly from: string;
  readonly hasNumber: boolean;
  readonly text: string;
  /** What the parts of one text have in common; null: it is all of it. */
  readonly part: { readonly reference: string; readonly total: number; readonly number: number } | null;
}

/** Hexadecimal as AT+CMGL gives it. Throws an Error that says what is wrong with it, without its content. */
export function readDeliver(hex: string): Delivered {
  if (!/^([0-9A-F]{2}){1,200}$/i.test(hex)) throw new Error('it is no PDU');
  const octets = Buffer.from(hex, 'hex');
  let at = 0;
  const take = (count: number): Buffer => {
    const taken = octets.subarray(at, at + count);
    if (taken.length < count) throw new Error('it ends too early');
    at += count;
    return taken;
  };
  const octet = (): number => take(1)[0] ?? 0;

  // The service centre.
  take(octet());
  const first = octet();
  if ((first & 0x03) !== 0) throw new Error('it is no SMS-DELIVER');
  const digits = octet();
  const type = octet();
  const sender = senderOf(digits, type, take(Math.ceil(digits / 2)));
  // TP-PID.
  octet();
  const coding = codingOf(octet());
  // TP-SCTS.
  take(7);
  const length = octet();
  const data = take(coding === 'gsm7' ? Math.ceil((length * 7) / 8) : length);
  const headerOctets = (first & 0x40) === 0 ? 0 : (data[0] ?? 0) + 1;
  if (headerOctets > data.length) throw new Error('its header is longer than it is');
  const part = concatenation(data.subarray(1, headerOctets));
  if (coding === 'ucs2') {
    const body = data.subarray(headerOctets);
    if (body.length % 2 !== 0) throw new Error('it ends within a character');
    return { ...sender, part, text: Buffer.from(body).swap16().toString('utf16le') };
  }
  const headerSeptets = Math.ceil((headerOctets * 8) / 7);
  return { ...sender, part, text: textOf(unpack(data, length).slice(headerSeptets)) };
}

/** TP-OA (9.1.2.5). */
function senderOf(digits: number, type: number, octets: Buffer): Pick<Delivered, 'from' | 'hasNumber'> {
  const typeOfNumber = (type >> 4) & 0x07;
  // A name, packed as septets. It may be digits only, and is no number then either.
  if (typeOfNumber === 5)
    return { from: textOf(unpack(octets, Math.floor((digits * 4) / 7))), hasNumber: false };
  const swapped = octets.toString('hex').replace(/(.)(.)/g, '$2$1');
  const number = swapped.slice(0, digits).replace(/[a-f]/g, (digit) => '*#abc'['abcde'.indexOf(digit)] ?? '');
  return { from: typeOfNumber === 1 ? `+${number}` : number, hasNumber: true };
}

/** TP-DCS (3GPP TS 23.038, 4). */
function codingOf(scheme: number): 'gsm7' | 'ucs2' {
  const group = scheme >> 4;
  // General data coding, and the same for messages that are to be deleted.
  if (group <= 7) {
    if ((scheme & 0x20) !== 0) throw new Error('it is compressed');
    const alphabet = (scheme >> 2) & 0x03;
    if (alphabet === 1) throw new Error('it holds data, no text');
    return alphabet === 2 ? 'ucs2' : 'gsm7';
  }
  if (group === 14) return 'ucs2';
  if (group === 15 && (scheme & 0x04) !== 0) throw new Error('it holds data, no text');
  return 'gsm7';
}

/** Among the elements of a header the one that says which part it is: 00 with a reference of one octet, 08 of two. */
function concatenation(header: Buffer): Delivered['part'] {
  for (let at = 0; at + 1 < header.length; at += 2 + (header[at + 1] ?? 0)) {
    const element = header[at];
    const content = header.subarray(at + 2, at + 2 + (header[at + 1] ?? 0));
    if ((element !== 0 || content.length !== 3) && (element !== 8 || content.length !== 4)) continue;
    const [total = 0, number = 0] = content.subarray(-2);
    // Such an element is passed over (9.2.3.24.1).
    if (total === 0 || number === 0 || number > total) continue;
    return { reference: content.subarray(0, -2).toString('hex'), total, number };
  }
  return null;
}
