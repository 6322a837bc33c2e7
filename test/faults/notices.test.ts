/**
 * The gateway is killed while it tells people: when the SMS gateway has a message and has not answered, when it has answered and
 * that may not be written yet, and at any moment; and the SMS gateway is down, slow, answers 500, or takes a message and never
 * answers. Nobody is told twice, and nobody is forgotten: what nobody knows of is said.
 * QUANTRAC_FAULT_ROUNDS says how many kills there are; QUANTRAC_FAULT_SEED repeats the moments of a run.
 */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { expect, test, vi } from 'vitest';
import { freePort } from '../../devices/kit/free-port.ts';
import { seededRandom } from '../../devices/simulator/random.ts';
import type { AlertAnswer, TransitionAnswer } from '../../devices/wire/api.ts';
import type { NoticeAnswer } from '../../devices/wire/notify.ts';
import { topics } from '../../devices/wire/topics.ts';
import { addDevice, withAccounts } from '../../gateway/admin.ts';
import { createClient } from '../support/api.ts';
import { testStation } from '../support/station.ts';
import { restartable } from './support/restartable.ts';

/** Each takes as long as five of the kills that the variable is for. */
const ROUNDS = Math.ceil(Number(process.env.QUANTRAC_FAULT_ROUNDS ?? 12) / 5);
const SEED = Number(process.env.QUANTRAC_FAULT_SEED ?? 1 + Math.floor(Math.random() * 1_000_000));

const TOKEN = 'the-token-of-the-fault-suite';
const STEPS = ['taken', 'answered', 'any'] as const;
const ALARMS_A_ROUND = 5;
const PATIENCE = { timeout: 60_000, interval: 100 };

/** How the SMS gateway answers; `lost`: it takes the message and ends the connection. */
type Manner = 'well' | 'slow' | 'refusing' | 'lost';
/** Longer than other requests of the gateway wait for an answer. */
const SLOW_MS = 12_000;

/** An HTTP SMS gateway that remembers the number of each message it has got, and a chat service at `/chat`. */
async function startSmsGateway(undo: AsyncDisposableStack) {
  const got: number[] = [];
  const chats: string[] = [];
  const requests: Manner[] = [];
  let manner: Manner = 'well';
  let listener: { step: 'taken' | 'answered'; done: () => void } | null = null;
  const reached = (step: 'taken' | 'answered'): boolean => {
    if (listener?.step !== step) return false;
    listener.done();
    listener = null;
    return true;
  };
  const server = createServer(async (request, response) => {
    const answering = manner;
    const chunks = await request.toArray().catch(() => null);
    if (chunks === null) return;
    requests.push(answering);
    if (answering === 'refusing') {
      response.writeHead(500).end();
      return;
    }
    const { text } = JSON.parse(Buffer.concat(chunks).toString()) as { text: string };
    if (request.url === '/chat') chats.push(text);
    else got.push(Number(/OK (\d+)$/.exec(text)?.[1]));
    if (answering === 'lost') {
      response.destroy();
      return;
    }
    // Who waits for this kills the gateway: it never sees an answer.
    if (reached('taken')) return;
    response.on('finish', () => reached('answered'));
    if (answering === 'slow') await sleep(SLOW_MS, undefined, { ref: false });
    response.writeHead(200).end();
  });
  const port = await freePort();
  const listen = async (): Promise<void> => {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  };
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  await listen();
  undo.defer(close);
  return {
    got,
    chats,
    requests,
    url: `http://127.0.0.1:${port}/`,
    listen,
    close,
    become: (next: Manner) => {
      manner = next;
    },
    next: (step: 'taken' | 'answered') =>
      new Promise<void>((done) => {
        listener = { step, done };
      }),
  };
}

/** A gateway with people who are told by SMS, and what reports alarms to it. */
async function startTelling(
  undo: AsyncDisposableStack,
  smsUrl: string,
  people: readonly { readonly id: string; readonly channels: readonly object[] }[],
) {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-fault-notices-'));
  undo.defer(() => rmSync(folder, { recursive: true, force: true }));
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  mkdirSync(join(folder, 'data'));
  const settings = {
    data_dir: join(folder, 'data'),
    http: { port: httpPort },
    mqtt: { port: mqttPort },
    notify: {
      min_gap_s: 0,
      channels: {
        sms: { via: 'http', url: smsUrl, body: '{"text":"{text}"}', per_minute: 10_000 },
        chat: { other: { url: `${smsUrl}chat`, body: '{"text":"{text}"}' } },
      },
    },
  };
  const gateway = restartable({
    name: 'gateway',
    command: 'gateway',
    folder,
    settings,
    env: { QUANTRAC_TOKEN: TOKEN },
  });
  undo.defer(() => gateway.stop());
  await gateway.start();
  const api = createClient(`http://127.0.0.1:${httpPort}`, TOKEN);
  const put = async (path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${httpPort}/api/v1/${path}`, {
      method: 'PUT',
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  };
  for (const { id, channels } of people) await put(`people/${id}`, { name: id, channels });
  await put('notice-plans/all', { steps: [{ people: people.map(({ id }) => id) }], most_repeats: 0 });

  const password = await withAccounts({ flags: settings }, (accounts) => addDevice(accounts, 'buoy', 'edge'));
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    username: 'buoy',
    password,
    reconnectPeriod: 50,
  });
  client.on('error', () => {});
  undo.defer(() => client.endAsync(true));
  const stations = [testStation({ id: 'buoy-1', parameters: [{ id: 'pressure', period_s: 3600 }] })];
  await client.publishAsync(topics.inventory('buoy'), JSON.stringify({ stations }), { qos: 1, retain: true });
  return {
    folder,
    gateway,
    /** Resolves when the gateway has it; the client sends it again until then. */
    raise(limit: string): Promise<unknown> {
      const alarm = { station: 'buoy-1', parameter: 'pressure', limit, state: 'raised', level: 'warning' };
      const payload = JSON.stringify({ ...alarm, at: Date.now(), value: 1020, threshold: 1013 });
      return client.publishAsync(topics.alarms('buoy', 'buoy-1'), payload, { qos: 1 });
    },
    page: async <T>(path: string, key: string): Promise<T[]> =>
      (await api.call<Record<string, T[]>>(`${path}limit=500`))[key] ?? [],
  };
}
type Telling = Awaited<ReturnType<typeof startTelling>>;

/** `told` and `not told` of an alert. */
const toldOf = async ({ page }: Telling, id: string): Promise<TransitionAnswer[]> =>
  (await page<TransitionAnswer>(`alerts/${id}/transitions?`, 'transitions')).filter(({ kind }) =>
    kind.endsWith('told'),
  );

test('people are told once of each alert, or it is said that nobody knows', {
  timeout: 120_000 + ROUNDS * 10_000,
}, async () => {
  await using undo = new AsyncDisposableStack();
  const random = seededRandom(SEED);
  process.stdout.write(`notices: ${ROUNDS} rounds, QUANTRAC_FAULT_SEED=${SEED}\n`);
  const sms = await startSmsGateway(undo);
  const people = ['lan', 'minh'];
  const telling = await startTelling(
    undo,
    sms.url,
    people.map((id, index) => ({ id, channels: [{ kind: 'sms', address: `+8490512345${index}` }] })),
  );
  const { gateway, page, folder } = telling;

  const limits: string[] = [];
  const underWay: Promise<unknown>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const step = STEPS[round % STEPS.length] ?? 'any';
    const moment = step === 'any' ? sleep(random() * 400) : sms.next(step);
    for (let count = 0; count < ALARMS_A_ROUND; count++) {
      const limit = `high-${limits.length + 1}`;
      limits.push(limit);
      underWay.push(telling.raise(limit));
    }
    await moment;
    await gateway.kill();
    await gateway.start();
    process.stdout.write(`notices: round ${round + 1}/${ROUNDS}, killed: ${step}; ${sms.got.length} SMS\n`);
  }
  await Promise.all(underWay);

  await vi.waitFor(async () => {
    const alerts = await page<AlertAnswer>('alerts?state=all&', 'alerts');
    expect(alerts.map(({ limit }) => limit)).toEqual(expect.arrayContaining(limits));
    for (const { id } of alerts) {
      const told = await toldOf(telling, id);
      // Each person has been told of it once, or nobody knows whether he has.
      expect(told.map(({ reason }) => reason?.split(':')[0]).sort()).toEqual(people);
      for (const { kind, reason } of told) if (kind === 'not told') expect(reason).toContain('nobody knows');
    }
  }, PATIENCE);
  const notices = await page<NoticeAnswer>('notices?', 'notices');
  expect(sms.got.length).toBe(new Set(sms.got).size);
  const sent = notices.filter(({ state }) => state === 'sent').map(({ number }) => number);
  expect(sms.got).toEqual(expect.arrayContaining(sent));
  const unknown = new Set(notices.filter(({ state }) => state === 'unknown').map(({ number }) => number));
  expect(sms.got.filter((number) => !sent.includes(number) && !unknown.has(number))).toEqual([]);
  expect(readFileSync(join(folder, 'gateway.log'), 'utf8')).not.toContain('9051234');
  process.stdout.write(
    `notices: ${limits.length} alerts, ${sms.got.length} SMS, ${unknown.size} of which nobody knows\n`,
  );
});

test('an SMS gateway that is down, slow, answers 500 or loses its answer makes nobody be told twice', {
  timeout: 180_000,
}, async () => {
  await using undo = new AsyncDisposableStack();
  const sms = await startSmsGateway(undo);
  const channels = [
    { kind: 'sms', address: '+84905123450' },
    { kind: 'chat:other', address: 'u-1' },
  ];
  const telling = await startTelling(undo, sms.url, [{ id: 'lan', channels }]);
  /** What the timeline says at last of an alarm that is raised now. */
  const outcomeOf = async (limit: string, whileDown: () => Promise<void> = async () => {}) => {
    await telling.raise(limit);
    const alertOf = async () =>
      (await telling.page<AlertAnswer>('alerts?state=all&', 'alerts')).find((alert) => alert.limit === limit);
    await whileDown();
    return vi.waitFor(async () => {
      const told = await toldOf(telling, (await alertOf())?.id ?? '0');
      const reasons = told.map(({ kind, reason }) => `${kind} ${reason}`);
      expect(reasons.at(-1)).toMatch(/^told|nobody knows/);
      return reasons;
    }, PATIENCE);
  };

  await sms.close();
  const down = await outcomeOf('down', async () => {
    await vi.waitFor(async () => {
      const [notice] = await telling.page<NoticeAnswer>('notices?', 'notices');
      expect(notice?.tries).toBe(1);
    }, PATIENCE);
    await sms.listen();
  });
  expect(down).toEqual([
    expect.stringMatching(/^not told lan: sms: nobody listens .*again in 5 s$/),
    'told lan: sms',
  ]);
  expect(sms.got).toHaveLength(1);

  sms.become('refusing');
  const refused = await outcomeOf('refusing', async () => {
    await vi.waitFor(() => expect(sms.requests).toContain('refusing'), PATIENCE);
    sms.become('well');
  });
  expect(refused.at(-1)).toBe('told lan: sms');
  expect(sms.got).toHaveLength(2);

  sms.become('slow');
  expect(await outcomeOf('slow')).toEqual(['told lan: sms']);
  expect(sms.got).toHaveLength(3);

  sms.become('lost');
  expect(await outcomeOf('lost')).toEqual([expect.stringContaining('nobody knows: the receiver ended')]);
  sms.become('well');
  // Longer than the pause after which a message that was not taken is sent again.
  await sleep(7000);
  expect(sms.got).toHaveLength(4);
  expect(new Set(sms.got).size).toBe(4);
  expect(sms.chats).toEqual([]);
  const states = (await telling.page<NoticeAnswer>('notices?', 'notices')).map(({ state }) => state);
  expect(states).toEqual(['unknown', 'sent', 'sent', 'sent']);
});
