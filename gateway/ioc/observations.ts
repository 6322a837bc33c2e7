/**
 * The hourly records of the feed: each hour of each station once, soon after its end, and again as corrected when late
 * data, or what is derived of them, have changed it. What was told is written with its record; late data mark their hours
 * on disk before they are acknowledged: a kill neither repeats nor forgets an hour.
 */
import type { Logger } from '../../devices/kit/log.ts';
import type { Observations } from '../../devices/wire/feed.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import { startStepping } from '../repeating.ts';
import type { StoredReading } from '../store/store.ts';
import { HOUR_MS } from '../store/tally.ts';
import type { Feed } from './feed.ts';
import { type HourSources, hourOfDerived, isEmpty, isSame, observationsOf } from './observations-hour.ts';
import { createToldHours, type Mark, type StationHour } from './observations-hours.ts';

const LOOK_EVERY_MS = 5000;
/** How long what failed rests, and everything when the store or the disk refuses. */
const RETRY_MS = 30_000;

export interface HourlyParts extends HourSources {
  readonly ledger: Ledger;
  readonly feed: Pick<Feed, 'append' | 'after'>;
  readonly catalog: Pick<Catalog, 'get'>;
  /** How long after its end an hour is told, and after late data that it is looked at again. */
  readonly delayMs: number;
  readonly now: () => number;
  readonly log: Logger;
}

type Dated = { readonly station: string; readonly at: number };

export interface HourlyRecords {
  /** Call it with what the store has committed, before it is acknowledged. Never throws. */
  stored(readings: readonly Pick<StoredReading, 'station' | 'at'>[]): void;
  /** Call it with values that are about to be derived, before they are written. Never throws. */
  deriving(values: readonly Dated[]): void;
  /**
   * Tells one hour, or looks at one again; false when nothing is due. Throws when the store or the disk refuses: what is
   * due besides comes first the next time.
   */
  step(): Promise<boolean>;
  start(): { stop(): Promise<void> };
}

const hourOf = (at: number): number => at - (at % HOUR_MS);
const keyOf = ({ station, hour }: StationHour): string => `${hour} ${station}`;

export function createHourlyRecords(parts: HourlyParts): HourlyRecords {
  const { ledger, feed, catalog, delayMs, now, log } = parts;
  const told = createToldHours(ledger);
  /** Up to where a station is told or being told: what comes before is late. */
  const taken = new Map<string, number>();
  /** Stations whose next hour failed, and until when they rest: no station's fault keeps the others from theirs. */
  const resting = new Map<string, number>();
  /** Late hours that the disk refused to mark, by what they are. */
  const unwritten = new Map<string, StationHour>();
  /** Hours that are new and those that are late take turns, so that neither keep the others from theirs. */
  let isLateNext = false;

  const isTaken = ({ station, hour }: StationHour): boolean => {
    const until = told.until(station);
    return until !== undefined && hour < Math.max(until, taken.get(station) ?? 0);
  };
  const markLate = (hours: readonly StationHour[], isLate: (one: StationHour) => boolean): void => {
    let late = hours;
    try {
      late = hours.filter(isLate);
      if (late.length === 0) return;
      const due = now() + delayMs;
      told.mark(
        late.map((one) => ({ ...one, due })),
        now(),
      );
    } catch (err) {
      for (const one of late) unwritten.set(keyOf(one), one);
      log.error({ err, hours: late.length }, 'late hours cannot be marked now, it will be tried again');
    }
  };

  const tell = (kind: 'observations' | 'observations.corrected', observations: Observations): void =>
    told.setRecord(observations.station, observations.from, feed.append({ kind, observations }));

  const onward = async (station: string, hour: number): Promise<void> => {
    taken.set(station, hour + HOUR_MS);
    const observations = await observationsOf(parts, station, hour);
    ledger.transaction(() => {
      const gone = catalog.get(station) === undefined;
      if (gone && isEmpty(observations)) return told.forget(station);
      if (!isEmpty(observations)) tell('observations', observations);
      told.setUntil(station, hour + HOUR_MS);
    });
  };

  const again = async (due: Mark): Promise<void> => {
    const observations = await observationsOf(parts, due.station, due.hour);
    ledger.transaction(() => {
      told.done(due);
      const number = told.recordOf(due.station, due.hour);
      if (number === null) {
        // Of a time before it was known here: its backlog tells it for the first time.
        if (!isEmpty(observations)) tell('observations', observations);
        return;
      }
      const [before] = feed.after(number - 1, 1);
      if (before === undefined || !('observations' in before) || isSame(before.observations, observations))
        return;
      tell('observations.corrected', observations);
    });
  };

  /** The one that is due for longest; those that failed come after all others, in the order in which they did. */
  const dueHour = (): StationHour | null => {
    let first: { readonly next: StationHour; readonly restsUntil: number } | null = null;
    for (const next of told.next(now() - delayMs - HOUR_MS)) {
      const restsUntil = resting.get(next.station) ?? 0;
      if (restsUntil <= now() && restsUntil < (first?.restsUntil ?? Number.POSITIVE_INFINITY))
        first = { next, restsUntil };
    }
    return first?.next ?? null;
  };

  const tellNext = async ({ station, hour }: StationHour): Promise<void> => {
    try {
      await onward(station, hour);
    } catch (error) {
      resting.set(station, now() + RETRY_MS);
      throw error;
    }
    resting.delete(station);
  };

  const lookAgain = async (due: Mark): Promise<void> => {
    try {
      await again(due);
    } catch (error) {
      told.postpone(due, now() + RETRY_MS);
      throw error;
    }
  };

  const records: HourlyRecords = {
    stored(readings) {
      const hours = new Map<string, StationHour>();
      let [lastStation, lastHour] = ['', Number.NaN];
      for (const { station, at } of readings) {
        const hour = hourOf(at);
        // Neighbours are of one station and hour nearly always.
        if (station === lastStation && hour === lastHour) continue;
        [lastStation, lastHour] = [station, hour];
        hours.set(keyOf({ station, hour }), { station, hour });
      }
      markLate([...hours.values()], isTaken);
    },
    deriving(values) {
      const hours = new Map<string, StationHour>();
      for (const { station, at } of values) {
        const one = { station, hour: hourOfDerived(at) };
        hours.set(keyOf(one), one);
      }
      // A history that is derived anew tells no hour for the first time.
      const isTold = ({ station, hour }: StationHour): boolean =>
        taken.get(station) === hour + HOUR_MS || told.recordOf(station, hour) !== null;
      markLate([...hours.values()], (one) => isTaken(one) && isTold(one));
    },
    async step() {
      const waiting = [...unwritten.values()];
      unwritten.clear();
      markLate(waiting, isTaken);
      const next = dueHour();
      const late = told.dueMark(now());
      if (next !== null && (late === null || !isLateNext)) {
        isLateNext = true;
        await tellNext(next);
      } else if (late !== null) {
        isLateNext = false;
        await lookAgain(late);
      } else return false;
      return true;
    },
    start: () =>
      startStepping(records.step, { lookEveryMs: LOOK_EVERY_MS, retryMs: RETRY_MS }, (err) =>
        log.error(
          { err, retryInMs: RETRY_MS },
          'an hour cannot be told to the feed now, it will be tried again',
        ),
      ),
  };
  return records;
}
