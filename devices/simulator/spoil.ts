/** What an instrument's faults make of its answer on the wire. Pure. */
import { EXCEPTION, exceptionPdu, isException, READS, type ReadRequest, readRequest } from './answer.ts';
import type { Fault } from './faults.ts';
import { encodeRtu, encodeTcp, type Frame } from './frame.ts';

/** One frame that goes back. */
export interface Reply extends Frame {
  readonly afterMs: number;
  /** It stops half-way. */
  readonly cut: boolean;
  readonly crc: 'right' | 'wrong';
  /** What another says at the same time. */
  readonly clash: Uint8Array | null;
  /** Bytes that go out instead of a frame. */
  readonly noise: Uint8Array | null;
}

export interface SpoilOptions {
  /** How late a late answer is that does not say so itself. */
  readonly lateMs: number;
  /** The next bytes without a meaning that come of a seed. */
  noise(seed: number): Uint8Array;
}

/** The frames that the reader gets instead of the answer; none when it gets nothing. */
export function spoil(
  faults: readonly Fault[],
  request: Frame,
  answer: Frame,
  options: SpoilOptions,
): Reply[] {
  let replies: Reply[] = [{ ...answer, afterMs: 0, cut: false, crc: 'right', clash: null, noise: null }];
  for (const fault of faults) {
    replies = replies.flatMap((reply) => spoilOne(fault, request, reply, options) ?? []);
  }
  return replies;
}

function spoilOne(fault: Fault, request: Frame, reply: Reply, options: SpoilOptions): Reply | null {
  const says = (pdu: Uint8Array): Reply => ({ ...reply, pdu });
  const refuses = (code: number): Reply => says(exceptionPdu(request.pdu[0] ?? 0, code));
  const asked = readRequest(request.pdu);
  switch (fault.kind) {
    case 'no-answer':
      return null;
    case 'late-answer':
      return { ...reply, afterMs: reply.afterMs + (fault.ms ?? options.lateMs) };
    case 'exception-02':
    case 'exception-04':
    case 'exception-06':
      return refuses(Number(fault.kind.slice(-2)));
    case 'exception-unknown':
      return refuses(fault.code ?? 99);
    case 'wrong-crc':
      return { ...reply, crc: 'wrong' };
    case 'echoed-request':
      return { ...reply, ...request };
    case 'wrong-unit':
      return { ...reply, unit: (reply.unit % 247) + 1 };
    case 'wrong-function':
      return says(Uint8Array.of(otherFunction(reply.pdu[0] ?? 0), ...reply.pdu.subarray(1)));
    case 'truncated':
      return { ...reply, cut: true };
    case 'oversized':
      return asked ? says(resized(reply.pdu, fault.extra ? asked.count + fault.extra : TOO_MANY)) : reply;
    case 'short-answer':
      return asked ? says(resized(reply.pdu, Math.min(asked.count, fault.count ?? asked.count >> 1))) : reply;
    case 'random-bytes':
      return { ...reply, noise: options.noise(fault.seed ?? 1) };
    case 'id-clash':
      return { ...reply, clash: factoryNew(reply.pdu) };
    case 'hole-timeout':
      return isException(reply.pdu, EXCEPTION.illegalAddress) ? null : reply;
    case 'illegal-registers':
      return asked && touches(asked, fault) ? refuses(EXCEPTION.illegalAddress) : reply;
    case 'most-registers':
      return asked && asked.count > (fault.count ?? asked.count)
        ? refuses(fault.code ?? EXCEPTION.illegalValue)
        : reply;
    default:
      // The other kinds are about registers, and about requests that are not heard.
      return reply;
  }
}

/** 259 bytes in RTU, where 256 are the most there can be (MODBUS over Serial Line V1.02, 2.3.1). */
const TOO_MANY = 127;

/** The same kind of answer with so many registers (or bits), zeros after those that there are. */
function resized(pdu: Uint8Array, count: number): Uint8Array {
  const code = pdu[0] ?? 0;
  if (!READS[code]) return pdu;
  const length = Math.min(255, code <= 2 ? Math.ceil(count / 8) : 2 * count);
  const longer = new Uint8Array(2 + length);
  longer.set(pdu.subarray(0, 2 + length));
  longer[1] = length;
  return longer;
}

const touches = (
  { area, address, count }: ReadRequest,
  { area: own, address: from = 0, count: registers = 1 }: Fault,
): boolean => area === own && address < from + registers && from < address + count;

/** Coils for discrete inputs, holding for input registers, and the other way round. */
const otherFunction = (code: number): number => (code % 2 === 1 ? code + 1 : code - 1);

/** The answer of a second instrument with the same id, fresh from its box: it measures nothing yet. */
const factoryNew = (pdu: Uint8Array): Uint8Array =>
  (pdu[0] ?? 0) & 0x80 ? pdu : pdu.map((byte, index) => (index < 2 ? byte : 0));

const half = (length: number): number => Math.max(1, Math.floor(length / 2));

/**
 * On Modbus TCP the header of a cut frame fits it, as gateways send on what came in from their serial side. Of two
 * answers that collided there a gateway understands none, and says that nobody answered.
 */
export function replyOverTcp({ unit, pdu, cut, clash, noise }: Reply, transaction: number): Buffer {
  if (noise) return Buffer.from(noise);
  if (clash) {
    const failed = exceptionPdu(pdu[0] ?? 0, EXCEPTION.gatewayTargetFailed);
    return encodeTcp({ unit, pdu: failed }, transaction);
  }
  return encodeTcp({ unit, pdu: cut ? pdu.subarray(0, half(pdu.length)) : pdu }, transaction);
}

export function replyOverRtu(reply: Reply): Buffer {
  const { unit, cut, crc, clash, noise } = reply;
  if (noise) return Buffer.from(noise);
  const bytes = clash ? collision(encodeRtu(reply), encodeRtu({ unit, pdu: clash })) : encodeRtu(reply);
  if (crc === 'wrong') bytes.writeUInt16LE(bytes.readUInt16LE(bytes.length - 2) ^ 0xffff, bytes.length - 2);
  return cut ? bytes.subarray(0, half(bytes.length)) : bytes;
}

/** So many characters the second is slower to begin. */
const CLASH_DELAY = 2;

/** What both drive on one pair of wires: a bit is 0 where either of them says so. */
function collision(first: Buffer, second: Buffer): Buffer {
  const bytes = Buffer.alloc(Math.max(first.length, second.length + CLASH_DELAY), 0xff);
  for (const [start, frame] of [
    [0, first],
    [CLASH_DELAY, second],
  ] as const)
    for (const [index, byte] of frame.entries()) bytes[start + index] = (bytes[start + index] ?? 0xff) & byte;
  return bytes;
}
