/** A target and how it is spoken to over HTTP: in bytes as they are, and as its people's browsers do. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { openTarget, type Target, TOKEN } from './target.ts';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export const json = { 'content-type': 'application/json' };
/** The attacks count as wrong logins of this address: who logs in rightly comes from another, by the proxy's word. */
export const ELSEWHERE = { 'x-forwarded-for': '203.0.113.7' };

/** A request as text, of an admin. */
export const line = (path: string, headers: readonly string[] = [], method = 'GET'): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${TOKEN}`,
    'Connection: close',
    ...headers,
    '',
    '',
  ].join('\r\n');

/** One gateway for the file that calls it. */
export function useTarget() {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  let opened: Target | undefined;
  beforeAll(async () => {
    opened = await openTarget();
  });
  afterAll(() => opened?.stop());

  const target = (): Target => {
    if (opened === undefined) throw new Error('the target is opened before the tests, not before the file');
    return opened;
  };
  const port = (): number => Number(new URL(target().base).port);

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(target().base + path, {
      method: 'POST',
      headers: { ...json, ...ELSEWHERE, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
    });

  return {
    target,
    port,
    post,
    /** Bytes as they are, so that no client mends them; answers what came until the end. */
    async raw(text: string | Buffer, waitFor: 'end' | 'answer' = 'end'): Promise<RawAnswer> {
      const socket = connect(port(), '127.0.0.1');
      const chunks: Buffer[] = [];
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        if (waitFor === 'answer') socket.end();
      });
      await once(socket, 'connect');
      socket.write(text);
      await new Promise((resolve) => socket.once('close', resolve));
      const all = Buffer.concat(chunks).toString('latin1');
      const [head = '', ...rest] = all.split('\r\n\r\n');
      return {
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
        head,
        body: rest.join('\r\n\r\n'),
      };
    },
    /** Answers the cookie. */
    async logIn(name = 'lan'): Promise<string> {
      const answer = await post('/api/v1/login', { name, password: target().people[name] });
      expect(answer.status).toBe(200);
      return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    },
  };
}
