/** What every kind of line offers: one request at a time, and an ending for each that says what happened. */
import type { RegisterArea } from '../../devices/profile.ts';

export interface ReadRequest {
  readonly unit: number;
  readonly area: RegisterArea;
  /** Protocol address, as it goes over the wire. */
  readonly address: number;
  readonly count: number;
  readonly timeoutMs: number;
}

/** One coil (0 or 1; function 5) or one holding register (function 6). */
export interface WriteRequest {
  readonly unit: number;
  readonly area: 'coil' | 'holding';
  readonly address: number;
  readonly value: number;
  readonly timeoutMs: number;
}

export type ReadFault =
  | { readonly kind: 'no-answer'; readonly timeoutMs: number }
  /** The instrument, or a gateway before it, said no. */
  | { readonly kind: 'exception'; readonly code: number; readonly name: string }
  /** The line itself: no connection, or lost in the middle. It says nothing about the instrument. */
  | { readonly kind: 'link'; readonly detail: string }
  /** A sound frame with fewer registers (or bits) than were asked for: some instruments cut a request that is too long. */
  | {
      readonly kind: 'short';
      readonly words: number;
      readonly asked: number;
      readonly of: 'registers' | 'bits';
    }
  | { readonly kind: 'malformed'; readonly detail: string };

export type ReadResult =
  /** As many words as were asked for; bits are 0 or 1. */
  | { readonly kind: 'words'; readonly words: readonly number[] }
  | { readonly kind: 'fault'; readonly fault: ReadFault };

export type WriteResult =
  /** The instrument has repeated the whole request: it has taken the value. */
  { readonly kind: 'done' } | { readonly kind: 'fault'; readonly fault: ReadFault };

export interface Source {
  /**
   * Opens the line when it is not open. Never rejects, and an answer is always the answer to this request. The
   * caller waits for one request before it gives the next.
   */
  read(request: ReadRequest): Promise<ReadResult>;
  /** Under the same terms. A fault does not say that nothing was written: the answer alone may have been lost. */
  write(request: WriteRequest): Promise<WriteResult>;
  /** Ends a request that is under way, closes the line, returns when it is closed. */
  stop(): Promise<void>;
}

/** The reason that a missing reading carries. */
export function describeFault(fault: ReadFault): string {
  switch (fault.kind) {
    case 'no-answer':
      return `no answer within ${fault.timeoutMs} ms`;
    case 'exception':
      return `exception ${fault.code} (${fault.name})`;
    case 'link':
      return fault.detail;
    case 'short':
      return `short answer: ${fault.words} ${fault.of} instead of ${fault.asked}`;
    case 'malformed':
      return `malformed answer: ${fault.detail}`;
  }
}

/** Modbus Application Protocol V1.1b3, section 7. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'server device failure',
  5: 'acknowledge',
  6: 'server device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target device failed to respond',
};

export const exceptionFault = (code: number): ReadFault => ({
  kind: 'exception',
  code,
  name: EXCEPTIONS[code] ?? 'not in the standard',
});
