/** What answers say to browsers and caches, whatever a request says of itself. */
import { expect, test } from 'vitest';
import { line, useTarget } from './http-rig.ts';
import { TOKEN } from './target.ts';

const { raw, target } = useTarget();

const EVERYWHERE: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'x-frame-options': /^DENY$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'permissions-policy': /camera=\(\).*geolocation=\(\)/,
};

test.each([
  '/',
  '/api/v1/health',
  '/api/v1/stations',
  '/api/v1/nothing',
  '/metrics',
  '/sta/v1.1',
  '/ack/none',
  '/login/none',
])('%s has those that protect a browser', async (path) => {
  const { headers } = await target().get(path);
  for (const [name, value] of Object.entries(EVERYWHERE))
    expect([name, headers.get(name)]).toEqual([name, expect.stringMatching(value)]);
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('server')).toBeNull();
  expect(headers.get('content-security-policy')).not.toMatch(/unsafe-|\*|http:/);
});

test.each([
  '/api/v1/session',
  '/api/v1/stations',
  '/api/v1/latest',
  '/api/v1/alerts?state=open',
  '/api/v1/users',
  '/api/v1/people',
  '/api/v1/quarantine',
  '/api/v1/ioc/feed',
  '/metrics',
  '/sta/v1.1/Things',
  '/ack/none',
  '/api/v1/nothing',
])('%s is kept in no cache', async (path) => {
  const answer = await target().get(path);
  expect(answer.headers.get('cache-control')).toContain('no-store');
  await answer.body?.cancel();
});

test('the stream, which is written past the framework, is kept in no cache and read as nothing else', async () => {
  const answer = await target().get('/api/v1/stream');
  expect(answer.headers.get('cache-control')).toContain('no-store');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  await answer.body?.cancel();
});

test('a line break in what is said back makes no header', async () => {
  for (const path of [
    '/login/a%0d%0aSet-Cookie:%20x=1',
    '/%0d%0aX-Forged:%201',
    '/api/v1/stations/%0d%0aX-Forged:1',
    '/ack/%0d%0aX-Forged:1',
  ]) {
    const { head } = await raw(line(path));
    expect(head).not.toMatch(/^(x-forged|set-cookie: x)/im);
  }
  const { status, head } = await raw(line('/', ['X-A: b\r\n X-Forged: 1', 'X-B: c\rX-Forged: 1']));
  expect([status, head]).toEqual([400, expect.not.stringMatching(/^x-forged/im)]);
});

test('the address in a message is that of the settings, whatever host a request names', async () => {
  const answer = await raw(
    `GET /api/v1/session HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
  );
  expect(answer.body).not.toContain('evil.example');
  const used = await raw(
    'GET /login/none HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-For: 203.0.113.8\r\nConnection: close\r\n\r\n',
  );
  expect(used.head).toMatch(/location: \/\r?$/im);
});
