/**
 * The one author of derived parameters. Each station is derived step by step (an hour; with traffic an interval), soon after
 * a step's end; what late data touch is derived again. Progress and marks go to disk with the values or after them: what
 * was missed while the gateway was away is caught up, a stretch of a day at most at a time.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../../devices/kit/log.ts';
import { DAY_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { Catalog, KnownStation } from '../catalog.ts';
import { startStepping } from '../repeating.ts';
import type { Store, StoredReading } from '../store/store.ts';
import type { DerivedStore } from './derived-store.ts';
import type { DerivedValue } from './derived-value.ts';
import { KINDS } from './kinds.ts';
import { createMarks, type Mark } from './marks.ts';
import { createMemories } from './memory.ts';
import type { Kind, Sources, Stretch } from './sources.ts';

/** What is of longer ago than this is no news: screens and flows hear of what they could still act on. */
const LIVE_WITHIN_MS = 90 * 60_000;
/** How often it is looked what is due. */
const LOOK_EVERY_MS = 5000;
/** Pause after the store or the disk refused. */
const RETRY_MS = 30_000;
/**
 * Values that are written at a time: clients are heard in between. Progress is written with the last of them, so that a
 * stretch that is cut off is done again as a whole.
 */
const WRITTEN_AT_A_TIME = 100;
/** Values of each parameter of a station that are forgotten at a time. */
const FORGET = 1000;

export interface DerivingParts {
  readonly store: Pick<Store, 'rows'>;
  readonly catalog: Pick<Catalog, 'get' | 'all'>;
  readonly derived: DerivedStore;
  readonly settings: Sources['settings'];
  readonly periodsOf: Sources['periodsOf'];
  /** Days that values are kept; null: for ever. */
  readonly keepDays: number | null;
  readonly now: () => number;
  readonly log: Logger;
  /** The newest values, worked out for the first time and of the last hour. */
  onLive(station: KnownStation, values: readonly DerivedValue[]): void;
  /** Values that are written, of whatever time. */
  onValues(values: readonly DerivedValue[]): void;
  /** The same before they are written; after a kill in between it comes again. Must not throw. */
  beforeValues?(values: readonly DerivedValue[]): void;
}

export interface Deriving {
  /** Call it with what the store has committed: late data mark their steps. Never throws. */
  stored(readings: readonly StoredReading[]): void;
  /** Works out one stretch of one station; false when nothing is due. Throws when the store or the disk refuses. */
  step(): Promise<boolean>;
  start(): { stop(): Promise<void> };
}

export function createDeriving(parts: DerivingParts): Deriving {
  const { store, catalog, derived, settings, periodsOf, now, log } = parts;
  const sources: Sources = { store, derived, settings, periodsOf };
  const marks = createMarks(derived);
  const memories = createMemories(derived);
  const delayMs = settings.delay_s * 1000;
  /** Up to where a station is derived or being derived: what comes before is late. */
  const taken = new Map<string, number>();
  /** Stations of which it was asked where their readings begin. */
  const asked = new Set<string>();
  /** Stations that failed, and until when they rest: no station's fault keeps the others from theirs. */
  const resting = new Map<string, number>();
  /** Marks that the disk refused. */
  let unwritten: { station: string; steps: ReadonlySet<number> }[] = [];
  let forgottenAt = 0;

  const stepOf = ({ stepMs }: Kind, at: number): number => at - (at % stepMs);
  const takenOf = (station: string): number | undefined => {
    const until = marks.until(station);
    return until === undefined ? undefined : Math.max(until, taken.get(station) ?? 0);
  };

  const rests = (station: string): boolean => (resting.get(station) ?? 0) > now();

  /** What fails rests from then on, so that the next step is another station's. */
  const resumable = async (id: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      resting.delete(id);
    } catch (err) {
      resting.set(id, now() + RETRY_MS);
      throw err;
    }
  };

  const touch = (station: string, steps: ReadonlySet<number>): void => {
    try {
      marks.touch(station, steps, now(), now() + delayMs);
    } catch (err) {
      unwritten.push({ station, steps });
      log.error(
        { err, station, steps: steps.size },
        'late hours cannot be marked now, it will be tried again',
      );
    }
  };

  /** Where a station that nobody has derived yet begins: at the oldest reading that is kept. */
  const begin = async (station: KnownStation): Promise<void> => {
    const kind = KINDS[station.kind];
    let oldest: number | null = null;
    for (const parameter of inputsOf(kind, station)) {
      const [first] = await store.rows({ station: station.id, parameter, from: 0, to: now(), limit: 1 });
      if (first !== undefined) oldest = Math.min(oldest ?? first.at, first.at);
    }
    asked.add(station.id);
    if (oldest !== null && marks.until(station.id) === undefined)
      marks.setUntil(station.id, stepOf(kind, oldest));
  };

  /** Its last whole step that has ended and waited. */
  const endOf = (kind: Kind): number => stepOf(kind, now() - delayMs);

  /** The station that is nearest to the present, so that a rebuild of one does not keep the others from theirs. */
  const behind = (): KnownStation | null => {
    let nearest: { station: KnownStation; until: number } | null = null;
    for (const station of catalog.all()) {
      const until = marks.until(station.id);
      if (until === undefined || until >= endOf(KINDS[station.kind]) || rests(station.id)) continue;
      if (nearest === null || until > nearest.until) nearest = { station, until };
    }
    return nearest?.station ?? null;
  };

  const work = async (station: KnownStation, stretch: Stretch, done: readonly Mark[]): Promise<void> => {
    const { values, keep } = await KINDS[station.kind].derive(sources, station, stretch);
    const inOrder = values.toSorted((one, other) => one.at - other.at);
    const fresh = inOrder.filter(isFresh);
    parts.beforeValues?.(inOrder);
    let written = 0;
    for (; inOrder.length - written > WRITTEN_AT_A_TIME; written += WRITTEN_AT_A_TIME) {
      await nextTurn();
      derived.put(inOrder.slice(written, written + WRITTEN_AT_A_TIME), now());
    }
    await nextTurn();
    derived.transaction(() => {
      derived.put(inOrder.slice(written), now());
      keep?.();
      if (done.length > 0) marks.done(station.id, done);
      if (stretch.to > (marks.until(station.id) ?? 0)) marks.setUntil(station.id, stretch.to);
    });
    parts.onValues(inOrder);
    if (fresh.length > 0) parts.onLive(station, fresh);
  };

  /** Of the last hour, and there was none before. */
  const isFresh = ({ station, parameter, at, value }: DerivedValue): boolean => {
    if (at < now() - LIVE_WITHIN_MS) return false;
    const before = derived.get(station, parameter, at);
    return before === null || (before.value === null && value !== null);
  };

  const again = async (id: string): Promise<void> => {
    const station = catalog.get(id);
    const kind = station && KINDS[station.kind];
    const due = marks.due(id, now(), DAY_MS);
    const [first] = due;
    const last = due.at(-1);
    if (first === undefined || last === undefined) return;
    // A station that was withdrawn has no periods and no name any more; it is derived again when it comes back.
    if (station === undefined || kind === undefined) return marks.done(id, due);
    const to = last.step + kind.stepMs;
    const until = Math.max(marks.until(id) ?? to, to);
    await work(station, { from: first.step, to, until }, due);
  };

  const onward = async (station: KnownStation): Promise<void> => {
    const kind = KINDS[station.kind];
    const from = marks.until(station.id) ?? 0;
    const to = Math.min(endOf(kind), from + DAY_MS);
    taken.set(station.id, to);
    await work(station, { from, to, until: to }, []);
  };

  const forget = (): void => {
    if (parts.keepDays === null || now() - forgottenAt < DAY_MS) return;
    const before = now() - parts.keepDays * DAY_MS;
    let more = false;
    for (const { id } of catalog.all()) {
      more = derived.forget(id, before, FORGET) > 0 || more;
      memories.forget(id, before);
    }
    if (!more) forgottenAt = now();
  };

  const deriving: Deriving = {
    stored(readings) {
      const late = new Map<string, Set<number>>();
      for (const { station: id, parameter, at } of readings) {
        const station = catalog.get(id);
        if (station === undefined) continue;
        const kind = KINDS[station.kind];
        if (!kind.inputs.includes(parameter)) continue;
        const until = takenOf(id);
        const step = stepOf(kind, at);
        if (until === undefined) asked.delete(id);
        else if (step < until) {
          const steps = late.get(id) ?? new Set();
          late.set(id, steps);
          steps.add(step);
        }
      }
      for (const [station, steps] of late) touch(station, steps);
    },
    async step() {
      const waiting = unwritten;
      unwritten = [];
      for (const { station, steps } of waiting) touch(station, steps);
      const unbegun = catalog
        .all()
        .find(({ id }) => marks.until(id) === undefined && !asked.has(id) && !rests(id));
      if (unbegun !== undefined) {
        await resumable(unbegun.id, () => begin(unbegun));
        return true;
      }
      const touched = marks.dueStations(now()).find((id) => !rests(id));
      if (touched !== undefined) {
        await resumable(touched, () => again(touched));
        return true;
      }
      const station = behind();
      if (station === null) {
        forget();
        return false;
      }
      await resumable(station.id, () => onward(station));
      return true;
    },
    start: () =>
      startStepping(deriving.step, { lookEveryMs: LOOK_EVERY_MS, retryMs: RETRY_MS }, (err) =>
        log.error(
          { err, retryInMs: RETRY_MS },
          'derived values cannot be worked out now, it will be tried again',
        ),
      ),
  };
  return deriving;
}

const inputsOf = ({ inputs }: Kind, { parameterIds }: KnownStation): ParameterId[] =>
  inputs.filter((parameter) => parameterIds.has(parameter));
