/** Errors as RFC 9457 problem documents. */
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Login needed',
  403: 'Not allowed',
  404: 'Not found',
  408: 'Request timeout',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not available',
};

/** Thrown by a route; the error handler turns it into a problem document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

export const sendProblem = (reply: FastifyReply, status: number, detail: string): FastifyReply =>
  reply
    .code(status)
    .type('application/problem+json')
    // As text: a route's response schema describes its success, not this.
    .serializer((body: unknown) => JSON.stringify(body))
    .send({ type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail });

/** The same to who speaks no HTTP: it comes to no route, and its connection ends. */
export function endWithProblem(socket: Socket, code: string | undefined): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, detail] =
    code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'the headers are too large']
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'the request did not arrive in time']
        : [400, `this is no HTTP request (${code ?? 'unknown fault'})`];
  const title = TITLES[status] ?? 'Error';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
