/** What an instrument's faults make of its answer on the wire. Pure. */
import { exceptionPdu } from './answer.ts';
import type { Fault } from './faults.ts';
import { encodeRtu, encodeTcp, type Frame } from './frame.ts';

/** One frame that goes back. */
export interface Reply extends Frame {
  readonly afterMs: number;
  /** It stops half-way. */
  readonly cut: boolean;
  readonly crc: 'right' | 'wrong';
}

export interface SpoilOptions {
  /** How late a late answer is that does not say so itself. */
  readonly lateMs: number;
}

/** The frames that the reader gets instead of the answer; none when it gets nothing. */
export function spoil(
  faults: readonly Fault[],
  request: Frame,
  answer: Frame,
  { lateMs }: SpoilOptions,
): Reply[] {
  let replies: Reply[] = [{ ...answer, afterMs: 0, cut: false, crc: 'right' }];
  for (const fault of faults) replies = replies.flatMap((reply) => spoilOne(fault, request, reply, lateMs));
  return replies;
}

function spoilOne(fault: Fault, request: Frame, reply: Reply, lateMs: number): Reply[] {
  switch (fault.kind) {
    case 'no-answer':
      return [];
    case 'late-answer':
      return [{ ...reply, afterMs: reply.afterMs + (fault.ms ?? lateMs) }];
    case 'exception-02':
    case 'exception-04':
    case 'exception-06':
      return [{ ...reply, pdu: exceptionPdu(request.pdu[0] ?? 0, Number(fault.kind.slice(-2))) }];
    case 'wrong-crc':
      return [{ ...reply, crc: 'wrong' }];
    case 'echoed-request':
      return [{ ...reply, ...request }];
    case 'wrong-unit':
      return [{ ...reply, unit: (reply.unit % 247) + 1 }];
    case 'truncated':
      return [{ ...reply, cut: true }];
    case 'id-clash':
      return [reply, { ...reply, pdu: factoryNew(reply.pdu) }];
    case 'hole-timeout':
      return isException(reply.pdu, 0x02) ? [] : [reply];
    default:
      // The other kinds are about registers, and about requests that are not heard.
      return [reply];
  }
}

const isException = (pdu: Uint8Array, code: number): boolean =>
  ((pdu[0] ?? 0) & 0x80) !== 0 && pdu[1] === code;

/** The answer of a second instrument with the same id, fresh from its box: it measures nothing yet. */
const factoryNew = (pdu: Uint8Array): Uint8Array =>
  (pdu[0] ?? 0) & 0x80 ? pdu : pdu.map((byte, index) => (index < 2 ? byte : 0));

const half = (length: number): number => Math.max(1, Math.floor(length / 2));

/** On Modbus TCP the header of a cut frame fits it, as gateways send on what came in from their serial side. */
export const replyOverTcp = (reply: Reply, transaction: number): Buffer =>
  encodeTcp(
    { unit: reply.unit, pdu: reply.cut ? reply.pdu.subarray(0, half(reply.pdu.length)) : reply.pdu },
    transaction,
  );

export function replyOverRtu(reply: Reply): Buffer {
  const bytes = encodeRtu(reply);
  if (reply.crc === 'wrong')
    bytes.writeUInt16LE(bytes.readUInt16LE(bytes.length - 2) ^ 0xffff, bytes.length - 2);
  return reply.cut ? bytes.subarray(0, half(bytes.length)) : bytes;
}
