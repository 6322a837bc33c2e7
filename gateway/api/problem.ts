/** Errors as RFC 9457 problem documents. */
import type { FastifyReply } from 'fastify';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Login needed',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
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
