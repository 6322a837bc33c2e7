/**
 * What is made of the feed and the store while the gateway is killed at any moment, with folders that are away now and then: each
 * CAP message, each station file and each hour is there once in the end. QUANTRAC_FAULT_ROUNDS says how many kills there are;
 * QUANTRAC_FAULT_SEED repeats the moments of a run.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { expect, test, vi } from 'vitest';
import { freePort } from '../../devices/kit/free-port.ts';
import { dayBounds, dayOf } from '../../devices/local-time.ts';
import { FLAG } from '../../devices/quality.ts';
import { seededRandom } from '../../devices/simulator/random.ts';
import type { DestinationAnswer } from '../../devices/wire/destination.ts';
import type { FeedRecord, Observations } from '../../devices/wire/feed.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import { addDevice, withAccounts } from '../../gateway/admin.ts';
import { fileTime } from '../../gateway/ioc/station-files/format.ts';
import { createClient } from '../support/api.ts';
import { CAP_SETTINGS, capStation, shortOf } from '../support/cap-rig.ts';
import { testStation } from '../support/station.ts';
import { restartable } from './support/restartable.ts';

const ROUNDS = Math.ceil(Number(process.env.QUANTRAC_FAULT_ROUNDS ?? 12) / 3);
const SEED = Number(process.env.QUANTRAC_FAULT_SEED ?? 1 + Math.floor(Math.random() * 1_000_000));

const TOKEN = 'the-token-of-the-fault-suite';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The cycles of yesterday and today take ten seconds at this pace: the kills come in between. */
const CYCLES_A_SECOND = 200;
const PATIENCE = { timeout: 120_000, interval: 200 };

/** Publishes with QoS 1 until it is acknowledged, over restarts of the gateway. */
async function openDevice(url: string, password: string, undo: AsyncDisposableStack) {
  const client = await connectAsync(url, { username: 'box', password, reconnectPeriod: 50 });
  client.on('error', () => {});
  undo.defer(() => client.endAsync(true));
  return (topic: string, payload: object, retain = false) =>
    client.publishAsync(topic, JSON.stringify(payload), { qos: 1, retain }).then(() => {});
}

test('each CAP message, station file and hour is there once', {
  timeout: 300_000 + ROUNDS * 15_000,
}, async () => {
  const random = seededRandom(SEED);
  console.log(`[faults delivery-files] ${ROUNDS} rounds, QUANTRAC_FAULT_SEED=${SEED}`);
  await using undo = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-faults-files-'));
  undo.defer(() => rmSync(folder, { recursive: true, force: true }));
  const out = (name: string) => join(folder, name);
  for (const name of ['gateway', 'cap', 'files']) mkdirSync(out(name));
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const data_dir = out('gateway');
  const password = await withAccounts({ flags: { data_dir } }, (accounts) =>
    addDevice(accounts, 'box', 'edge'),
  );
  const process = (name: string, destinations: object[]) => {
    const ioc = { cap: CAP_SETTINGS, observations_delay_s: 1, destinations };
    const made = restartable({
      ...{ name, command: 'gateway', folder, env: { QUANTRAC_TOKEN: TOKEN } },
      settings: { data_dir, http: { port: httpPort }, mqtt: { port: mqttPort }, ioc },
    });
    undo.defer(() => made.stop());
    return made;
  };
  const api = createClient(`http://127.0.0.1:${httpPort}`, TOKEN);

  // Yesterday is in the store before there is a receiver: its files are caught up with.
  const since = dayOf(Date.now() - 24 * HOUR_MS);
  const from = dayBounds(since)?.from ?? 0;
  const readings = Array.from({ length: 100 }, (_, index) => ({
    parameter: 'pressure' as const,
    at: from + (index * 14 + 1) * MINUTE_MS,
    value: 1000 + index,
    flag: FLAG.good,
    reason: null,
  }));
  const posts = Array.from({ length: ROUNDS }, (_, index) =>
    capStation(`chot-${index + 1}`, 'fire', 0, { latitude: 10 + index * 0.1 }),
  );
  const buoy = testStation({ id: 'buoy-1', parameters: [{ id: 'pressure', period_s: 840 }] });
  const filling = process('filling', []);
  await filling.start();
  const publish = await openDevice(`mqtt://127.0.0.1:${mqttPort}`, password, undo);
  await publish(topics.inventory('box'), { stations: [buoy, ...posts] }, true);
  await publish(topics.backlog('box', 'buoy-1'), encodeSenml('buoy-1', readings));
  await filling.kill();

  const gateway = process('gateway', [
    { id: 'cap', type: 'cap', to: 'folder', path: out('cap') },
    {
      ...{ id: 'files', type: 'station-files', to: 'folder', folder: out('files') },
      ...{ most_per_second: CYCLES_A_SECOND, since, period_s: 60, delay_s: 0 },
      name: '{station}_{time}.txt',
      stations: [{ id: 'buoy-1', station: 'B1' }],
      parameters: { pressure: { symbol: 'P', unit: 'hPa' } },
    },
  ]);
  await gateway.start();
  const underWay: Promise<void>[] = [];
  for (const [round, { id }] of posts.entries()) {
    const away = round % 2 === 0 ? (['cap', 'files'] as const)[Math.floor(random() * 2)] : undefined;
    if (away) renameSync(out(away), out(`${away}-away`));
    const alarm = {
      station: id,
      parameter: 'smoke',
      limit: 'fire-smoke',
      state: 'raised',
      level: 'critical',
    };
    const published = publish(topics.alarms('box', id), { ...alarm, at: Date.now(), value: 1, threshold: 1 });
    published.catch(() => {});
    underWay.push(published);
    await sleep(random() * 3000);
    await gateway.kill();
    if (away) renameSync(out(`${away}-away`), out(away));
    await gateway.start();
  }
  await Promise.all(underWay);

  const hours = new Map<number, Observations[]>();
  const wanted = new Set(readings.map(({ at }) => at - (at % HOUR_MS)));
  let after = 0;
  await vi.waitFor(async () => {
    const page = await api.call<{ records: FeedRecord[] }>(`ioc/feed?after=${after}&limit=1000`);
    after = page.records.at(-1)?.number ?? after;
    for (const record of page.records) {
      if (!('observations' in record) || record.observations.station !== 'buoy-1') continue;
      const { observations } = record;
      hours.set(observations.from, [...(hours.get(observations.from) ?? []), observations]);
    }
    expect([...wanted].filter((hour) => !hours.has(hour))).toEqual([]);
  }, PATIENCE);
  for (const hour of wanted) {
    const told = hours.get(hour)?.map(({ measured }) => measured[0]?.readings);
    expect(told, new Date(hour).toISOString()).toEqual([
      readings.filter(({ at }) => at - (at % HOUR_MS) === hour).length,
    ]);
  }

  await vi.waitFor(async () => {
    for (const id of ['cap', 'files']) await api.call(`ioc/destinations/${id}/resume`, {}).catch(() => {});
    const { destinations } = await api.call<{ destinations: DestinationAnswer[] }>('ioc/destinations');
    expect(destinations.map(({ behind, error, dead_letters }) => ({ behind, error, dead_letters }))).toEqual([
      { behind: 0, error: null, dead_letters: 0 },
      { behind: 0, error: null, dead_letters: 0 },
    ]);
    expect(readdirSync(out('cap')).length).toBeGreaterThanOrEqual(ROUNDS);
  }, PATIENCE);
  const messages = readdirSync(out('cap')).map((name) =>
    shortOf(readFileSync(join(out('cap'), name), 'utf8')),
  );
  expect(messages.map(({ serial }) => serial).sort((a, b) => a - b)).toEqual(
    posts.map((_, index) => index + 1),
  );
  expect(messages.every(({ type }) => type === 'Alert')).toBe(true);
  const files = new Map(
    readdirSync(out('files')).map((name) => [name, readFileSync(join(out('files'), name), 'utf8')]),
  );
  expect(files).toEqual(
    new Map(
      readings.map(({ at, value }) => {
        const time = fileTime(at - (at % MINUTE_MS) + MINUTE_MS);
        return [`B1_${time}.txt`, `P\t${value.toFixed(1)}\thPa\t${time}\t00\r\n`];
      }),
    ),
  );
});
