/** Bodies that are too deep, too long, packed, without an end, or of another shape. */
import { expect, test } from 'vitest';
import { json, useTarget } from './http-rig.ts';
import { STATION, TOKEN } from './target.ts';

const { post, raw, target } = useTarget();

const POLLUTION =
  '{"__proto__":{"role":"admin","polluted":true},"constructor":{"prototype":{"polluted":true}},"name":"x","password":"x"}';

test('a key that is a property of every object pollutes none', async () => {
  for (const path of [
    '/api/v1/login',
    '/api/v1/rehearsals',
    '/api/v1/out-of-service',
    '/api/v1/users',
    '/api/v1/tokens',
    '/api/v1/notify/sms',
    '/api/v1/alerts/1/acknowledge',
    `/api/v1/stations/${STATION.id}/limits`,
  ])
    for (const method of ['POST', 'PUT']) {
      const answer = await fetch(target().base + path, {
        method,
        headers: { ...json, authorization: `Bearer ${TOKEN}` },
        body: POLLUTION,
      });
      expect([method, path, answer.status]).toEqual([
        method,
        path,
        expect.toSatisfy((status: number) => status >= 400 && status < 500),
      ]);
    }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(({} as { role?: unknown }).role).toBeUndefined();
});

test.each<[string, string, number[]]>([
  ['nested 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, [400, 413]],
  ['a list of 30,000 brackets', '['.repeat(30_000), [400]],
  ['100 KB', JSON.stringify({ name: 'x'.repeat(100_000), password: 'x' }), [413]],
  ['no JSON', '{"name":', [400]],
  ['a number without end', `{"name":1e999,"password":"x"}`, [400]],
  ['nothing', '', [400]],
  ['another shape', '[]', [400]],
])('a body that is %s is refused', async (_, body, statuses) => {
  const answer = await post('/api/v1/login', body);
  expect(statuses).toContain(answer.status);
});

test('a body that is packed is not unpacked', async () => {
  const answer = await fetch(`${target().base}/api/v1/login`, {
    method: 'POST',
    headers: { ...json, 'content-encoding': 'gzip' },
    body: Buffer.alloc(60_000, 31),
  });
  expect([400, 415]).toContain(answer.status);
});

test('a body without a length that never ends is cut off at the bound', async () => {
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  const { status } = await raw(
    `POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`,
    'answer',
  );
  expect([0, 413]).toContain(status);
});
