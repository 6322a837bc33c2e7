/**
 * Instruments that do something only when they are told to: the writes and commands which their profile has at the
 * start and before a read. Until then they show what they measured last, as the real ones do. An instrument of the
 * field was started when it was installed; it has to be told again only after a power failure. Pure.
 */
import { actionsAtStart, actionsBefore, type LineAction, type Profile } from '../profile.ts';
import { EXCEPTION, exceptionPdu } from './answer.ts';

export interface Orders {
  /**
   * The answer to a request that is one of them, or a refusal of a write that is none; null for any other request, and
   * for writes to an instrument that takes none at all.
   */
  take(pdu: Uint8Array, now: number): Uint8Array | null;
  /** `live` when it measures all the time; else how often it has measured, 0 for never. */
  measured(now: number): 'live' | number;
  /** After a power failure nobody has told it anything. */
  forget(): void;
}

type Order = Extract<LineAction, { kind: 'write' | 'command' }>;

const isOrder = (action: LineAction): action is Order => action.kind === 'write' || action.kind === 'command';

/** Whether the profile has any order at the start. */
export const hasStart = (profile: Profile): boolean => actionsAtStart(profile).some(isOrder);

export function createOrders(profile: Profile): Orders {
  const start = actionsAtStart(profile).filter(isOrder);
  const before = actionsBefore(profile);
  const round = before.filter(isOrder);
  /** What it needs from the last order on until it has measured. */
  const takesMs = before
    .slice(before.findLastIndex(isOrder) + 1)
    .reduce((sum, action) => sum + (action.kind === 'wait' ? action.ms : 0), 0);
  const writes = [...start, ...round].filter(({ kind }) => kind === 'write');
  const started = new Set<Order>(start);
  const given = new Set<Order>();
  let rounds = 0;
  let doneAt = 0;

  return {
    take: (pdu, now) => {
      const order = [...start, ...round].find((one) => matches(one, pdu));
      if (!order) return refusal(writes, pdu);
      if (start.includes(order)) started.add(order);
      else given.add(order);
      if (given.size > 0 && given.size === round.length) {
        given.clear();
        rounds++;
        doneAt = now + takesMs;
      }
      return answerTo(pdu);
    },
    measured: (now) => {
      if (started.size < start.length) return 0;
      if (round.length === 0) return 'live';
      return now < doneAt ? rounds - 1 : rounds;
    },
    forget: () => {
      started.clear();
      given.clear();
      rounds = 0;
    },
  };
}

/** Functions that write, and what they write to. */
const WRITES: Readonly<Record<number, 'coil' | 'holding'>> = {
  5: 'coil',
  6: 'holding',
  15: 'coil',
  16: 'holding',
};
const READS: Readonly<Record<number, 'holding' | 'input'>> = { 3: 'holding', 4: 'input' };

function matches(order: Order, pdu: Uint8Array): boolean {
  const [code = 0, high = 0, low = 0, third = 0, fourth = 0] = pdu;
  if (((high << 8) | low) !== order.address) return false;
  const word = (third << 8) | fourth;
  if (order.kind === 'command') return READS[code] === order.area && pdu.length === 5 && word === 0;
  if (WRITES[code] !== order.area) return false;
  return writtenValue(code, word, pdu) === order.value;
}

/** The one value that is written; undefined where there are several. */
function writtenValue(code: number, word: number, pdu: Uint8Array): number | undefined {
  if (code === 6) return word;
  if (code === 5) return word === 0xff00 ? 1 : 0;
  if (word !== 1) return undefined;
  return code === 15 ? (pdu[6] ?? 0) & 1 : ((pdu[6] ?? 0) << 8) | (pdu[7] ?? 0);
}

/** What it says to a write that is none of its own: a value that it does not know, or a place that it does not have. */
function refusal(writes: readonly Order[], pdu: Uint8Array): Uint8Array | null {
  const [code = 0, high = 0, low = 0] = pdu;
  const area = WRITES[code];
  if (area === undefined || writes.length === 0) return null;
  const known = writes.some((one) => one.area === area && one.address === ((high << 8) | low));
  return exceptionPdu(code, known ? EXCEPTION.illegalValue : EXCEPTION.illegalAddress);
}

/** A write is answered with its beginning; a command, a read of nothing, with nothing. */
function answerTo(pdu: Uint8Array): Uint8Array {
  const code = pdu[0] ?? 0;
  return READS[code] ? Uint8Array.of(code, 0) : pdu.slice(0, 5);
}
