/** The answer of a Modbus server to a request (application protocol V1.1b3, section 6). Pure. */
import type { ReadWord } from '../decode.ts';
import type { RegisterArea } from '../profile.ts';

/** Exception codes, section 7. */
export const EXCEPTION = {
  illegalFunction: 0x01,
  illegalAddress: 0x02,
  illegalValue: 0x03,
  gatewayTargetFailed: 0x0b,
} as const;

export const exceptionPdu = (functionCode: number, code: number): Uint8Array =>
  Uint8Array.of((functionCode & 0x7f) | 0x80, code);

export const isException = (pdu: Uint8Array, code: number): boolean =>
  ((pdu[0] ?? 0) & 0x80) !== 0 && pdu[1] === code;

/** Functions that read, with what they read and how much of it at most. */
export const READS: Readonly<Record<number, readonly [RegisterArea, number]>> = {
  1: ['coil', 2000],
  2: ['discrete', 2000],
  3: ['holding', 125],
  4: ['input', 125],
};

/** Words or bits from an address on; undefined when one of them is outside the map. */
export function readWords(
  read: ReadWord,
  area: RegisterArea,
  address: number,
  count: number,
): number[] | undefined {
  const words: number[] = [];
  for (let index = 0; index < count; index++) {
    const word = read(area, address + index);
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words;
}

export interface ReadRequest {
  readonly area: RegisterArea;
  readonly address: number;
  readonly count: number;
}

/** What a request asks to read; null when it is none that reads. */
export function readRequest(pdu: Uint8Array): ReadRequest | null {
  const [code = 0, high = 0, low = 0, countHigh = 0, countLow = 0] = pdu;
  const kind = READS[code];
  if (!kind || pdu.length !== 5) return null;
  return { area: kind[0], address: (high << 8) | low, count: (countHigh << 8) | countLow };
}

export function answerPdu(request: Uint8Array, read: ReadWord): Uint8Array {
  const code = request[0] ?? 0;
  const kind = READS[code];
  if (!kind) return exceptionPdu(code, EXCEPTION.illegalFunction);
  const asked = readRequest(request);
  if (!asked || asked.count < 1 || asked.count > kind[1]) return exceptionPdu(code, EXCEPTION.illegalValue);
  const words = readWords(read, asked.area, asked.address, asked.count);
  if (!words) return exceptionPdu(code, EXCEPTION.illegalAddress);
  const bytes = code <= 2 ? packBits(words) : words.flatMap((word) => [word >> 8, word & 0xff]);
  return Uint8Array.of(code, bytes.length, ...bytes);
}

/** Eight to a byte, the first in the lowest bit. */
function packBits(bits: readonly number[]): number[] {
  const bytes = new Array<number>(Math.ceil(bits.length / 8)).fill(0);
  for (const [index, bit] of bits.entries())
    if (bit) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  return bytes;
}
