/** What the centre is told of the outbox, over a real broker. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Account, accountSchema } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { createAccountReports } from './account.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import { type Broker, silentLog, startBroker } from './rig.ts';
import { startUplink, type Uplink } from './uplink.ts';

const HOUR = 3_600_000;
const HERE = topics.account('hop-1');

let folder = '';
let broker: Broker;
let outbox: Outbox;
let uplink: Uplink | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-account-'));
  broker = await startBroker();
  outbox = openOutbox(folder, 8);
});
afterEach(async () => {
  await uplink?.stop(0);
  uplink = null;
  outbox.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

const hourOf = (at: number) => at - (at % HOUR);
const old = (n: number) => {
  const at = hourOf(Date.now()) - 10 * HOUR + n * 1000;
  return {
    kind: 'readings' as const,
    station: 's1',
    payload: JSON.stringify([{ bn: 'urn:quantrac:s1:', bt: at / 1000, n: 'ph', u: 'pH', v: 7 }]),
    records: 1,
    at,
  };
};

const start = (clock: Clock = systemClock) =>
  startUplink({
    edge: 'hop-1',
    url: `mqtt://127.0.0.1:${broker.port}`,
    password: 'secret',
    keepaliveS: 30,
    outbox,
    account: outbox,
    inventory: () => ({ stations: [] }),
    status: () => ({ online: true }),
    clock,
    random: () => 0.5,
    reconnect: { firstMs: 10, maxMs: 10 },
    ackTimeoutMs: 400,
    statusEveryMs: 20,
    log: silentLog,
  });

const accountOf = ({ payload }: { payload: string }): Account => accountSchema.parse(JSON.parse(payload));
const accounts = () => broker.arrived.filter(({ topic }) => topic === HERE).map(accountOf);

test('a connection begins with what waits, before any of it arrives', async () => {
  outbox.append([old(0), old(1)]);
  uplink = start();
  await broker.arrival(({ topic }) => topic === topics.backlog('hop-1', 's1'));
  const order = broker.arrived.map(({ topic }) => topic);
  expect(order.slice(0, 3)).toEqual([topics.inventory('hop-1'), topics.status('hop-1'), HERE]);
  expect(accounts()[0]?.waiting).toEqual([
    { station: 's1', hour: hourOf(Date.now()) - 10 * HOUR, points: { ph: 2 } },
  ]);
});

test('a loss is repeated over connections until it is acknowledged, as the same report, and then no more', async () => {
  outbox.lose('s1', [{ parameter: 'ph', hour: hourOf(Date.now()), readings: 3 }], 'dropped');
  broker.withhold = (topic) => topic === HERE;
  // Without its PUBACK the connection ends, and another begins.
  uplink = start();
  const seen = () => accounts().filter(({ lost }) => lost !== undefined);
  await broker.arrival(() => seen().length >= 2);
  const [first, second] = seen();
  expect(first?.lost).toMatchObject({
    number: 1,
    entries: [{ station: 's1', cause: 'dropped', readings: 3 }],
  });
  expect(second?.lost).toEqual(first?.lost);
  broker.withhold = () => false;
  const before = seen().length;
  await broker.arrival(() => seen().length > before && outbox.losses() === null);
  const told = seen().length;
  outbox.lose('s1', [{ parameter: 'ph', hour: hourOf(Date.now()), readings: 1 }], 'dropped');
  await broker.arrival(() => seen().length > told);
  expect(seen().at(-1)?.lost).toMatchObject({ number: 2, entries: [{ readings: 1 }] });
}, 20_000);

test('what waits is told each minute, and that nothing does only once', () => {
  const reports = createAccountReports(outbox);
  const now = Date.now();
  expect(reports.next(now, 0)).toEqual({ at: now, waiting: [] });
  expect(reports.next(now, 60_000)).toBeNull();
  outbox.append([old(0)]);
  expect(reports.next(now, 119_000)).toBeNull();
  expect(reports.next(now, 120_000)?.waiting).toHaveLength(1);
  expect(reports.next(now, 130_000)).toBeNull();
  expect(reports.next(now, 180_000)?.waiting).toHaveLength(1);
});
