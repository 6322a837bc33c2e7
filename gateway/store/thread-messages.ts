/** What the gateway and the thread of its embedded store say to each other. */
import { UserFault } from '../../devices/kit/fault.ts';
import type { Retention } from '../settings.ts';
import type { FromWorker } from '../worker-thread.ts';
import { type RefusedReading, RefusedReadings, StoreUnavailable } from './refused.ts';
import type { Store } from './store.ts';
import type { Batch } from './thread-batch.ts';

/** What the thread is started with. */
export interface ThreadData {
  readonly dataDir: string;
  readonly keep: Retention;
  readonly logLevel: string;
}

/** Methods of the store that take at most one plain value and answer one. */
export type Question = 'latest' | 'points' | 'tally' | 'rows' | 'check';

export type Request =
  | { readonly id: number; readonly method: 'append'; readonly batch: Batch }
  | { readonly id: number; readonly method: 'close' }
  | { readonly id: number; readonly method: 'rollupsWaiting' }
  | { readonly id: number; readonly method: Question; readonly query: Parameters<Store[Question]>[0] };

/** `said` is a line of pino. */
export type FromThread = FromWorker<PlainError, string>;

/** Copies between threads lose an error's class and fields of its own. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly retryAfterMs?: number | null;
  readonly refused?: readonly RefusedReading[];
}

export function plainOf(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined };
  const { name, message, stack } = error;
  return {
    name,
    message,
    stack,
    ...(error instanceof StoreUnavailable && { retryAfterMs: error.retryAfterMs }),
    ...(error instanceof RefusedReadings && { refused: error.refused }),
  };
}

export function errorOf({ name, message, stack, retryAfterMs, refused }: PlainError): Error {
  if (refused !== undefined) return new RefusedReadings(refused);
  if (retryAfterMs !== undefined) return new StoreUnavailable(message, retryAfterMs);
  if (name === 'UserFault') return new UserFault(message);
  // The stack is the thread's: here it would only say that an answer came.
  return Object.assign(new Error(message), { name, stack });
}
