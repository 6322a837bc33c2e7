/** Frames of Modbus RTU in what was heard on a line: the answer to a request, and a word for anything else. Pure. */

const EXCEPTION = 0x80;
const SHORTEST = 5;

/** CRC-16 of Modbus over Serial Line V1.02, 6.2.2; the low byte goes first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** Length of a whole answer with the right CRC that begins here, or 0. */
function frameLength(bytes: Buffer, start: number): number {
  const code = bytes[start + 1] ?? 0;
  const length = answerLength(code, bytes[start + 2] ?? 0);
  if (length === 0 || start + length > bytes.length) return 0;
  const end = start + length - 2;
  return crc16(bytes.subarray(start, end)) === bytes.readUInt16LE(end) ? length : 0;
}

function answerLength(code: number, byteCount: number): number {
  if (code > EXCEPTION) return SHORTEST;
  if (code >= 1 && code <= 4) return SHORTEST + byteCount;
  return code === 5 || code === 6 || code === 15 || code === 16 ? 8 : 0;
}

export interface Heard {
  /** The answer to the request, an exception included. */
  readonly answer: Buffer | null;
  /** Whole frames of other units: late answers, or two units with one id on a bridge. */
  readonly strays: readonly number[];
  /** The asked unit answered something else. */
  readonly wrong: string | null;
  /** The request itself came back: an adapter that hears what it sends. */
  readonly echo: boolean;
  /** Bytes that belong to no frame. */
  readonly noise: number;
}

/** `request` is a whole frame that reads (function 1 to 4); null when nothing was asked. */
export function hear(bytes: Buffer, request: Buffer | null): Heard {
  return { ...hearOthers(bytes, request), answer: request && findAnswer(bytes, request) };
}

/** Wherever it begins: before it may be a glitch of the turn-around, an echo, a late answer. */
function findAnswer(bytes: Buffer, request: Buffer): Buffer | null {
  const [unit = 0, code = 0] = request;
  const expected = expectedLength(request);
  for (let start = bytes.indexOf(unit); start >= 0; start = bytes.indexOf(unit, start + 1)) {
    const own = bytes[start + 1];
    if (own !== code && own !== (code | EXCEPTION)) continue;
    const frame = bytes.subarray(start, start + frameLength(bytes, start));
    if (frame.length === 0 || (own === code && frame.length !== expected) || frame.equals(request)) continue;
    return frame;
  }
  return null;
}

function hearOthers(bytes: Buffer, request: Buffer | null): Omit<Heard, 'answer'> {
  let echo = false;
  let noise = 0;
  let wrong: string | null = null;
  const strays: number[] = [];
  for (let start = 0; start < bytes.length; ) {
    if (request !== null && bytes.subarray(start, start + request.length).equals(request)) {
      echo = true;
      start += request.length;
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
    const [unit = 0, code = 0] = frame;
    if (request === null || unit !== request[0]) {
      strays.push(unit);
      continue;
    }
    const asked = request[1] ?? 0;
    const expected = expectedLength(request);
    if (code === (asked | EXCEPTION) || (code === asked && length === expected)) continue;
    wrong =
      code === asked
        ? `${length} bytes instead of ${expected}`
        : `function ${code & ~EXCEPTION} instead of ${asked}`;
  }
  return { strays, wrong, echo, noise };
}

/** Whether the instrument's answer is over, damaged though it be, once the line is silent. A turn-around glitch is shorter. */
export const isOver = ({ wrong, noise }: Heard): boolean => wrong !== null || noise >= SHORTEST;

/** What is wrong with what was heard instead of an answer, null when nothing was. */
export function describeHeard(bytes: Buffer, request: Buffer): string | null {
  const { wrong, strays, echo, noise } = hear(bytes, request);
  if (wrong !== null) return wrong;
  const header = bytes.indexOf(request.subarray(0, 2), echo ? request.length : 0);
  if (noise >= 2 && header >= 0) {
    const expected = expectedLength(request);
    const rest = bytes.length - header;
    return rest >= expected ? 'wrong CRC' : `${rest} of ${expected} bytes`;
  }
  if (noise > 0) return `${noise} ${noise === 1 ? 'byte that is' : 'bytes that are'} no answer`;
  if (strays.length > 0) return `unit ${strays[0]} answered instead`;
  return echo ? 'only the request itself came back' : null;
}

function expectedLength(request: Buffer): number {
  const count = request.readUInt16BE(4);
  return answerLength(request[1] ?? 0, (request[1] ?? 0) <= 2 ? Math.ceil(count / 8) : 2 * count);
}
