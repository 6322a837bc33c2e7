/** A try at a secret over HTTP: counted, and after too many answered with 429 until it may go on. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Attempts } from '../../devices/kit/attempts.ts';
import { TooBusy } from '../users/turns.ts';
import { Problem } from './problem.ts';

/**
 * Does `work` unless `name` or the caller's address has to wait. `work` answers null when the secret was wrong. Throws a Problem:
 * 429 with Retry-After whether there is such a name or not, 503 when too many wait for an answer.
 */
export async function tryAs<T>(
  attempts: Attempts,
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<T | null> | T | null,
): Promise<T | null> {
  const waitMs = attempts.enter(name, request.ip);
  if (waitMs > 0) {
    reply.header('retry-after', Math.ceil(waitMs / 1000));
    throw new Problem(429, `too many wrong tries: again in ${Math.ceil(waitMs / 1000)} s`);
  }
  try {
    const found = await work();
    if (found !== null) attempts.succeeded(name, request.ip);
    return found;
  } catch (error) {
    attempts.undecided(name, request.ip);
    if (!(error instanceof TooBusy)) throw error;
    reply.header('retry-after', 5);
    throw new Problem(503, error.message);
  }
}
