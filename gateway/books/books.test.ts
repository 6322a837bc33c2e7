/** One made-up hour of every kind of ending, over the real store, ledger and quarantine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { asExtra } from '../../devices/extra.ts';
import { meanReason } from '../../devices/mean.ts';
import type { Loss, Waiting } from '../../devices/wire/messages.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { createCatalog } from '../catalog.ts';
import { openLedger } from '../ledger.ts';
import { createQuarantine } from '../quarantine.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { StoredReading } from '../store/store.ts';
import { createBooks } from './books.ts';
import { createEdgeAccounts } from './edge-accounts.ts';
import { EDGE_AWAY, EDGE_NOT_CONNECTED, EDGE_NOT_RUNNING, type HourBook, LOST, NO_RECORD } from './hours.ts';
import { createPeriods } from './periods.ts';
import { createPresence } from './presence.ts';
import { createQuarantined } from './quarantined.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const T0 = Date.UTC(2026, 2, 5, 6);

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-books-'));
  const ledger = openLedger(folder);
  const store = openSqliteStore(folder);
  onTestFinished(async () => {
    await store.close();
    ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = { now: T0 - HOUR };
  const now = () => clock.now;
  const catalog = createCatalog(ledger, now);
  const accounts = createEdgeAccounts(ledger, now);
  const books = createBooks({
    store,
    catalog,
    periods: createPeriods(ledger),
    presence: createPresence(ledger),
    accounts,
    quarantined: createQuarantined(ledger),
    keptDays: null,
    now,
  });
  const announce = (...ids: string[]) =>
    catalog.announce('edge-a', {
      stations: ids.map((id) =>
        testStation({
          id,
          parameters: [
            { id: 'pm2_5', period_s: 60 },
            { id: 'o3', period_s: 300 },
          ],
        }),
      ),
    });
  const status = (online: boolean, uptimeS?: number) => {
    catalog.setEdgeStatus('edge-a', { online, ...(uptimeS !== undefined && { uptime_s: uptimeS }) });
    if (!online) accounts.forget('edge-a');
  };
  let number = 0;
  const tell = (waiting: Waiting[], entries: Loss[] = []) =>
    accounts.take(
      'edge-a',
      {
        at: now(),
        waiting,
        ...(entries.length > 0 && { lost: { outbox: '7', number: ++number, entries } }),
      },
      () => true,
    );
  const station = (id: string) => {
    const known = catalog.get(id);
    if (known === undefined) throw new Error('not announced');
    return known;
  };
  const restart = () => createCatalog(ledger, now);
  return {
    store,
    clock,
    books,
    announce,
    status,
    tell,
    station,
    restart,
    quarantine: createQuarantine(ledger, now),
  };
}

const reading = (at: number, extra: Partial<StoredReading> = {}): StoredReading => ({
  station: 's',
  parameter: 'pm2_5',
  at,
  value: 10,
  flag: 1,
  reason: null,
  receivedAt: at + 500,
  ...extra,
});
const minutes = (from: number, to: number, extra: Partial<StoredReading> = {}) =>
  Array.from({ length: to - from }, (_, index) => reading(T0 + (from + index) * MINUTE, extra));

const balance = (book: HourBook) =>
  book.good + book.flagged + book.missed + book.queued + book.quarantined - book.expected - book.extra;
const total = (items: readonly { count: number }[]) => items.reduce((sum, { count }) => sum + count, 0);
const pm = (hours: readonly HourBook[], hour = T0) =>
  hours.find((book) => book.parameter === 'pm2_5' && book.hour === hour);

test('an hour in which everything happens adds up, with the cause of all that is missed', async () => {
  const { store, clock, books, announce, status, tell, station, quarantine } = setUp();
  announce('s');
  await store.append([
    ...minutes(0, 30),
    ...minutes(30, 34, { flag: 4, reason: 'outside 0..2000', value: 9000 }),
    ...minutes(34, 36, { flag: 2, reason: 'calibration' }),
    ...minutes(36, 41, { flag: 9, reason: 'no answer', value: null }),
    // What is 41 to 44 is in quarantine, 45 to 49 never came, 50 to 59 waits at the edge.
    ...minutes(60, 120),
    ...Array.from({ length: 24 }, (_, n) => reading(T0 + n * 5 * MINUTE, { parameter: 'o3' })),
    reading(T0 + 1, { parameter: 'o3' }),
  ]);
  clock.now = T0 + 45 * MINUTE;
  const topic = topics.backlog('edge-a', 's');
  const bt = T0 / 1000;
  const refused = [41, 42, 43].map((minute) => ({
    bn: 'urn:quantrac:s:',
    n: 'pm2_5',
    bt,
    t: minute * 60,
    v: 'x',
  }));
  const add = (reason: string, records: number, payload: string) =>
    quarantine.add({ client: 'edge-a', topic, reason, records, payload });
  await add('value "v" is no finite number (and 2 more records)', 3, JSON.stringify(refused));
  await add(
    'unit "mV" does not fit',
    1,
    JSON.stringify([{ bn: 'urn:quantrac:s:', n: 'pm2_5', u: 'mV', v: 3 }]),
  );
  await add('not SenML: the payload is no JSON', 1, '{"n":"pm2_5"');
  await add('name is not under it', 1, JSON.stringify([{ n: 'urn:quantrac:other:pm2_5', bt, v: 3 }]));
  await quarantine.add({
    client: 'edge-a',
    topic: topics.backlog('edge-a', 'other'),
    reason: 'x',
    records: 1,
    payload: '',
  });
  clock.now = T0 + 2 * HOUR + MINUTE;
  status(true);
  tell([{ station: 's', hour: T0, points: { pm2_5: 10 } }]);

  const answer = await books.hours(station('s'), T0, T0 + HOUR);
  expect(answer.hours).toHaveLength(2);
  expect(answer.until).toBe(T0 + HOUR);
  expect(pm(answer.hours)).toEqual({
    parameter: 'pm2_5',
    hour: T0,
    expected: 60,
    extra: 0,
    good: 30,
    flagged: 6,
    missed: 10,
    queued: 10,
    quarantined: 4,
    flaggedWhy: [
      { flag: 4, reason: 'outside 0..2000', count: 4 },
      { flag: 2, reason: 'calibration', count: 2 },
    ],
    missedWhy: [
      { cause: 'no answer', count: 5 },
      { cause: NO_RECORD, count: 5 },
    ],
    quarantinedWhy: [
      { reason: 'value "v" is no finite number', count: 3 },
      { reason: 'unit "mV" does not fit', count: 1 },
    ],
  });
  const o3 = answer.hours.find(({ parameter }) => parameter === 'o3');
  expect(o3).toMatchObject({ expected: 12, extra: 1, good: 13, missed: 0, queued: 0 });
  for (const book of answer.hours) {
    expect(balance(book)).toBe(0);
    expect(total(book.flaggedWhy)).toBe(book.flagged);
    expect(total(book.missedWhy)).toBe(book.missed);
    expect(total(book.quarantinedWhy)).toBe(book.quarantined);
  }
  expect(answer.unassigned).toMatchObject([
    { hour: T0, reason: 'not SenML: the payload is no JSON', count: 1 },
    { hour: T0, reason: 'name is not under it', count: 1 },
  ]);
  expect(answer.edge).toMatchObject({ name: 'edge-a', online: true, waiting: 10, known: 'counted' });
});

test('what was read beside those due adds up as such and hides nothing that is missing', async () => {
  const { store, clock, books, announce, status, tell, station } = setUp();
  announce('s');
  // Suspicion of a fire: four in a minute for twenty minutes, and nothing in the half hour after it.
  const suspected = minutes(10, 30).flatMap((due) => [
    due,
    ...[15, 30, 45].map((s) => asExtra({ ...due, at: due.at + s * 1000 })),
  ]);
  await store.append([...minutes(0, 10), ...suspected]);
  clock.now = T0 + HOUR + MINUTE;
  status(true);
  tell([{ station: 's', hour: T0, points: { pm2_5: 6 } }]);
  const { hours } = await books.hours(station('s'), T0, T0 + HOUR);
  expect(pm(hours)).toMatchObject({ expected: 60, extra: 60, good: 90, queued: 6, missed: 24 });
  expect(pm(hours)?.missedWhy).toEqual([{ cause: NO_RECORD, count: 24 }]);
  for (const book of hours) expect(balance(book)).toBe(0);
  const counts = await books.counts(station('s'), T0, T0 + HOUR);
  expect(counts).toMatchObject({ expected: 72, clean: 30, good: 30 });
});

test('what waits at the edge is in its own point and hour, and what has come since it was told does not wait', async () => {
  const { store, clock, books, announce, status, tell, station } = setUp();
  announce('s');
  clock.now = T0 + 3 * HOUR + MINUTE;
  status(true);
  tell([
    { station: 's', hour: T0, points: { pm2_5: 12 } },
    { station: 's', hour: T0 + HOUR, hours: 2, points: { pm2_5: 60, o3: 11 } },
    { station: 'other', hour: T0, points: { pm2_5: 60 } },
  ]);
  const { edge, hours } = await books.hours(station('s'), T0, T0 + 3 * HOUR);
  expect(edge).toMatchObject({ waiting: 12 + 2 * 71, known: 'counted', toldAt: clock.now });
  expect(hours.map(({ parameter, queued, missed }) => [parameter, queued, missed])).toEqual([
    ['o3', 0, 12],
    ['pm2_5', 12, 48],
    ['o3', 11, 1],
    ['pm2_5', 60, 0],
    ['o3', 11, 1],
    ['pm2_5', 60, 0],
  ]);
  await store.append(minutes(0, 57));
  const [, after] = (await books.hours(station('s'), T0, T0 + HOUR)).hours;
  expect(after).toMatchObject({ good: 57, queued: 3, missed: 0 });
});

test('a large backlog is told in sums: they go to what is absent, and it is said so', async () => {
  const { clock, books, announce, status, tell, station } = setUp();
  announce('s');
  clock.now = T0 + 4 * HOUR + MINUTE;
  status(true);
  tell([
    { station: 's', hour: T0, hours: 3, total: true, others: 180 },
    { station: 's', hour: T0 + 3 * HOUR, others: 36 },
  ]);
  const { edge, hours } = await books.hours(station('s'), T0 + HOUR, T0 + 4 * HOUR);
  expect(edge).toMatchObject({ waiting: 216, known: 'sums' });
  expect(hours.map(({ parameter, queued }) => [parameter, queued])).toEqual([
    ['o3', 10],
    ['pm2_5', 50],
    ['o3', 10],
    ['pm2_5', 50],
    ['o3', 6],
    ['pm2_5', 30],
  ]);
  for (const book of hours) expect(balance(book)).toBe(0);
});

test('what the edge thinned, dropped and lost is missed, each with its cause, and adds up', async () => {
  const { store, clock, books, announce, status, tell, station } = setUp();
  announce('s');
  await store.append([
    ...minutes(0, 10),
    ...minutes(10, 11, { reason: meanReason(8, 10 * MINUTE) }),
    ...minutes(20, 21, { reason: meanReason(9, 10 * MINUTE) }),
    // Of an edge whose clock was not trusted.
    ...minutes(30, 31, { flag: 3, reason: `${meanReason(5, MINUTE)}; time corrected` }),
  ]);
  clock.now = T0 + HOUR + MINUTE;
  status(true);
  const loss = { station: 's', hour: T0, parameter: 'pm2_5' } as const;
  tell(
    [{ station: 's', hour: T0, points: { pm2_5: 4 } }],
    [
      { ...loss, cause: 'thinned', readings: 3 },
      { ...loss, cause: 'dropped', readings: 12 },
      { ...loss, cause: 'unwritten', readings: 2 },
      { ...loss, parameter: null, cause: 'damaged', readings: 6 },
    ],
  );
  const { hours } = await books.hours(station('s'), T0, T0 + HOUR);
  const book = pm(hours);
  expect(book).toMatchObject({ expected: 60, extra: 0, good: 12, flagged: 1, queued: 4, missed: 43 });
  // What of the damaged ones is o3's, and what pm2_5's, nobody knows: by what they lack, 12 and 7.
  const damaged = book?.missedWhy.find(({ cause }) => cause === LOST.damaged)?.count ?? 0;
  expect(damaged).toBe(2);
  expect(book?.missedWhy).toEqual(
    expect.arrayContaining([
      { cause: LOST.thinned, count: 7 + 8 + 4 + 3 },
      { cause: LOST.dropped, count: 12 },
      { cause: LOST.unwritten, count: 2 },
      { cause: NO_RECORD, count: 43 - 22 - 12 - 2 - damaged },
    ]),
  );
  for (const each of hours) {
    expect(balance(each)).toBe(0);
    expect(total(each.missedWhy)).toBe(each.missed);
  }
});

test('while the edge is away nobody knows what it holds, and what is absent since then says so', async () => {
  const { clock, books, announce, status, tell, station } = setUp();
  announce('s');
  clock.now = T0 + HOUR;
  status(true, 3600);
  tell([{ station: 's', hour: T0, points: { pm2_5: 60 } }]);
  clock.now = T0 + HOUR + MINUTE;
  status(false);
  clock.now = T0 + 3 * HOUR + MINUTE;
  const { edge, hours } = await books.hours(station('s'), T0, T0 + 3 * HOUR);
  expect(edge).toMatchObject({ online: false, waiting: 0, known: 'unknown' });
  expect(pm(hours)?.missedWhy).toEqual([{ cause: NO_RECORD, count: 60 }]);
  expect(pm(hours, T0 + 2 * HOUR)?.missedWhy).toEqual([{ cause: EDGE_AWAY, count: 60 }]);
});

test('an edge that was off leaves a hole with its cause, one that was only cut off another', async () => {
  const { store, clock, books, announce, status, tell, station } = setUp();
  announce('s');
  clock.now = T0 + 10 * MINUTE;
  status(true, 600);
  clock.now += 30_000;
  status(false);
  // Started anew at half past, connected ten minutes later.
  clock.now = T0 + 40 * MINUTE;
  status(true, 600);
  tell([]);
  await store.append([...minutes(0, 10), ...minutes(45, 60)]);
  clock.now = T0 + HOUR + 10 * MINUTE;
  status(true, 2400);
  status(false);
  clock.now = T0 + HOUR + 20 * MINUTE;
  // The same process: it read all the time.
  status(true, 3000);
  clock.now = T0 + 2 * HOUR + MINUTE;
  const { hours } = await books.hours(station('s'), T0, T0 + 2 * HOUR);
  expect(pm(hours)?.missedWhy).toEqual([
    { cause: EDGE_NOT_RUNNING, count: 20 },
    { cause: EDGE_NOT_CONNECTED, count: 10 },
    { cause: NO_RECORD, count: 5 },
  ]);
  expect(pm(hours, T0 + HOUR)?.missedWhy).toEqual([
    { cause: NO_RECORD, count: 50 },
    { cause: EDGE_NOT_CONNECTED, count: 10 },
  ]);
  for (const book of hours) expect(balance(book)).toBe(0);
});

test('an edge that was started anew while the gateway was away leaves its hole too', async () => {
  const { clock, books, announce, status, station, restart } = setUp();
  announce('s');
  clock.now = T0;
  status(true, 600);
  clock.now = T0 + 40 * MINUTE;
  restart();
  clock.now = T0 + 45 * MINUTE;
  status(true, 900);
  clock.now = T0 + HOUR + MINUTE;
  const { hours } = await books.hours(station('s'), T0, T0 + HOUR);
  expect(pm(hours)?.missedWhy).toEqual([
    { cause: EDGE_NOT_RUNNING, count: 30 },
    { cause: EDGE_NOT_CONNECTED, count: 15 },
    { cause: NO_RECORD, count: 15 },
  ]);
});

test('an edge that was started anew before anybody missed it leaves its hole too', async () => {
  const { clock, books, announce, status, station } = setUp();
  announce('s');
  clock.now = T0;
  status(true, 600);
  clock.now = T0 + 20 * MINUTE;
  status(true, 300);
  clock.now = T0 + HOUR + MINUTE;
  const { hours } = await books.hours(station('s'), T0, T0 + HOUR);
  expect(pm(hours)?.missedWhy).toEqual([
    { cause: NO_RECORD, count: 40 },
    { cause: EDGE_NOT_RUNNING, count: 15 },
    { cause: EDGE_NOT_CONNECTED, count: 5 },
  ]);
});

test('the present hour is closed a minute behind: what is on its way is not missed', async () => {
  const { store, clock, books, announce, station } = setUp();
  announce('s');
  await store.append(minutes(0, 29));
  clock.now = T0 + 30 * MINUTE;
  const { until, hours } = await books.hours(station('s'), T0, T0 + HOUR);
  expect(until).toBe(T0 + 29 * MINUTE);
  expect(pm(hours)).toMatchObject({ expected: 29, good: 29, missed: 0, extra: 0 });
});

test('a day counts what is clean, good and live, and missing readings are no samples', async () => {
  const { store, clock, books, announce, station, quarantine } = setUp();
  announce('s');
  await store.append([
    ...minutes(0, 40),
    ...minutes(40, 50, { flag: 3, reason: 'unusual' }),
    ...minutes(50, 55, { flag: 9, reason: 'no answer', value: null }),
    reading(T0 + 55 * MINUTE, { receivedAt: T0 + 66 * MINUTE }),
  ]);
  clock.now = T0 + 30 * MINUTE;
  const topic = topics.readings('edge-a', 's');
  await quarantine.add({ client: 'edge-a', topic, reason: 'no SenML', records: 1, payload: 'x' });
  clock.now = T0 + 2 * HOUR;
  expect(await books.counts(station('s'), T0, T0 + HOUR)).toEqual({
    expected: 60 + 12,
    received: 52,
    clean: 51,
    good: 41,
    live: 50,
  });
});
