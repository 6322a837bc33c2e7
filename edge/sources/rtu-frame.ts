/** Frames of Modbus RTU in what was heard on a line: the answer to a request, and a word for anything else. Pure. */
import { answerFault, COMMAND_BYTES, type Command, dataBytes, EXCEPTION, putCommand, writes } from './pdu.ts';
import type { ReadFault } from './source.ts';

const SHORTEST = 5;
const CRC = 2;

const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** CRC-16 of Modbus over Serial Line V1.02, 6.2.2; the low byte goes first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (let index = 0; index < bytes.length; index++)
    crc = (crc >> 8) ^ (CRC_OF_BYTE[(crc ^ (bytes[index] as number)) & 0xff] as number);
  return crc;
}

export interface RtuRequest {
  readonly command: Command;
  /** As it went out. */
  readonly frame: Buffer;
}

export function rtuRequest(command: Command): RtuRequest {
  const frame = Buffer.allocUnsafe(COMMAND_BYTES + CRC);
  putCommand(frame, 0, command);
  frame.writeUInt16LE(crc16(frame.subarray(0, COMMAND_BYTES)), COMMAND_BYTES);
  return { command, frame };
}

/** An answer without its CRC. */
export const withoutCrc = (frame: Buffer): Buffer => frame.subarray(0, -CRC);

/** Length of a whole answer with the right CRC that begins here, or 0. */
function frameLength(bytes: Buffer, start: number): number {
  const code = bytes[start + 1] ?? 0;
  const length = answerLength(code, bytes[start + 2] ?? 0);
  if (length === 0 || start + length > bytes.length) return 0;
  const end = start + length - CRC;
  return crc16(bytes.subarray(start, end)) === bytes.readUInt16LE(end) ? length : 0;
}

function answerLength(code: number, byteCount: number): number {
  if (code > EXCEPTION) return SHORTEST;
  if (code >= 1 && code <= 4) return SHORTEST + byteCount;
  return code === 5 || code === 6 || code === 15 || code === 16 ? 8 : 0;
}

const expectedLength = ({ command }: RtuRequest): number =>
  answerLength(command.code, writes(command) ? 0 : dataBytes(command));

export interface Heard {
  /** The answer to the request, an exception included. */
  readonly answer: Buffer | null;
  /** Whole frames of other units: late answers, or two units with one id on a bridge. */
  readonly strays: readonly number[];
  /** The asked unit answered something else. */
  readonly wrong: Buffer | null;
  /** The request itself came back: an adapter that hears what it sends. */
  readonly echo: boolean;
  /** Bytes that belong to no frame. */
  readonly noise: number;
}

/**
 * The answer to a write is the request once more. `echoes`: the adapter is known to hear what it sends, so that the
 * first time is no answer.
 */
export function hear(bytes: Buffer, request: RtuRequest | null, echoes = false): Heard {
  return { ...hearOthers(bytes, request), answer: request && findAnswer(bytes, request, echoes) };
}

/** Wherever it begins: before it may be a glitch of the turn-around, an echo, a late answer. */
function findAnswer(bytes: Buffer, request: RtuRequest, echoes: boolean): Buffer | null {
  const { unit, code } = request.command;
  const repeats = writes(request.command);
  const expected = expectedLength(request);
  let toPass = repeats && echoes ? 1 : 0;
  for (let start = bytes.indexOf(unit); start >= 0; start = bytes.indexOf(unit, start + 1)) {
    const own = bytes[start + 1];
    if (own !== code && own !== (code | EXCEPTION)) continue;
    const frame = bytes.subarray(start, start + frameLength(bytes, start));
    if (frame.length === 0 || (own === code && frame.length !== expected)) continue;
    if (own === code && frame.equals(request.frame) !== repeats) continue;
    if (own === code && toPass > 0) {
      toPass -= 1;
      continue;
    }
    return frame;
  }
  return null;
}

function hearOthers(bytes: Buffer, request: RtuRequest | null): Omit<Heard, 'answer'> {
  let echo = false;
  let noise = 0;
  let wrong: Buffer | null = null;
  const strays: number[] = [];
  for (let start = 0; start < bytes.length; ) {
    if (request !== null && bytes.subarray(start, start + request.frame.length).equals(request.frame)) {
      echo = true;
      start += request.frame.length;
      continue;
    }
    const length = frameLength(bytes, start);
    if (length === 0) {
      noise += 1;
      start += 1;
      continue;
    }
    const frame = bytes.subarray(start, start + length);
    start += length;
    const unit = frame[0] as number;
    if (request === null || unit !== request.command.unit) strays.push(unit);
    else {
      const fault = answerFault(request.command, withoutCrc(frame));
      if (fault !== null && fault.kind !== 'exception') wrong = frame;
    }
  }
  return { strays, wrong, echo, noise };
}

/** Whether the instrument's answer is over, damaged though it be, once the line is silent. A turn-around glitch is shorter. */
export const isOver = ({ wrong, noise }: Heard): boolean => wrong !== null || noise >= SHORTEST;

/** What is wrong with what was heard instead of an answer, null when nothing was. */
export function heardFault(bytes: Buffer, request: RtuRequest): ReadFault | null {
  const heard = hear(bytes, request);
  if (heard.wrong !== null) return answerFault(request.command, withoutCrc(heard.wrong));
  const detail = describeRest(bytes, request, heard);
  return detail === null ? null : { kind: 'malformed', detail };
}

function describeRest(
  bytes: Buffer,
  request: RtuRequest,
  { strays, echo, noise }: Omit<Heard, 'wrong' | 'answer'>,
): string | null {
  const { frame } = request;
  const header = bytes.indexOf(frame.subarray(0, 2), echo ? frame.length : 0);
  if (noise >= 2 && header >= 0) {
    const expected = expectedLength(request);
    const rest = bytes.length - header;
    return rest >= expected ? 'wrong CRC' : `${rest} of ${expected} bytes`;
  }
  if (noise > 0) return `${noise} ${noise === 1 ? 'byte that is' : 'bytes that are'} no answer`;
  if (strays.length > 0) return `unit ${strays[0]} answered instead`;
  return echo ? 'only the request itself came back' : null;
}
