/** A unit on a line of the field: an instrument and the faults that it has. */
import { pointAddresses, type ReadWord } from '../decode.ts';
import type { Profile } from '../profile.ts';
import { EXCEPTION, isException } from './answer.ts';
import type { FaultKind } from './fault-kinds.ts';
import { activeFaults, type Fault } from './faults.ts';
import type { Frame } from './frame.ts';
import type { SimulatedInstrument } from './instrument.ts';
import { createOrders, hasStart } from './orders.ts';
import { createOutputs } from './outputs.ts';
import { randomBytes, seededRandom } from './random.ts';
import { canSayAbsent } from './register-image.ts';
import type { LineMode } from './settings.ts';
import { type Reply, spoil } from './spoil.ts';

/** Seconds without a request after which an instrument sleeps that does not say so itself. */
const IDLE_S = 5;

export interface Unit {
  /** Its registers, as its faults leave them. */
  words(now: number): ReadWord;
  /** What goes back when its registers would give this answer to the request. */
  replies(request: Frame, answer: Frame, now: number): Reply[];
  /** Replaces all its faults; their times count from now. */
  setFaults(faults: readonly Fault[], now: number): void;
}

/** `outputs`: addresses of its coils that may be written. */
export function createUnit(
  profile: Profile,
  instrument: SimulatedInstrument,
  outputs: readonly number[] = [],
): Unit {
  const pairs = wordPairs(profile);
  let faults: readonly Fault[] = [];
  let setAt = 0;
  let heardAt = Number.NEGATIVE_INFINITY;
  /** What a stuck instrument shows. */
  let frozen: ReadWord | null = null;
  /** Faults that were there at the last look: some act once, when they begin. */
  let begun = new Set<FaultKind>();
  /** By seed. */
  const noises = new Map<number, () => number>();
  const orders = createOrders(profile);
  const relays = createOutputs(outputs);
  /** What it measured last, where it measures only on order. */
  let kept = { measured: 0, words: instrument.idle() };

  const measure = (now: number): ReadWord => {
    const measured = orders.measured(now);
    if (measured === 'live') return instrument.at(now);
    if (measured !== kept.measured) kept = { measured, words: instrument.at(now) };
    return kept.words;
  };

  const activeAt = (now: number): Fault[] => {
    const active = activeFaults(faults, setAt, now);
    const kinds = new Set(active.map(({ kind }) => kind));
    if (kinds.has('counter-reset') && !begun.has('counter-reset')) instrument.resetCounters();
    if (kinds.has('not-started') && !begun.has('not-started')) {
      orders.forget();
      kept = { measured: 0, words: instrument.idle() };
    }
    begun = kinds;
    return active;
  };

  const words = (now: number): ReadWord => {
    const kinds = new Set(activeAt(now).map(({ kind }) => kind));
    const own = kinds.has('sentinel') ? instrument.absent(now) : measure(now);
    frozen = kinds.has('stuck-value') ? (frozen ?? own) : null;
    const shown = frozen ?? own;
    const swapped = kinds.has('swapped-words') ? pairs : null;
    return (area, address) =>
      (area === 'coil' ? relays.read(address) : undefined) ??
      shown(area, swapped?.get(`${area} ${address}`) ?? address);
  };

  /** Whether it is awake to hear this request. */
  const hears = (active: readonly Fault[], now: number): boolean => {
    const idleMs = now - heardAt;
    heardAt = now;
    const sleeper = active.find(({ kind }) => kind === 'sleep-until-woken');
    return sleeper === undefined || idleMs < (sleeper.idle_s ?? IDLE_S) * 1000;
  };

  const noise = (seed: number): Uint8Array => {
    const random = noises.get(seed) ?? seededRandom(seed);
    noises.set(seed, random);
    return randomBytes(random);
  };

  return {
    words,
    replies: (request, answer, now) => {
      const active = activeAt(now);
      if (!hears(active, now)) return [];
      const pdu = relays.take(request.pdu) ?? orders.take(request.pdu, now) ?? answer.pdu;
      if (profile.link.holes === 'silent' && isException(pdu, EXCEPTION.illegalAddress)) return [];
      const lateMs = 2 * profile.link.response_timeout_ms;
      return spoil(active, request, { unit: answer.unit, pdu }, { lateMs, noise });
    },
    setFaults: (given, now) => {
      faults = given;
      setAt = now;
      frozen = null;
      begun = new Set();
      noises.clear();
      heardAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Where each word stands when the two of a 32-bit value change places. */
function wordPairs(profile: Profile): ReadonlyMap<string, number> {
  const pairs = new Map<string, number>();
  for (const { area, address, count } of profile.points.flatMap((point) => pointAddresses(profile, point))) {
    for (let index = 0; count > 1 && index < count; index++)
      pairs.set(`${area} ${address + index}`, address + count - 1 - index);
  }
  return pairs;
}

/** Why an instrument of this profile, on a line of this mode, cannot have the fault; null when it can. */
export function checkFault(kind: FaultKind, profile: Profile, mode: LineMode): string | null {
  const { id, points } = profile;
  if (kind === 'wrong-crc' && mode === 'tcp')
    return 'wrong-crc needs a line of mode rtu or rtu-tcp, for Modbus TCP has no CRC';
  if (kind === 'sentinel' && !points.some((point) => !point.counter && canSayAbsent(point)))
    return `profile "${id}" has no way to say that a value is absent, so it cannot have the fault sentinel`;
  if (kind === 'counter-reset' && !points.some((point) => point.counter))
    return `profile "${id}" has no counter to reset`;
  if (kind === 'not-started' && !hasStart(profile))
    return `profile "${id}" has no order at its start that it could lack`;
  if (kind === 'swapped-words' && wordPairs(profile).size === 0)
    return `profile "${id}" has no value of two words to swap`;
  return null;
}
