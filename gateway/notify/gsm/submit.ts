/** SMS-SUBMIT: a short message on its way from the modem to the network (3GPP TS 23.040, 9.2.2.2). */
import { pack } from './alphabet.ts';
import type { SmsText } from './split.ts';

/** TP-VP, relative (9.2.3.12.1): 24 hours. A warning of the day before yesterday is none. */
const DAY = 167;

/** As AT+CMGS takes it. */
export interface SubmitPdu {
  readonly hex: string;
  /** Octets after the service centre's address, which the SIM knows and which is left empty here. */
  readonly length: number;
}

/**
 * One PDU for each part. `to`: digits, with + in front when international. `reference` (0 to 255) is what the parts of a
 * text have in common, by which the telephone finds them.
 */
export function submitPdus(to: string, text: SmsText, reference: number, validity = DAY): SubmitPdu[] {
  const total = text.parts.length;
  return text.parts.map((_, index) => {
    // Information element 00: concatenated short messages, 8-bit reference (9.2.3.24.1).
    const header = total > 1 ? Buffer.from([5, 0, 3, reference, total, index + 1]) : Buffer.alloc(0);
    const { length, data } = userData(text, index, header.length);
    const tpdu = Buffer.concat([
      // SMS-SUBMIT, relative validity, and whether the data begin with a header; the modem numbers it.
      Buffer.from([total > 1 ? 0x51 : 0x11, 0]),
      destination(to),
      Buffer.from([0, text.coding === 'gsm7' ? 0x00 : 0x08, validity, length]),
      header,
      data,
    ]);
    return { hex: `00${tpdu.toString('hex').toUpperCase()}`, length: tpdu.length };
  });
}

/** `length` is TP-UDL: septets, or octets of UCS-2, with those that the header takes. */
function userData(text: SmsText, index: number, headerOctets: number): { length: number; data: Buffer } {
  if (text.coding === 'ucs2') {
    const data = Buffer.from(text.parts[index] ?? '', 'utf16le').swap16();
    return { length: headerOctets + data.length, data };
  }
  const septets = text.parts[index] ?? [];
  const headerSeptets = Math.ceil((headerOctets * 8) / 7);
  return {
    length: headerSeptets + septets.length,
    data: pack(septets, headerSeptets * 7 - headerOctets * 8),
  };
}

/** TP-DA (9.1.2.5): number of digits, type, digits with their halves swapped. */
function destination(to: string): Buffer {
  const digits = to.replace('+', '');
  const padded = digits.length % 2 === 0 ? digits : `${digits}F`;
  const swapped = padded.replace(/(.)(.)/g, '$2$1');
  return Buffer.concat([
    Buffer.from([digits.length, to.startsWith('+') ? 0x91 : 0x81]),
    Buffer.from(swapped, 'hex'),
  ]);
}
