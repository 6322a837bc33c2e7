/** Slowness and floods. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { useTarget } from './http-rig.ts';
import { openTarget, STATION, TOKEN } from './target.ts';

const { logIn, port, target } = useTarget();

test.concurrent('headers and bodies byte by byte are cut off, and others are served meanwhile', async () => {
  /** Answers after how many ms the connection was ended. */
  const drip = async (begin: string, more: string): Promise<number> => {
    const begun = performance.now();
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    socket.write(begin);
    let at = 0;
    const timer = setInterval(() => socket.writable && socket.write(more[at++] ?? 'x'), 300);
    await once(socket, 'close');
    clearInterval(timer);
    return performance.now() - begun;
  };
  const BODY =
    'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n';
  const headers = Array.from({ length: 100 }, () => drip('', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '));
  const bodies = Array.from({ length: 10 }, () => drip(BODY, '{"name":"'));
  expect((await target().get('/api/v1/health')).status).toBe(200);
  for (const ms of await Promise.all(headers)) expect(ms).toBeLessThan(25_000);
  expect((await target().get('/api/v1/health')).status).toBe(200);
  for (const ms of await Promise.all(bodies)) expect(ms).toBeLessThan(50_000);
  expect((await target().get('/api/v1/health')).status).toBe(200);
});

test.concurrent('a caller may ask for an export 60 times a minute, and for the rest goes on', async () => {
  const other = await openTarget();
  try {
    const token = { authorization: `Bearer ${TOKEN}` };
    const times = async (count: number, path: string): Promise<Map<number, number>> => {
      const seen = new Map<number, number>();
      for (let done = 0; done < count; done += 50)
        await Promise.all(
          Array.from({ length: 50 }, async () => {
            const answer = await other.get(path, token);
            await answer.body?.cancel();
            seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
          }),
        );
      return seen;
    };
    const exports = await times(100, `/api/v1/export?station=${STATION.id}&parameter=ph&from=0&to=1`);
    expect(exports.get(429)).toBe(40);
    const refused = await other.get(`/api/v1/export?station=${STATION.id}&parameter=ph&from=0&to=1`, token);
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('content-type')]).toEqual(
      [429, expect.stringMatching(/^\d+$/), expect.stringContaining('problem+json')],
    );
    expect((await times(100, '/api/v1/session')).get(429)).toBeUndefined();
  } finally {
    await other.stop();
  }
});

test.concurrent('one user takes 50 streams and no more', async () => {
  const cookie = await logIn();
  const streams = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const ending = new AbortController();
      const answer = await fetch(`${target().base}/api/v1/stream`, {
        headers: { cookie },
        signal: ending.signal,
      });
      return { status: answer.status, ending };
    }),
  );
  expect((await target().get('/api/v1/health')).status).toBe(200);
  expect(streams.filter(({ status }) => status === 200)).toHaveLength(50);
  expect(streams.filter(({ status }) => status === 429)).toHaveLength(10);
  for (const { ending } of streams) ending.abort();
});
