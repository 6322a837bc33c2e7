/** One request over HTTP or HTTPS, bounded in time and in what is read of the answer. */
import http from 'node:http';
import https from 'node:https';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** What was read of it, as UTF-8. */
  readonly body: string;
  /** The body was read to its end. */
  readonly whole: boolean;
}

export interface Outgoing {
  readonly method: string;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: string | Buffer;
  /** Until the status has come, name service, connection and TLS included. */
  readonly answerMs: number;
  /** So long its answer's body is read after the status. */
  readonly bodyMs: number;
  /** The whole request has left this machine: what fails after it may have been taken. */
  readonly onWritten?: () => void;
}

export const ANSWER_MS = 10_000;
/** Until the request has left this machine: who waits longer for an answer need not wait so for a dead address. */
const WRITE_MS = 10_000;
/** What is read of a body and for how long, only so that the connection can be used again; then it is cut off. */
const BODY_BYTES = 64 * 1024;
const BODY_MS = 1000;

export const post = (
  url: URL,
  body: string,
  headers: http.OutgoingHttpHeaders,
  agent: http.Agent,
  signal: AbortSignal,
): Promise<Answer> =>
  ask(url, { method: 'POST', headers, body, answerMs: ANSWER_MS, bodyMs: BODY_MS }, agent, signal);

/**
 * Sends a request once; redirects are not followed: they would carry it to a place that nobody configured. The status counts
 * however the body ends. Throws what Node.js throws (ECONNREFUSED, a fault of a certificate), or when it takes too long.
 */
export function ask(
  url: URL,
  { method, headers, body, answerMs, bodyMs, onWritten }: Outgoing,
  agent: http.Agent,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request: open } = url.protocol === 'https:' ? https : http;
    const request = open(url, {
      method,
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    const giveUp = (error: Error) => request.destroy(error);
    const aborted = () => giveUp(new Error('it was not waited for any longer', { cause: signal.reason }));
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted);
    let timer = setTimeout(() => giveUp(new Error(`no answer within ${answerMs / 1000} s`)), answerMs);
    const writing = setTimeout(() => giveUp(new Error(`no answer within ${WRITE_MS / 1000} s`)), WRITE_MS);
    request.on('finish', () => {
      clearTimeout(writing);
      onWritten?.();
    });
    const ended = () => {
      clearTimeout(writing);
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    request.on('error', (error) => {
      ended();
      reject(error);
    });
    request.on('response', (response) => {
      clearTimeout(timer);
      timer = setTimeout(() => response.destroy(), bodyMs);
      let bytes = 0;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > BODY_BYTES) response.destroy();
      });
      // What goes wrong after the status changes nothing of it.
      response.on('error', () => {});
      response.on('close', () => {
        ended();
        const read = Buffer.concat(chunks).subarray(0, BODY_BYTES).toString();
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          body: read,
          whole: response.complete && bytes <= BODY_BYTES,
        });
      });
    });
    request.end(body);
  });
}
