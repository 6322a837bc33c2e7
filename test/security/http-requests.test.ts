/** Requests that are two, none, or another than they say. */
import { expect, test } from 'vitest';
import { line, useTarget } from './http-rig.ts';

const { logIn, raw, target } = useTarget();

test.each<[string, string]>([
  [
    'two lengths',
    'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef',
  ],
  [
    'length and chunks',
    'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'],
  ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'],
  ['a null byte in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n'],
  ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n'],
  ['a chunk that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['MQTT', '\u0010\u000c\u0000\u0004MQTT\u0004\u0002\u0000\u0000'],
  ['TLS', '\u0016\u0003\u0001\u0002\u0000'],
  ['16 KB of headers and more', `GET / HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(4000)}\r\n`],
  ['a query of 1 MB', `GET /api/v1/latest?x=${'y'.repeat(1_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
])('%s: refused, and the connection ends', async (_, text) => {
  const { status } = await raw(Buffer.from(text, 'latin1'));
  expect(status === 0 || (status >= 400 && status < 500), `${status}`).toBe(true);
  expect((await target().get('/api/v1/health')).status).toBe(200);
});

test('a method in a header, a query or a body is no method', async () => {
  const before = await target().known();
  const viewer = await logIn('minh');
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    const answer = await fetch(`${target().base}/api/v1/stations?_method=DELETE`, {
      headers: { cookie: viewer, [name]: 'DELETE' },
    });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  }
  // 0: the connection ends, as with CONNECT.
  for (const method of ['TRACE', 'CONNECT', 'PROPFIND', 'DEBUG', 'PATCH', 'OPTIONS'])
    expect([0, 400, 401, 404, 405]).toContain((await raw(line('/api/v1/stations', [], method))).status);
  expect(await target().known()).toEqual(before);
});

test('headers of a proxy make nobody else of a caller', async () => {
  for (const [name, value] of [
    ['x-original-url', '/api/v1/users'],
    ['x-rewrite-url', '/api/v1/users'],
    ['x-forwarded-user', 'lan'],
    ['x-remote-user', 'lan'],
    ['remote-user', 'lan'],
    ['x-forwarded-for', '127.0.0.1'],
  ] as const)
    expect((await target().get('/api/v1/session', { [name]: value })).status).toBe(401);
});
