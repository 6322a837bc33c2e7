/**
 * What must be true after every fault. Each of the checks throws with what is wrong, and answers what it counted:
 *
 * - `checkStore`: what was acknowledged is stored once and as it was published; nothing else is stored.
 * - `checkServed`: what instruments have told a running edge is stored, or told as missing.
 * - `checkAlarms`: each limit that was crossed is one alert, and there are no others.
 * - `checkBooks`: the closed books add up and say of each point and hour what the store says.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { FLAG } from '../../../devices/quality.ts';
import type { Reading } from '../../../devices/reading.ts';
import type { BooksAnswer } from '../../../devices/wire/api.ts';
import { CLOSED_AFTER_MS } from '../../../gateway/books/books.ts';
import { POINTS, type Served } from './field.ts';
import { IN_MEMORY_MS } from './restartable.ts';
import type { Edge, Rig } from './rig.ts';
import { allAlerts, exported } from './stored.ts';
import { keyOf, meaningOf, type ReadingKey } from './traffic.ts';

/** An answer that a busy machine brought too late is told as missing at about that time. */
const TOLD_WITHIN_MS = 3000;
const HOUR_MS = 3_600_000;
/** What was read so long ago has arrived. */
const ARRIVED_MS = 2000;

const markOf = (station: string, temperature: number) => `${station} ${temperature.toFixed(2)}`;

const marksOf = (readings: Iterable<Reading>): Set<string> => {
  const marks = new Set<string>();
  for (const { station, parameter, value } of readings)
    if (parameter === 'air_temperature' && value !== null) marks.add(markOf(station, value));
  return marks;
};

const lostInMemory = ({ process }: Edge, { at }: Served): boolean =>
  process.deaths.some(({ lostFrom, backAt }) => at > lostFrom && at <= backAt);

function wasToldMissing(missing: readonly Reading[], { station, at }: Served): boolean {
  return missing.some((told) => told.station === station && Math.abs(told.at - at) <= TOLD_WITHIN_MS);
}

const missingOf = (readings: Iterable<Reading>): Reading[] =>
  [...readings].filter(({ parameter, flag }) => parameter === 'air_temperature' && flag === FLAG.missing);

const firstOf = <T>(items: readonly T[]): T[] => items.slice(0, 5);

/**
 * Resolves when everything that was told until then (epoch ms; this call) and crossed has been acknowledged: the faults must
 * be over. Of edges that are down nothing is waited for; those that run must have delivered something.
 */
export async function settled(
  { edges }: Pick<Rig, 'edges'>,
  { until = Date.now(), timeoutMs = 60_000 } = {},
): Promise<void> {
  const running = edges.filter(({ process }) => process.isUp());
  await vi.waitFor(
    () => {
      for (const edge of running) {
        const acknowledged = [...edge.link.traffic.acknowledged.values()];
        expect(acknowledged.length, `readings that ${edge.id} has delivered`).toBeGreaterThan(0);
        const marks = marksOf(acknowledged);
        const missing = missingOf(acknowledged);
        const waiting = edge.field.served.filter(
          (served) =>
            served.at <= until &&
            !marks.has(markOf(served.station, served.temperature)) &&
            !lostInMemory(edge, served) &&
            !wasToldMissing(missing, served),
        );
        expect(firstOf(waiting), `${waiting.length} answers that ${edge.id} has not delivered`).toEqual([]);
        const alarms = edge.link.traffic.alarms.filter(({ state }) => state === 'raised').map(alertKey);
        const silent = crossedOf(edge).filter((key) => !alarms.includes(key));
        expect(silent, `alarms that ${edge.id} has not delivered`).toEqual([]);
      }
    },
    { timeout: timeoutMs, interval: 100 },
  );
}

const alertKey = ({ station, parameter, limit }: { station: string; parameter: string; limit: string }) =>
  `${station}/${parameter}/${limit}`;

const crossedOf = ({ crossed }: Edge): string[] =>
  [...crossed].flatMap(([station, wind]) =>
    Array.from({ length: wind }, (_, index) =>
      alertKey({ station, parameter: 'wind_speed', limit: `wind-${index + 1}` }),
    ),
  );

/** `since`, epoch ms: nothing that was read is older. */
export async function checkStore(rig: Rig, since = rig.startedAt - HOUR_MS) {
  let [acknowledged, stored, unacknowledged] = [0, 0, 0];
  for (const { link } of [...rig.edges, ...rig.clients]) {
    const { traffic } = link;
    // What is acknowledged while this looks has the next check.
    const promised = [...traffic.acknowledged.keys()];
    const stations = new Set([...traffic.published.keys()].map((key) => key.split(' ')[0] ?? ''));
    const found = new Set<ReadingKey>();
    for (const station of stations) {
      const rows = await exported(rig, station, since, Date.now() + HOUR_MS);
      for (const row of rows) {
        const key = keyOf(row);
        expect(found.has(key), `${key} is stored twice`).toBe(false);
        found.add(key);
        const meanings = traffic.published.get(key);
        expect(meanings, `${key} is stored and was never published`).toBeDefined();
        const said = meaningOf(row);
        if (!meanings?.has(said))
          expect(said, `${key} is stored and was published as`).toBe([...(meanings?.keys() ?? [])].join());
        if (!traffic.acknowledged.has(key)) unacknowledged++;
      }
    }
    const lost = promised.filter((key) => !found.has(key));
    expect(firstOf(lost), `${lost.length} readings were acknowledged and are not stored`).toEqual([]);
    acknowledged += promised.length;
    stored += found.size;
  }
  return { acknowledged, stored, unacknowledged };
}

/** What instruments told before `until` (epoch ms), which has to be delivered. */
export async function checkServed(rig: Rig, until: number) {
  let [served, lost, told] = [0, 0, 0];
  for (const edge of rig.edges) {
    for (const station of edge.stations) {
      const rows = await exported(rig, station, rig.startedAt - HOUR_MS, until + HOUR_MS);
      const marks = marksOf(rows);
      const missing = missingOf(rows);
      const gone: Served[] = [];
      const own = edge.field.served.filter((one) => one.station === station && one.at < until - IN_MEMORY_MS);
      for (const one of own) {
        if (marks.has(markOf(station, one.temperature))) continue;
        if (lostInMemory(edge, one)) lost++;
        else if (wasToldMissing(missing, one)) told++;
        else gone.push(one);
      }
      expect(firstOf(gone), `${gone.length} answers that ${edge.id} read are not stored`).toEqual([]);
      served += own.length;
      // The five points of an answer have one time.
      const keys = new Set(rows.map(keyOf));
      const torn = rows.filter(
        ({ at }) =>
          at < until - IN_MEMORY_MS &&
          POINTS.some((parameter) => !keys.has(keyOf({ station, parameter, at }))),
      );
      expect(firstOf(torn), `${torn.length} readings are stored without their neighbours`).toEqual([]);
    }
  }
  return { served, lost, told };
}

export async function checkAlarms(rig: Rig) {
  const crossed = rig.edges.flatMap(crossedOf).sort();
  const alerts = await allAlerts(rig);
  expect(alerts.map(({ key }) => key).sort()).toEqual(crossed);
  const over = alerts.filter(({ state }) => state === 'cleared').map(({ key }) => key);
  expect(over, 'alerts that cleared while their condition holds').toEqual([]);
  return { crossed: crossed.length, alerts: alerts.length };
}

/** How many readings of each point may be absent without a word: those of the times at which the edge was dead. */
function mayBeAbsent({ process, field, periodS }: Edge, station: string): number {
  let [deadMs, counted] = [0, 0];
  for (const { lostFrom, backAt } of process.deaths) {
    const back = field.served.find((one) => one.station === station && one.at > backAt)?.at ?? Date.now();
    deadMs += back - Math.max(counted, lostFrom);
    counted = back;
  }
  // A start begins its periods anew, and the first inventory comes in the middle of one.
  return Math.ceil(deadMs / 1000 / periodS) + 2 * process.deaths.length + 3;
}

interface BookCounts {
  expected: number;
  extra: number;
  good: number;
  flagged: number;
  told: number;
  absent: number;
}

const noCounts = (): BookCounts => ({ expected: 0, extra: 0, good: 0, flagged: 0, told: 0, absent: 0 });

/**
 * Of what is closed; `until` (epoch ms) is in the last hour it looks at. The books and the export are asked one after the
 * other: what arrives in between is in one of them only, and it looks again. Not in step with the edges, or it would find
 * them at the same moment each time.
 */
export async function checkBooks(rig: Rig, until: number): Promise<BookCounts> {
  const all = noCounts();
  for (const edge of rig.edges) {
    for (const station of edge.stations) {
      const counts = await vi.waitFor(() => checkBooksOf(rig, edge, station, until), {
        timeout: 15_000,
        interval: 370,
      });
      for (const key of Object.keys(all) as (keyof BookCounts)[]) all[key] += counts[key];
    }
  }
  return all;
}

async function checkBooksOf(rig: Rig, edge: Edge, station: string, until: number): Promise<BookCounts> {
  const counts = noCounts();
  const path = `stations/${station}/books?from=${rig.startedAt - HOUR_MS}&to=${until}`;
  const books = await rig.api.call<BooksAnswer>(path);
  const rows = await exported(rig, station, books.from, books.until);
  const absentOf = new Map<string, number>();
  for (const book of books.hours) {
    const place = `books of ${station}, ${book.parameter}, ${new Date(book.hour).toISOString()}`;
    const due = book.expected + book.extra;
    expect(book.good + book.flagged + book.missed + book.queued + book.quarantined, place).toBe(due);
    const own = rows.filter(
      ({ parameter, at }) => parameter === book.parameter && at >= book.hour && at < book.hour + HOUR_MS,
    );
    const of = (...flags: number[]) => own.filter(({ flag }) => flags.includes(flag)).length;
    const told = of(FLAG.missing);
    const flagged = of(FLAG.notEvaluated, FLAG.suspect, FLAG.fail);
    expect([book.good, book.flagged, book.quarantined], place).toEqual([of(FLAG.good), flagged, 0]);
    expect(book.missed, place).toBeGreaterThanOrEqual(told);
    const caused = book.missed_why.reduce((sum, { count }) => sum + count, 0);
    expect(caused, `causes in ${place}`).toBe(book.missed);
    const absent = book.missed - told + book.queued;
    absentOf.set(book.parameter, (absentOf.get(book.parameter) ?? 0) + absent);
    counts.expected += book.expected;
    counts.extra += book.extra;
    counts.good += book.good;
    counts.flagged += book.flagged;
    counts.told += told;
    counts.absent += absent;
  }
  const most = mayBeAbsent(edge, station);
  for (const [parameter, absent] of absentOf)
    expect(absent, `${station}/${parameter}: absent without a word`).toBeLessThanOrEqual(most);
  return counts;
}

/** All four checks, of what was until this call; says what they counted. The gateway must be up. */
export async function checkAll(rig: Rig, title = 'checked'): Promise<void> {
  const until = Date.now();
  await settled(rig, { until });
  await check(rig, title, until);
}

/**
 * `checkAll` with the books of all that was before this call. They are closed a minute after the fact, and a test has no
 * minute: starts the gateway again with a clock that is ahead, over the same data. Edges may be away still when this resolves.
 */
export async function checkClosed(rig: Rig): Promise<void> {
  const until = Date.now();
  await settled(rig, { until });
  await rig.gateway.stop();
  const ahead = `const now = Date.now; Date.now = () => now() + ${CLOSED_AFTER_MS - ARRIVED_MS};`;
  const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,${encodeURIComponent(ahead)}`;
  await rig.gateway.start({ NODE_OPTIONS });
  await sleep(until + ARRIVED_MS - Date.now());
  const { expected } = await check(rig, 'with closed books', until);
  expect(expected, 'readings that the closed books expect').toBeGreaterThan(0);
}

async function check(rig: Rig, title: string, until: number): Promise<BookCounts> {
  const store = await checkStore(rig);
  const served = await checkServed(rig, until);
  const alarms = await checkAlarms(rig);
  const books = await checkBooks(rig, until);
  rig.say(
    `${title}: ${store.acknowledged} readings acknowledged, ${store.stored} stored (${store.unacknowledged} of them not acknowledged); ` +
      `${served.served} answers of instruments, ${served.lost} lost with a killed edge's memory, ${served.told} told as missing; ` +
      `${alarms.crossed} limits crossed, ${alarms.alerts} alerts; books: ${books.expected} expected + ${books.extra} extra = ` +
      `${books.good} good + ${books.flagged} flagged + ${books.told} told as missing + ${books.absent} absent`,
  );
  return books;
}
