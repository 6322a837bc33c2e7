/**
 * The hourly records of the feed: each hour of each station once, soon after its end, and again as corrected when late
 * data, or what is derived of them, have changed it. What was told is written with its record; late data mark their hours
 * on disk before they are acknowledged: a kill neither repeats nor forgets an hour.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../../devices/kit/log.ts';
import type { Observations } from '../../devices/wire/feed.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import type { StoredReading } from '../store/store.ts';
import { HOUR_MS } from '../store/tally.ts';
import type { Feed } from './feed.ts';
import { type HourSources, hourOfDerived, isEmpty, isSame, observationsOf } from './observations-hour.ts';
import { createToldHours, type Mark } from './observations-hours.ts';

const LOOK_EVERY_MS = 5000;
/** Pause after the store or the disk refused. */
const RETRY_MS = 30_000;

export interface HourlyParts extends HourSources {
  readonly ledger: Ledger;
  readonly feed: Pick<Feed, 'append' | 'after'>;
  readonly catalog: Pick<Catalog, 'get' | 'all'>;
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
  /** Tells one hour, or looks at one again; false when nothing is due. Throws when the store or the disk refuses. */
  step(): Promise<boolean>;
  start(): { stop(): Promise<void> };
}

const hourOf = (at: number): number => at - (at % HOUR_MS);

export function createHourlyRecords(parts: HourlyParts): HourlyRecords {
  const { ledger, feed, catalog, delayMs, now, log } = parts;
  const told = createToldHours(ledger);
  /** Up to where a station is told or being told: what comes before is late. */
  const taken = new Map<string, number>();
  /** Stations that failed, and until when they rest: no station's fault keeps the others from theirs. */
  const resting = new Map<string, number>();
  /** Marks that the disk refused. */
  let unwritten: Mark[] = [];

  const rests = (station: string): boolean => (resting.get(station) ?? 0) > now();
  const isTaken = (station: string, hour: number): boolean => {
    const until = told.until(station);
    return until !== undefined && hour < Math.max(until, taken.get(station) ?? 0);
  };
  const mark = (hours: readonly { station: string; hour: number }[]): void => {
    if (hours.length === 0) return;
    const marks = hours.map((one) => ({ ...one, due: now() + delayMs }));
    try {
      told.mark(marks, now());
    } catch (err) {
      unwritten.push(...marks);
      log.error({ err, hours: hours.length }, 'late hours cannot be marked now, it will be tried again');
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

  /** The station whose hour is due for longest. */
  const dueStation = (): { station: string; hour: number } | null => {
    let longest: { station: string; hour: number } | null = null;
    for (const station of told.stations()) {
      const hour = told.until(station) ?? 0;
      if (hour + HOUR_MS + delayMs > now() || rests(station)) continue;
      if (longest === null || hour < longest.hour) longest = { station, hour };
    }
    return longest;
  };

  const work = async (station: string, doIt: () => Promise<void>): Promise<true> => {
    resting.set(station, now() + RETRY_MS);
    try {
      await doIt();
    } catch (error) {
      told.reload();
      throw error;
    }
    resting.delete(station);
    return true;
  };

  const records: HourlyRecords = {
    stored(readings) {
      const hours = new Map<string, { station: string; hour: number }>();
      let [lastStation, lastHour] = ['', Number.NaN];
      for (const { station, at } of readings) {
        const hour = hourOf(at);
        // Neighbours are of one station and hour nearly always.
        if (station === lastStation && hour === lastHour) continue;
        [lastStation, lastHour] = [station, hour];
        if (isTaken(station, hour)) hours.set(`${hour} ${station}`, { station, hour });
      }
      mark([...hours.values()]);
    },
    deriving(values) {
      const hours = new Map<string, { station: string; hour: number }>();
      for (const { station, at } of values) {
        const hour = hourOfDerived(at);
        // A history that is derived anew tells no hour for the first time.
        if (!isTaken(station, hour) || hours.has(`${hour} ${station}`)) continue;
        if (taken.get(station) === hour + HOUR_MS || told.recordOf(station, hour) !== null)
          hours.set(`${hour} ${station}`, { station, hour });
      }
      mark([...hours.values()]);
    },
    async step() {
      const waiting = unwritten;
      unwritten = [];
      mark(waiting);
      for (const { id } of catalog.all()) if (told.until(id) === undefined) told.setUntil(id, hourOf(now()));
      const next = dueStation();
      if (next !== null) return work(next.station, () => onward(next.station, next.hour));
      const due = told.dueMark(now(), rests);
      return due === null ? false : work(due.station, () => again(due));
    },
    start() {
      const stopping = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      let running: Promise<void> = Promise.resolve();
      const run = async (): Promise<void> => {
        let pause = LOOK_EVERY_MS;
        try {
          while (!stopping.signal.aborted && (await records.step())) await nextTurn();
        } catch (err) {
          pause = RETRY_MS;
          log.error(
            { err, retryInMs: RETRY_MS },
            'hours cannot be told to the feed now, it will be tried again',
          );
        }
        if (!stopping.signal.aborted) timer = setTimeout(next, pause);
      };
      const next = (): void => {
        running = run();
      };
      next();
      return {
        async stop() {
          stopping.abort();
          clearTimeout(timer);
          await running;
        },
      };
    },
  };
  return records;
}
