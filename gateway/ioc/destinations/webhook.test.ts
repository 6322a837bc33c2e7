/** The webhook against receivers of this machine: good, refusing, slow, endless, and behind TLS. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { FeedRecord } from '../../../devices/wire/feed.ts';
import { makeCertificates } from '../../../test/support/certificates.ts';
import { hasProgram } from '../../../test/support/programs.ts';
import type { Catalog, KnownStation } from '../../catalog.ts';
import { retryAfterMs } from '../../retry-after.ts';
import { reasonOf } from '../delivery-reason.ts';
import { destinationsSchema } from './index.ts';

vi.setConfig({ testTimeout: 30_000 });

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const stations = [
  { id: 'cau-do', kind: 'water', edge: 'edge-a', area: { vi: 'Hòa Vang', en: 'Hoa Vang' } },
  { id: 'tram-khi', kind: 'air', edge: 'edge-b', area: { vi: 'Hải Châu', en: 'Hai Chau' } },
] as KnownStation[];
const catalog = {
  get: (id) => stations.find((station) => station.id === id),
  all: () => stations,
} as Catalog;
const feed = { after: () => [], newest: () => 0, added: async () => {} };
const NEVER = new AbortController().signal;

const alertRecord = (number: number, kind: string, station: string, level = 'critical') =>
  ({ number, at: 1, kind, alert: { id: '1', station, level } }) as unknown as FeedRecord;
const record = alertRecord(7, 'alert.raised', 'cau-do');

function open(settings: object) {
  const [destination] = destinationsSchema.parse([{ id: 'ioc', secret: SECRET, ...settings }]);
  const opened = destination?.open({
    id: 'ioc',
    parts: { feed, catalog } as never,
    now: Date.now,
    log: pino({ level: 'silent' }),
  });
  if (!opened) throw new Error('it was not opened');
  onTestFinished(() => opened.close());
  return opened;
}

async function listen(server: http.Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** Answers each request as told, and keeps what came. */
async function startReceiver(answer: (response: http.ServerResponse) => void) {
  const requests: { headers: http.IncomingHttpHeaders; body: string }[] = [];
  const port = await listen(
    http.createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response);
    }),
  );
  return { url: `http://127.0.0.1:${port}/`, requests };
}

/** Name and message of what a send throws, null when the record was taken. */
const outcome = (sending: Promise<void>) =>
  sending.then(
    () => null,
    (error: Error) => [error.name, reasonOf(error)],
  );

test("the receiver's own library verifies it, a repeat has the same id, and extra headers are there", async () => {
  const { url, requests } = await startReceiver((response) => response.writeHead(204).end());
  vi.stubEnv('TEST_LGSP_KEY', 'lgsp-key');
  onTestFinished(() => void vi.unstubAllEnvs());
  const destination = open({ url, headers: { 'x-lgsp-key': { env: 'TEST_LGSP_KEY' }, 'x-unit': 'so-tnmt' } });
  await destination.send(record, NEVER);
  await destination.send(record, NEVER);
  const [first, second] = requests;
  const verified = new Webhook(SECRET).verify(first?.body ?? '', first?.headers as Record<string, string>);
  expect(verified).toEqual(record);
  expect(first?.headers).toMatchObject({
    'webhook-id': 'feed-7',
    'x-lgsp-key': 'lgsp-key',
    'x-unit': 'so-tnmt',
  });
  expect(second?.headers['webhook-id']).toBe('feed-7');
});

test.each([
  [200, {}, null],
  [410, {}, 'Gone'],
  [400, {}, 'Refused'],
  [413, {}, 'Refused'],
  [422, {}, 'Refused'],
  [401, {}, 'Error'],
  [404, {}, 'Error'],
  [500, {}, 'Error'],
  [302, { location: 'http://127.0.0.1:1/' }, 'Error'],
  [429, { 'retry-after': '120' }, 'RetryAfter'],
  [503, { 'retry-after': 'Fri, 31 Dec 2100 23:59:59 GMT' }, 'RetryAfter'],
  [503, {}, 'Error'],
  [503, { 'retry-after': 'soon' }, 'Error'],
] as const)('an answer of %i %j is %s', async (status, headers, name) => {
  const { url, requests } = await startReceiver((response) => response.writeHead(status, headers).end());
  const result = await outcome(open({ url }).send(record, NEVER));
  expect(result?.[0] ?? null).toBe(name);
  expect(requests).toHaveLength(1);
});

test('Retry-After is seconds or an HTTP date', () => {
  const now = Date.parse('2026-03-05T00:00:00Z');
  expect(retryAfterMs('120', now)).toBe(120_000);
  expect(retryAfterMs('Thu, 05 Mar 2026 00:01:00 GMT', now)).toBe(60_000);
  expect(retryAfterMs('Wed, 04 Mar 2026 00:00:00 GMT', now)).toBe(0);
  expect(retryAfterMs('soon', now)).toBe(null);
  expect(retryAfterMs(undefined, now)).toBe(null);
});

test('a receiver that hangs, or gives its headers byte by byte, is given up after ten seconds', async () => {
  const silent = await listen(createTcpServer((socket) => socket.on('error', () => {})));
  const dripping = await listen(
    createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      const drip = setInterval(() => socket.write('a'), 100);
      socket.on('close', () => clearInterval(drip));
    }),
  );
  const from = performance.now();
  const results = await Promise.all(
    [silent, dripping].map((port) => outcome(open({ url: `http://127.0.0.1:${port}/` }).send(record, NEVER))),
  );
  expect(results).toEqual(Array(2).fill(['Error', 'no answer within 10 s']));
  expect(performance.now() - from).toBeLessThan(20_000);
});

test('of an endless or slow body no more is read than needs be: the status counts', async () => {
  let sent = 0;
  const endless = await startReceiver((response) => {
    response.on('error', () => {});
    const more = () => {
      let room = true;
      while (room && !response.destroyed) {
        room = response.write(Buffer.alloc(65_536));
        sent += 65_536;
      }
    };
    response.on('drain', more);
    more();
  });
  expect(await outcome(open({ url: endless.url }).send(record, NEVER))).toBe(null);
  // What the sockets' buffers hold has left it.
  expect(sent).toBeLessThan(10_000_000);
  const slow = await startReceiver((response) => {
    response.writeHead(500);
    const drip = setInterval(() => response.write('a'), 50);
    response.on('close', () => clearInterval(drip));
  });
  expect(await outcome(open({ url: slow.url }).send(record, NEVER))).toEqual([
    'Error',
    'the receiver answered 500',
  ]);
});

test('headers that are too large, and an end without an answer, are told in words', async () => {
  const answering = (text: string) =>
    listen(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.end(text);
      }),
    );
  const large = await answering(`HTTP/1.1 200 OK\r\nx-large: ${'a'.repeat(10_000_000)}\r\n\r\n`);
  expect(await outcome(open({ url: `http://127.0.0.1:${large}/` }).send(record, NEVER))).toEqual([
    'Error',
    'the headers of its answer are too large (HPE_HEADER_OVERFLOW)',
  ]);
  expect(await outcome(open({ url: 'http://127.0.0.1:1/' }).send(record, NEVER))).toEqual([
    'Error',
    'nobody listens at this address and port (ECONNREFUSED)',
  ]);
});

test('a stop cuts off what is under way', async () => {
  const silent = await listen(createTcpServer((socket) => socket.on('error', () => {})));
  const stopping = new AbortController();
  const sending = outcome(open({ url: `http://127.0.0.1:${silent}/` }).send(record, stopping.signal));
  stopping.abort();
  expect(await sending).toEqual(['Error', 'it was not waited for any longer']);
});

test('its test says what was tried, or why it failed, and nothing of keys', async () => {
  let status = 204;
  const { url, requests } = await startReceiver((response) => response.writeHead(status).end());
  const destination = open({ url: `${url}hook?key=very-secret`, headers: { 'x-key': 'very-secret' } });
  const { host } = new URL(url);
  expect(await destination.test(NEVER)).toBe(`${host} took a signed message of kind "test" and answered 204`);
  expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ kind: 'test', destination: 'ioc' });
  for (const [answered, fault] of [
    [401, /secret or key headers/],
    [404, /the path of the address is wrong/],
    [400, /the secret is not the one/],
    [301, /redirects are not followed/],
  ] as const) {
    status = answered;
    const error = await destination.test(NEVER).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toMatch(fault);
    expect(String(error)).not.toContain('very-secret');
  }
});

test('a filter chooses by kind, level, area and kind of station; the end of an alert passes whatever its level', () => {
  const passed = (filter: object, ...records: FeedRecord[]) =>
    records.filter(open({ url: 'http://127.0.0.1:1/', filter }).wants).map(({ number }) => number);
  const records = [
    alertRecord(1, 'alert.raised', 'cau-do', 'critical'),
    alertRecord(2, 'alert.raised', 'cau-do', 'warning'),
    alertRecord(3, 'alert.cleared', 'cau-do', 'warning'),
    alertRecord(4, 'alert.raised', 'tram-khi', 'critical'),
    { number: 5, kind: 'observations', observations: { station: 'tram-khi' } } as FeedRecord,
    { number: 6, kind: 'edge.status', edge: { name: 'edge-a', online: true } } as FeedRecord,
    { number: 7, kind: 'heartbeat' } as FeedRecord,
  ];
  expect(passed({}, ...records)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(passed({ kinds: ['alert.raised', 'heartbeat'] }, ...records)).toEqual([1, 2, 4, 7]);
  expect(passed({ levels: ['critical'] }, ...records)).toEqual([1, 3, 4, 5, 6, 7]);
  expect(passed({ areas: ['Hòa Vang'] }, ...records)).toEqual([1, 2, 3, 6, 7]);
  expect(passed({ station_kinds: ['air'] }, ...records)).toEqual([4, 5, 7]);
});

test('faults of the settings are told with their place, an absent secret by its name', () => {
  const issues = (settings: object) =>
    destinationsSchema
      .safeParse([{ id: 'ioc', url: 'https://a.example', secret: SECRET, ...settings }])
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  expect(issues({})).toBeUndefined();
  expect(issues({ url: 'ftp://a' })).toEqual(['0.url: must be an http:// or https:// address']);
  expect(issues({ secret: 'short' })?.[0]).toMatch(/^0\.secret: must be "whsec_"/);
  expect(issues({ headers: { host: 'b' } })?.[0]).toMatch(/^0\.headers\.host: /);
  expect(issues({ tls: { cert: 'a.pem' } })).toEqual(['0.tls: cert and key go together']);
  expect(issues({ type: 'post' })?.[0]).toMatch(/^0\.type: /);
  expect(() => open({ url: 'http://a', secret: { env: 'QUANTRAC_ABSENT' } })).toThrow(/QUANTRAC_ABSENT/);
  expect(() => open({ url: 'https://a', tls: { ca: '/absent.pem' } })).toThrow('/absent.pem: cannot be read');
});

test.skipIf(!hasProgram('openssl'))(
  'TLS: own authority, client certificate, and what is wrong in words',
  async () => {
    const file = makeCertificates();
    const serve = async (name: string, more: https.ServerOptions = {}) => {
      const pair = { cert: readFileSync(file(`${name}.pem`)), key: readFileSync(file(`${name}.key`)) };
      const port = await listen(
        https.createServer({ ...pair, ...more }, (request, response) => {
          request.resume();
          response.writeHead(204).end();
        }),
      );
      return `https://127.0.0.1:${port}/`;
    };
    const url = await serve('server');
    const ca = file('ca.pem');
    expect(await outcome(open({ url, tls: { ca } }).send(record, NEVER))).toBe(null);
    const reason = async (settings: object) => (await outcome(open(settings).send(record, NEVER)))?.[1];
    expect(await reason({ url })).toMatch(/^its certificate is of no authority that we trust/);
    expect(await reason({ url: await serve('other'), tls: { ca } })).toMatch(
      /^its certificate is for another name/,
    );
    const plain = await startReceiver((response) => response.writeHead(204).end());
    expect(await reason({ url: plain.url.replace('http:', 'https:'), tls: { ca } })).toMatch(/TLS/);

    const strict = await serve('server', {
      ca: readFileSync(ca),
      requestCert: true,
      rejectUnauthorized: true,
    });
    const own = { cert: file('client.pem'), key: file('client.key') };
    expect(await outcome(open({ url: strict, tls: { ca, ...own } }).send(record, NEVER))).toBe(null);
    expect(await reason({ url: strict, tls: { ca } })).toMatch(/certificate|ended the connection/);
    expect(() => open({ url: strict, tls: { ca, cert: file('client.pem'), key: file('ca.pem') } })).toThrow(
      /ca\.pem: holds no private key in PEM/,
    );
  },
);
