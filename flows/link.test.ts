import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../devices/kit/free-port.ts';
import type { Alarm, FlowsStatus, Live } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { type LinkOptions, openLink, retryMs } from './link.ts';
import { startBroker, type TestBroker } from './test-broker.ts';

const live: Live = {
  station: 'fire-1',
  kind: 'fire',
  readings: [{ parameter: 'co', unit: 'ug/m3', at: 1_000, value: 6000, flag: 1, reason: null }],
};
const alarm = (station: string, state: Alarm['state'], at: number): Alarm => ({
  station,
  parameter: 'co',
  limit: 'fire-co',
  state,
  level: 'critical',
  at,
  value: 6000,
  threshold: 5000,
});

function open(url: string, more: Partial<LinkOptions> = {}) {
  const lines: { msg: string; level: number }[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const options = {
    url,
    username: 'flows',
    password: 'secret-of-flows',
    log,
    now: () => 42,
    random: () => 0,
  };
  const link = openLink({ ...options, ...more });
  onTestFinished(() => link.stop());
  return { link, lines };
}

async function broker(...args: Parameters<typeof startBroker>): Promise<TestBroker> {
  const started = await startBroker(...args);
  onTestFinished(() => started.close());
  return started;
}

const changed = (link: ReturnType<typeof openLink>, until: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!until()) return;
      end();
      resolve();
    };
    const end = link.onChange(look);
    look();
  });

test('live messages reach every listener until it ends', async () => {
  const centre = await broker();
  const { link } = open(centre.url);
  await link.settled;
  expect(link.connected).toBe(true);
  const first: Live[] = [];
  const end = link.onLive((message) => first.push(message));
  const second = Promise.withResolvers<Live>();
  link.onLive(second.resolve);
  await centre.publish(topics.live('fire-1'), live);
  expect(await second.promise).toEqual(live);
  expect(first).toEqual([live]);
  end();
  const third = Promise.withResolvers<Live>();
  link.onLive(third.resolve);
  await centre.publish(topics.live('fire-1'), live);
  await third.promise;
  expect(first).toHaveLength(1);
});

test('malformed live messages are counted, said once, and hurt nobody', async () => {
  const centre = await broker();
  const { link, lines } = open(centre.url);
  await link.settled;
  await centre.publish(topics.live('fire-1'), 'no json');
  await centre.publish(topics.live('fire-2'), live);
  const good = new Promise<Live>((resolve) => {
    link.onLive(() => {
      throw new Error('a node of somebody');
    });
    link.onLive(resolve);
  });
  await centre.publish(topics.live('fire-1'), live);
  expect(await good).toEqual(live);
  expect(link.malformed).toBe(2);
  expect(lines.filter(({ msg }) => msg === 'live message refused')).toHaveLength(1);
});

test('the heartbeat is retained, says whether flows run, and goes on', async () => {
  const centre = await broker();
  const { link } = open(centre.url, { heartbeatMs: 20 });
  const status = (online: boolean) =>
    centre.next<FlowsStatus>(topics.flowsStatus, (payload) => payload.online === online);
  expect(await status(false)).toEqual({ online: false, at: 42 });
  link.setRunning(true);
  expect(await status(true)).toEqual({ online: true, at: 42 });
  await status(true);
  expect(await centre.retained(topics.flowsStatus)).toEqual({ online: true, at: 42 });
  link.setRunning(false);
  await status(false);
});

test('a link that stops says goodbye with a time, one that breaks leaves its last will', async () => {
  const centre = await broker();
  const { link } = open(centre.url);
  link.setRunning(true);
  await centre.next<FlowsStatus>(topics.flowsStatus, ({ online }) => online);
  await link.stop();
  expect(await centre.retained(topics.flowsStatus)).toEqual({ online: false, at: 42 });

  const { client, kill } = await relay(centre.port);
  const { link: broken } = open(client);
  broken.setRunning(true);
  await centre.next<FlowsStatus>(topics.flowsStatus, ({ online }) => online);
  const will = centre.next<FlowsStatus>(topics.flowsStatus, ({ at }) => at === undefined);
  kill();
  expect(await will).toEqual({ online: false });
});

test('alarms wait for the broker, the newest of each condition, and arrive when it comes', async () => {
  const port = await freePort();
  const { link, lines } = open(`mqtt://127.0.0.1:${port}`);
  await link.settled;
  expect(link.connected).toBe(false);
  link.send(alarm('fire-1', 'raised', 1));
  link.send(alarm('fire-2', 'raised', 2));
  link.send(alarm('fire-1', 'cleared', 3));
  expect(link.waiting).toBe(2);
  const centre = await broker({}, port);
  expect(await centre.next(topics.flowsAlarms('fire-1'))).toEqual(alarm('fire-1', 'cleared', 3));
  expect(await centre.next(topics.flowsAlarms('fire-2'))).toEqual(alarm('fire-2', 'raised', 2));
  await changed(link, () => link.waiting === 0);
  expect(lines.filter(({ msg }) => msg === 'broker away, connecting again')).toHaveLength(1);
});

test('an alarm stays until its PUBACK, also when the broker dies before that', async () => {
  const port = await freePort();
  const seen = Promise.withResolvers<void>();
  const silent = await startBroker(
    {
      authorizePublish: (_client, packet, done) => {
        if (packet.topic === topics.flowsAlarms('fire-1')) seen.resolve();
        else done(null);
      },
    },
    port,
  );
  const { link } = open(`mqtt://127.0.0.1:${port}`);
  await link.settled;
  link.send(alarm('fire-1', 'raised', 1));
  await seen.promise;
  link.send(alarm('fire-1', 'cleared', 2));
  expect(link.waiting).toBe(1);
  await silent.close();
  const centre = await broker({}, port);
  expect(await centre.next<Alarm>(topics.flowsAlarms('fire-1'), ({ state }) => state === 'cleared')).toEqual(
    alarm('fire-1', 'cleared', 2),
  );
  await changed(link, () => link.waiting === 0);
});

test('a refused login is tried again until the account is there, and never logged with its password', async () => {
  let refusals = 0;
  const centre = await broker({
    authenticate: (_client, _name, password, done) => {
      const right = refusals >= 2 && password?.toString() === 'secret-of-flows';
      if (!right) refusals += 1;
      const error = Object.assign(new Error('refused'), { returnCode: 5 });
      done(right ? null : error, right);
    },
  });
  const { link, lines } = open(centre.url);
  await link.settled;
  expect(link.connected).toBe(false);
  await changed(link, () => link.connected);
  expect(refusals).toBe(2);
  expect(JSON.stringify(lines)).not.toContain('secret-of-flows');
});

test('a refused subscription is tried again on the same connection', async () => {
  let refusals = 0;
  const centre = await broker({
    authorizeSubscribe: (_client, subscription, done) => {
      if (refusals++ < 2) done(null, null);
      else done(null, subscription);
    },
  });
  const { link } = open(centre.url);
  await changed(link, () => link.connected);
  // Twice refused, then limits and live readings.
  expect(refusals).toBe(4);
});

test('a link stops within its time when the broker never answers', async () => {
  const centre = await broker({ authorizePublish: () => {} });
  const { link } = open(centre.url);
  await link.settled;
  link.send(alarm('fire-1', 'raised', 1));
  const before = performance.now();
  await link.stop();
  expect(performance.now() - before).toBeLessThan(1300);
});

test('attempts spread out and never wait longer than the bound', () => {
  expect(retryMs(0, () => 0)).toBe(125);
  expect(retryMs(0, () => 1)).toBe(250);
  expect(retryMs(3, () => 1)).toBe(2000);
  expect(retryMs(1000, () => 1)).toBe(8000);
});

/** A plain relay in front of the broker, so that a connection can be cut without a DISCONNECT. */
async function relay(port: number): Promise<{ client: string; kill: () => void }> {
  const { connect } = await import('node:net');
  const cut: (() => void)[] = [];
  const server = createServer((socket) => {
    const to = connect(port, '127.0.0.1');
    socket.pipe(to).pipe(socket);
    for (const side of [socket, to]) side.on('error', () => {});
    cut.push(() => {
      socket.destroy();
      to.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const end of cut) end();
  });
  const kill = (): void => {
    server.close();
    for (const end of cut) end();
  };
  return { client: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, kill };
}
