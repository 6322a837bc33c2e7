/**
 * Frames of Modbus on the wire: TCP (MODBUS Messaging on TCP/IP V1.0b, 3.1.3) and RTU (MODBUS over Serial Line
 * V1.02, 2.5.1). Pure.
 */

/** One message without its framing: who is asked or answers, and function code with data. */
export interface Frame {
  readonly unit: number;
  readonly pdu: Uint8Array;
}

/** Transaction, protocol, length; the unit is counted to what follows. */
const HEADER = 6;

export const transactionOf = (bytes: Buffer): number => bytes.readUInt16BE(0);

export function encodeTcp({ unit, pdu }: Frame, transaction: number): Buffer {
  const bytes = Buffer.alloc(HEADER + 1 + pdu.length);
  bytes.writeUInt16BE(transaction, 0);
  bytes.writeUInt16BE(pdu.length + 1, 4);
  bytes.writeUInt8(unit, 6);
  bytes.set(pdu, HEADER + 1);
  return bytes;
}

export const decodeTcp = (bytes: Buffer): Frame => ({
  unit: bytes[HEADER] ?? 0,
  pdu: bytes.subarray(HEADER + 1),
});

/** The whole frames at the beginning of a stream of TCP, and what is left of it. */
export function splitTcp(stream: Buffer): { frames: Buffer[]; rest: Buffer } {
  const frames: Buffer[] = [];
  let rest = stream;
  while (rest.length > HEADER) {
    const end = HEADER + rest.readUInt16BE(4);
    if (rest.length < end) break;
    frames.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  return { frames, rest };
}

/** CRC-16 of serial lines: polynomial 0xA001, from 0xFFFF on; its low byte goes out first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

export function encodeRtu({ unit, pdu }: Frame): Buffer {
  const bytes = Buffer.alloc(pdu.length + 3);
  bytes.writeUInt8(unit, 0);
  bytes.set(pdu, 1);
  bytes.writeUInt16LE(crc16(bytes.subarray(0, -2)), bytes.length - 2);
  return bytes;
}

/** The frame in these bytes; null when it is none, or its CRC is wrong. */
export function decodeRtu(bytes: Buffer): Frame | null {
  if (bytes.length < 4 || crc16(bytes.subarray(0, -2)) !== bytes.readUInt16LE(bytes.length - 2)) return null;
  return { unit: bytes[0] ?? 0, pdu: bytes.subarray(1, -2) };
}

/**
 * How long the RTU request is whose beginning this is. The standard ends a frame by silence, but through a
 * pseudo-terminal or a socket no silence can be trusted, so that known functions are told by their length. Undefined: not
 * known yet, or an unknown function, which only silence ends.
 */
export function rtuRequestLength(bytes: Buffer): number | undefined {
  const code = bytes[1];
  if (code === undefined) return undefined;
  if (code >= 1 && code <= 6) return 8;
  const counted = bytes[6];
  if ((code === 15 || code === 16) && counted !== undefined) return 9 + counted;
  return undefined;
}
