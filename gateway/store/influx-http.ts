/** The database's write endpoint over kept connections of Node.js. */
import * as http from 'node:http';
import * as https from 'node:https';
import type { StoreSettings } from '../settings.ts';

/** Of an answer's text no more is kept: a proxy may send a page. */
const MAX_TEXT = 65_536;

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The header as it came. */
  readonly retryAfter: string | undefined;
}

export interface WriteEndpoint {
  /**
   * Lines with times in milliseconds. Throws when no answer came: absent, broken off or not within the time, which is
   * the endpoint's own where none is given.
   */
  post(lines: string, withinMs?: number): Promise<Answer>;
  /** Breaks off what is under way, which fails; so does what comes afterwards. */
  close(): void;
}

export class NoAnswerInTime extends Error {}

export function openWriteEndpoint(settings: StoreSettings, timeoutMs: number): WriteEndpoint {
  const base = new URL(settings.url ?? '');
  const { request, Agent } = base.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true });
  const path = `${base.pathname.replace(/\/$/, '')}/write?db=${encodeURIComponent(settings.database)}&precision=ms`;
  const { username, password = '' } = settings;
  const options: http.RequestOptions = {
    agent,
    method: 'POST',
    // Brackets belong to the address of IPv6 and not to the host that is looked for.
    hostname: base.hostname.replace(/^\[|\]$/g, ''),
    ...(base.port !== '' && { port: Number(base.port) }),
    path,
    ...(username !== undefined && { auth: `${username}:${password}` }),
  };

  let closed = false;

  const once = (body: Buffer, withinMs: number, deadline: number, again: boolean): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (closed) throw new Error('the store is closed');
      const sent = request({
        ...options,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length },
      });
      const timer = setTimeout(
        () => sent.destroy(new NoAnswerInTime(`no answer within ${withinMs} ms`)),
        Math.max(0, deadline - performance.now()),
      );
      let ended = false;
      const fail = (error: Error): void => {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        // A kept connection may have been closed by the other side meanwhile; lines may be sent twice without harm.
        const stale = sent.reusedSocket && !(error instanceof NoAnswerInTime);
        if (stale && again && !closed) once(body, withinMs, deadline, false).then(resolve, reject);
        else reject(error);
      };
      sent.on('error', fail);
      sent.on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          if (text.length < MAX_TEXT) text += chunk;
        });
        answer.on('error', fail);
        answer.on('end', () => {
          ended = true;
          clearTimeout(timer);
          resolve({ status: answer.statusCode ?? 0, text, retryAfter: answer.headers['retry-after'] });
        });
      });
      sent.end(body);
    });

  return {
    post: (lines, withinMs = timeoutMs) =>
      once(Buffer.from(lines), withinMs, performance.now() + withinMs, true),
    close() {
      closed = true;
      agent.destroy();
    },
  };
}
