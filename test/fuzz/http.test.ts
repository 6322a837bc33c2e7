/** Requests by chance at the real API: each gets an answer, no fault of the gateway, and a refusal says why. */
import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../gateway/app.ts';
import { startGateway } from '../../gateway/main.ts';
import { type Chance, heapUsed, MB, runCases } from './support.ts';

const CASES = 1500;
const TOKEN = 'a-token-for-this-test-only';

let gateway: Gateway;
let paths: string[] = [];
beforeAll(async () => {
  gateway = await startGateway({
    flags: {
      data_dir: mkdtempSync(join(tmpdir(), 'quantrac-fuzz-')),
      'http.port': 0,
      'mqtt.port': 0,
      log_level: 'silent',
      token: TOKEN,
    },
  });
  const address = `http://127.0.0.1:${gateway.ready.httpPort}/api/v1/openapi.json`;
  const { paths: known } = (await (await fetch(address)).json()) as { paths: object };
  // Every route that the API says it has; the limit of logins is another test's.
  paths = Object.keys(known).filter((path) => !path.endsWith('/login'));
});
afterAll(() => gateway.stop());

const WORDS = [
  ...[
    'station',
    'parameter',
    'from',
    'to',
    'every',
    'aggregate',
    'cursor',
    'limit',
    'state',
    'after',
    'client',
  ],
  ...['reason', 'format', 'day', '__proto__', 'constructor'],
];
const value = (pick: Chance): string =>
  pick.one([
    ...[
      '',
      '0',
      '-1',
      '1',
      '1e308',
      '1e999',
      'NaN',
      'Infinity',
      '9007199254740993',
      '2026-03-05',
      'mean',
      'all',
    ],
    ...['ph', 'cau-do', "' OR 1=1 --", '../../etc/passwd', '%00', 'x'.repeat(3000), pick.text(), 'csv'],
  ]);
const encoded = (pick: Chance, text: string): string =>
  pick.random() < 0.9 ? encodeURIComponent(text.toWellFormed()) : text.replace(/[^\x21-\x7e]/g, '%');

function target(pick: Chance): string {
  const path = pick
    .one([
      ...paths,
      ...paths,
      '/',
      '/metrics',
      '/login/x',
      `/${'a/'.repeat(500)}`,
      '/%',
      '/api/v1/%ff',
      `/api/v1/${value(pick)}`,
    ])
    .replace(/\{\w+\}/g, () => encoded(pick, pick.one([value(pick), '1'])));
  const query = Array.from(
    { length: pick.whole(0, 5) },
    () => `${encoded(pick, pick.one([...WORDS, pick.text()]))}=${encoded(pick, value(pick))}`,
  );
  const all = `${path.replace(/[^\x21-\x7e]/g, '_')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  return all.startsWith('/') ? all : `/${all}`;
}

const body = (pick: Chance): Buffer =>
  pick.one([
    () => Buffer.alloc(0),
    () => pick.bytes(pick.whole(1, 200)),
    () => Buffer.from('{}'),
    () =>
      Buffer.from(
        JSON.stringify({ [pick.one(WORDS)]: value(pick), text: value(pick), limit: pick.whole(-1, 600) }),
      ),
    () => Buffer.from('{"__proto__":{"role":"admin"},"constructor":{"prototype":{}}}'),
    () => Buffer.from('['.repeat(30_000)),
    () => Buffer.from(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`),
    () => Buffer.alloc(70 * 1024, 32),
  ])();

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function call(pick: Chance): Promise<Answer> {
  const method = pick.one(['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']);
  const headers: Record<string, string> = {};
  if (pick.random() < 0.85) headers.authorization = `Bearer ${TOKEN}`;
  const odd = pick.text().replace(/[^\x20-\x7e]/g, '?');
  if (pick.random() < 0.3)
    headers[
      pick.one([
        'accept',
        'cookie',
        'authorization',
        'range',
        'x-forwarded-for',
        'if-none-match',
        'accept-encoding',
      ])
    ] = odd;
  const sent = method === 'GET' || method === 'HEAD' ? Buffer.alloc(0) : body(pick);
  if (sent.length > 0)
    headers['content-type'] = pick.one([
      'application/json',
      'application/json',
      'text/plain',
      'multipart/form-data',
      odd || 'x',
    ]);
  return new Promise((resolve, reject) => {
    const made = request(
      {
        host: '127.0.0.1',
        port: gateway.ready.httpPort,
        path: target(pick),
        method,
        headers,
        agent: false,
        timeout: 10_000,
      },
      (response) => {
        const type = String(response.headers['content-type'] ?? '');
        const chunks: Buffer[] = [];
        const done = () =>
          resolve({ status: response.statusCode ?? 0, type, body: Buffer.concat(chunks).toString('utf8') });
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', done);
        // It never ends: what counts is that it began.
        if (type.startsWith('text/event-stream')) {
          done();
          made.destroy();
        }
      },
    );
    made.on('timeout', () =>
      made.destroy(new Error(`no answer within 10 s: ${method} ${made.path.slice(0, 200)}`)),
    );
    made.on('error', reject);
    made.end(sent);
  });
}

test('every request gets an answer, none is a fault of the gateway, and every refusal says why', async () => {
  const seen = new Map<number, number>();
  let cutOff = 0;
  const run = async (pick: Chance): Promise<void> => {
    const answer = await call(pick).catch((error: NodeJS.ErrnoException) => {
      // A request that is refused before its body is read to the end: the rest of it meets a closed connection.
      if (['EPIPE', 'ECONNRESET', 'HPE_CLOSED_CONNECTION'].includes(error.code ?? '')) {
        cutOff++;
        return null;
      }
      throw error;
    });
    if (answer === null) return;
    const { status, type, body: text } = answer;
    seen.set(status, (seen.get(status) ?? 0) + 1);
    // What is busy, or not set up at this gateway, says so: 503 is a refusal.
    if (status !== 503) expect(status).toBeLessThan(500);
    if (status < 400 || text === '') return;
    expect(type, text).toContain('application/problem+json');
    const problem = JSON.parse(text) as { detail: string };
    expect(problem.detail.length).toBeGreaterThan(3);
  };
  await runCases(300, 25, run);
  const before = heapUsed();
  await runCases(CASES, 25, run);
  expect(heapUsed() - before).toBeLessThan(20 * MB);
  expect(cutOff).toBeLessThan(CASES / 10);
  for (const status of [200, 400, 401, 404])
    expect([status, seen.get(status) ?? 0]).toEqual([status, expect.toSatisfy((n: number) => n > 10)]);
}, 60_000);
