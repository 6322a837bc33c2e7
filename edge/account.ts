/**
 * Tells the centre what has become of the readings that have not come: what waits here, by station, point and hour, and
 * what was lost. One for each connection, since the centre forgets what an edge that went away had told.
 */
import { type Account, MOST_WAITING, type Waiting } from '../devices/wire/messages.ts';
import { HOUR_MS } from './outbox/contents.ts';
import type { Outbox } from './outbox.ts';

/** Counting is some work for the box, and telling some bytes of a bad line. */
const WAITING_EVERY_MS = 60_000;

/** JSON of what waits. A regular station takes a hundred bytes and ten a point, however many hours. */
const MOST_BYTES = 24 * 1024;

/** With less room only the newest hours are told one by one. */
const MOST_RUNS = 24;

export interface AccountReports {
  /** What is to be told now, or null. */
  next(now: number, ticks: number): Account | null;
  /** It was acknowledged. */
  told(account: Account): void;
}

export interface AccountSource extends Pick<Outbox, 'losses' | 'told'> {
  /** Null: it cannot be told now. */
  account(now: number): Waiting[] | null;
}

export function createAccountReports(outbox: AccountSource): AccountReports {
  let last: { readonly ticks: number; readonly empty: boolean } | null = null;

  function waitingNow(now: number, ticks: number): Waiting[] | undefined {
    if (last !== null && ticks - last.ticks < WAITING_EVERY_MS) return undefined;
    const held = outbox.account(now);
    if (held === null) return undefined;
    const waiting = fit(held);
    const repeated = last?.empty === true && waiting.length === 0;
    last = { ticks, empty: waiting.length === 0 };
    return repeated ? undefined : waiting;
  }

  return {
    next(now, ticks) {
      const waiting = waitingNow(now, ticks);
      const lost = outbox.losses();
      if (waiting === undefined && lost === null) return null;
      return { at: now, ...(waiting && { waiting }), ...(lost && { lost }) };
    },
    told: ({ lost }) => {
      if (lost) outbox.told(lost);
    },
  };
}

/** As exact as there is room for: by point and hour, by hour, and at last the older hours of a station together. */
export function fit(waiting: readonly Waiting[]): Waiting[] {
  const fits = (told: readonly Waiting[]) =>
    told.length <= MOST_WAITING && JSON.stringify(told).length <= MOST_BYTES;
  const byPoint = runs(waiting);
  if (fits(byPoint)) return byPoint;
  const byHour = runs(
    waiting.map(({ station, hour, ...counts }) => ({ station, hour, others: readingsOf(counts) })),
  );
  if (fits(byHour)) return byHour;
  const newest = MOST_RUNS * Number(fits(byStation(byHour, MOST_RUNS)));
  return byStation(byHour, newest);
}

const readingsOf = ({ points = {}, others = 0 }: Pick<Waiting, 'points' | 'others'>): number =>
  Object.values(points).reduce((sum, readings) => sum + readings, others);

/** Hours on end that hold the same are told once: a regular station's month of backlog is three runs. */
function runs(waiting: readonly Waiting[]): Waiting[] {
  const joined: Waiting[] = [];
  const sorted = waiting.toSorted((a, b) =>
    a.station === b.station ? a.hour - b.hour : a.station < b.station ? -1 : 1,
  );
  let shape = '';
  for (const entry of sorted) {
    const own = shapeOf(entry);
    const before = joined.at(-1);
    const hours = before?.hours ?? 1;
    if (before?.station === entry.station && before.hour + hours * HOUR_MS === entry.hour && own === shape)
      joined[joined.length - 1] = { ...before, hours: hours + 1 };
    else joined.push(entry);
    shape = own;
  }
  return joined;
}

const shapeOf = ({ points = {}, others = 0 }: Waiting): string =>
  JSON.stringify([Object.entries(points).sort(([a], [b]) => (a < b ? -1 : 1)), others]);

/** The newest runs of each station as they are, all older ones as one sum. */
function byStation(byHour: readonly Waiting[], newest: number): Waiting[] {
  return [...Map.groupBy(byHour, ({ station }) => station)].flatMap(([station, own]) => {
    const older = own.slice(0, Math.max(0, own.length - newest));
    const [first] = older;
    const end = older.at(-1);
    if (first === undefined || end === undefined || older.length === 1) return own;
    const hours = (end.hour - first.hour) / HOUR_MS + (end.hours ?? 1);
    const others = older.reduce((sum, run) => sum + readingsOf(run) * (run.hours ?? 1), 0);
    return [{ station, hour: first.hour, hours, total: true as const, others }, ...own.slice(older.length)];
  });
}
