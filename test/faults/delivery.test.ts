/**
 * Receivers of the feed that are down, slow, failing or lose their answer after they have taken a record, while the gateway is
 * killed: when a record is taken and not answered yet, when it is answered and the cursor may not be written yet, and at any moment.
 * QUANTRAC_FAULT_ROUNDS says how many kills there are; QUANTRAC_FAULT_SEED repeats the moments and faults of a run.
 */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import { Webhook } from 'standardwebhooks';
import { expect, test, vi } from 'vitest';
import { freePort } from '../../devices/kit/free-port.ts';
import { seededRandom } from '../../devices/simulator/random.ts';
import type { DestinationAnswer } from '../../devices/wire/destination.ts';
import { type FeedRecord, feedRecordSchema } from '../../devices/wire/feed.ts';
import { topics } from '../../devices/wire/topics.ts';
import { addDevice, withAccounts } from '../../gateway/admin.ts';
import { verifyFeed } from '../../gateway/ioc/feed-verify-command.ts';
import { createClient } from '../support/api.ts';
import { WEBHOOK_SECRET } from '../support/receiver.ts';
import { testStation } from '../support/station.ts';
import { restartable } from './support/restartable.ts';

/** Each takes as long as five of the kills that the variable is for. */
const ROUNDS = Math.ceil(Number(process.env.QUANTRAC_FAULT_ROUNDS ?? 12) / 5);
const SEED = Number(process.env.QUANTRAC_FAULT_SEED ?? 1 + Math.floor(Math.random() * 1_000_000));

const TOKEN = 'the-token-of-the-fault-suite';
const FAULTS = ['down', 'slow', 'failing', 'losing'] as const;
const STEPS = ['taken', 'answered', 'any'] as const;
const SLOW_MS = 400;
const ALARMS_A_ROUND = 8;
const PATIENCE = { timeout: 60_000, interval: 50 };

type Mode = 'well' | (typeof FAULTS)[number];

/** Keeps what it has taken, repeats too, in the order of arrival; behaves as told. */
async function startReceiver(undo: AsyncDisposableStack) {
  const taken: FeedRecord[] = [];
  let mode: Mode = 'well';
  let listener: { step: 'taken' | 'answered'; done: () => void } | null = null;
  const reached = (step: 'taken' | 'answered') => {
    if (listener?.step !== step) return false;
    listener.done();
    listener = null;
    return true;
  };
  const answer: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    // The gateway may be killed within a request.
    const whole = await request.toArray().then(
      (parts: Buffer[]) => chunks.push(...parts),
      () => 0,
    );
    if (!whole) return;
    const text = Buffer.concat(chunks).toString();
    const body = new Webhook(WEBHOOK_SECRET).verify(text, request.headers as Record<string, string>);
    if (mode === 'failing') return void response.writeHead(500).end();
    if (mode === 'slow') await sleep(SLOW_MS);
    taken.push(feedRecordSchema.parse(body));
    if (mode === 'losing') return void request.socket.destroy();
    // Who waits for this kills the gateway: it never sees an answer.
    if (reached('taken')) return;
    response.on('finish', () => reached('answered'));
    response.writeHead(204).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  const port = await freePort();
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const set = async (next: Mode) => {
    mode = next;
    if (next === 'down') await stop();
    else if (!server.listening) await once(server.listen(port, '127.0.0.1'), 'listening');
  };
  await set('well');
  undo.defer(stop);
  return {
    url: `http://127.0.0.1:${port}/`,
    taken,
    set,
    next: (step: 'taken' | 'answered') =>
      new Promise<void>((done) => {
        listener = { step, done };
      }),
  };
}

/** Another broker, which keeps what it acknowledges. */
async function startOtherBroker(undo: AsyncDisposableStack) {
  const taken: FeedRecord[] = [];
  const broker = await Aedes.createBroker();
  broker.authorizePublish = (_client, packet, done) => {
    taken.push(feedRecordSchema.parse(JSON.parse(String(packet.payload))));
    done(null);
  };
  const server = createTcpServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.defer(async () => {
    await new Promise<void>((resolve) => broker.close(resolve));
    server.close();
  });
  return { url: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`, taken };
}

/** A device that raises one alarm after another, each of a limit of its own, and repeats each until it is acknowledged. */
async function startDevice(url: string, password: string, undo: AsyncDisposableStack) {
  const client = await connectAsync(url, { username: 'buoy', password, reconnectPeriod: 50 });
  client.on('error', () => {});
  let gone = false;
  undo.defer(async () => {
    gone = true;
    await client.endAsync(true);
  });
  const publish = async (topic: string, payload: object, retain = false): Promise<void> => {
    while (!gone) {
      const acknowledged = await client.publishAsync(topic, JSON.stringify(payload), { qos: 1, retain }).then(
        () => true,
        () => false,
      );
      if (acknowledged) return;
      await sleep(50);
    }
  };
  const station = testStation({ id: 'buoy-1', parameters: [{ id: 'pressure', period_s: 3600 }] });
  await publish(topics.inventory('buoy'), { stations: [station] }, true);
  const keys: string[] = [];
  const underWay: Promise<void>[] = [];
  return {
    keys,
    raise(alarms: number) {
      for (let count = 0; count < alarms; count++) {
        const limit = `high-${keys.length + 1}`;
        keys.push(`buoy-1/pressure/${limit}`);
        const alarm = { station: 'buoy-1', parameter: 'pressure', limit, state: 'raised', level: 'warning' };
        const evidence = { at: Date.now(), value: 1020, threshold: 1013 };
        underWay.push(publish(topics.alarms('buoy', 'buoy-1'), { ...alarm, ...evidence }));
      }
    },
    acknowledged: () => Promise.all(underWay),
  };
}

/**
 * Each number follows the one before, or is that one again: nothing is missing, nothing comes late. After a kill those of the last
 * moment come again, too.
 */
function expectInOrder(taken: readonly FeedRecord[], name: string): void {
  let last = 0;
  let backs = 0;
  for (const [index, { number }] of taken.entries()) {
    if (number < last) backs++;
    expect(number, `${name}: item ${index} is record ${number} after ${last}`).toBeLessThanOrEqual(last + 1);
    last = number;
  }
  expect(backs, `${name} goes back with kills only`).toBeLessThanOrEqual(ROUNDS);
}

test('every record reaches every receiver, in order', { timeout: 120_000 + ROUNDS * 15_000 }, async () => {
  const random = seededRandom(SEED);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const say = (line: string) => console.log(`[faults delivery] ${line}`);
  say(`${ROUNDS} rounds, QUANTRAC_FAULT_SEED=${SEED}`);
  await using undo = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-faults-delivery-'));
  undo.defer(() => rmSync(folder, { recursive: true, force: true }));
  const faulty = await startReceiver(undo);
  const steady = await startReceiver(undo);
  const broker = await startOtherBroker(undo);
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const data_dir = join(folder, 'gateway');
  mkdirSync(data_dir);
  const password = await withAccounts({ flags: { data_dir } }, (accounts) =>
    addDevice(accounts, 'buoy', 'edge'),
  );
  const webhook = (id: string, url: string) => ({ id, url, secret: { env: 'TEST_WEBHOOK_SECRET' } });
  const destinations = [
    webhook('faulty', faulty.url),
    webhook('steady', steady.url),
    { id: 'broker', type: 'mqtt', url: broker.url },
  ];
  const gateway = restartable({
    name: 'gateway',
    command: 'gateway',
    folder,
    settings: { data_dir, http: { port: httpPort }, mqtt: { port: mqttPort }, ioc: { destinations } },
    env: { QUANTRAC_TOKEN: TOKEN, TEST_WEBHOOK_SECRET: WEBHOOK_SECRET },
  });
  undo.defer(() => gateway.stop());
  await gateway.start();
  const api = createClient(`http://127.0.0.1:${httpPort}`, TOKEN);
  const device = await startDevice(`mqtt://127.0.0.1:${mqttPort}`, password, undo);
  /** What waits for its next try has it now. */
  const resume = () => api.call('ioc/destinations/faulty/resume', {}).catch(() => {});

  for (let round = 1; round <= ROUNDS; round++) {
    const fault = pick(FAULTS);
    const step = STEPS[round % STEPS.length] ?? 'any';
    await faulty.set(fault);
    device.raise(ALARMS_A_ROUND);
    await sleep(random() * 1000);
    if (step !== 'any') {
      await faulty.set('well');
      const reached = faulty.next(step);
      device.raise(1);
      await resume();
      await reached;
    }
    await gateway.kill();
    say(`round ${round}/${ROUNDS}: ${fault}, killed at: ${step}; ${faulty.taken.length} requests taken`);
    await gateway.start();
    if (random() < 0.5) await faulty.set('well');
  }

  await faulty.set('well');
  await device.acknowledged();
  await vi.waitFor(async () => {
    const { destinations: states } = await api.call<{ destinations: DestinationAnswer[] }>(
      'ioc/destinations',
    );
    if (states.some(({ error }) => error !== null)) await resume();
    expect(states.map(({ id, behind, error }) => ({ id, behind, error }))).toEqual(
      destinations.map(({ id }) => ({ id, behind: 0, error: null })),
    );
  }, PATIENCE);

  const feed: FeedRecord[] = [];
  for (;;) {
    const after = feed.at(-1)?.number ?? 0;
    const { records } = await api.call<{ records: FeedRecord[] }>(`ioc/feed?after=${after}&limit=1000`);
    if (records.length === 0) break;
    feed.push(...records);
  }
  expect(feed.map(({ number }) => number)).toEqual(feed.map((_, index) => index + 1));
  const lines: string[] = [];
  const output = { say: (line: string) => void lines.push(line), progress: () => {} };
  expect(
    await verifyFeed({ url: `http://127.0.0.1:${httpPort}`, token: TOKEN }, {}, output),
    lines.join(),
  ).toBe(true);
  const raised = feed.flatMap((record) => (record.kind === 'alert.raised' ? [record.alert.key] : []));
  expect(raised.filter((key) => device.keys.includes(key)).toSorted()).toEqual(device.keys.toSorted());

  for (const [name, { taken }] of Object.entries({ faulty, steady, broker })) {
    expectInOrder(taken, name);
    const once = new Map(taken.map((record) => [record.number, record]));
    const expected = feed.filter(({ number }) => number <= (taken.at(-1)?.number ?? 0));
    expect([...once.values()], name).toEqual(expected);
    expect(feed.length - once.size, `${name} is as far as it was when nobody was behind`).toBeLessThan(3);
    say(`${name}: ${once.size} records, ${taken.length - once.size} of them repeated`);
  }
  // What was taken and not answered came again.
  const distinct = new Set(faulty.taken.map(({ number }) => number)).size;
  expect(faulty.taken.length - distinct).toBeGreaterThanOrEqual(Math.floor(ROUNDS / STEPS.length));
});
