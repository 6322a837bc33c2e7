/** What the gateway and the thread of its evidence say to each other. */
import type { Seal } from '../../devices/wire/seal.ts';
import type { FromWorker } from '../worker-thread.ts';
import type { Break } from './arrival.ts';
import type { Line } from './lines.ts';
import type { EvidenceQuery, Plan } from './query.ts';

/** What the thread is started with. */
export interface ThreadData {
  readonly dataDir: string;
  readonly keepDays: number;
}

/** Payloads lie in one piece of memory, one after the other, so that it can be handed over. */
export interface Group {
  readonly heads: readonly { readonly edge: string; readonly seal: Seal; readonly at: number }[];
  readonly batches: readonly {
    readonly edge: string;
    readonly station: string;
    readonly receivedAt: number;
    readonly length: number;
  }[];
  readonly payloads: ArrayBuffer;
}

export interface Refused {
  readonly edge: string;
  readonly chain: string;
  readonly number: number;
  readonly receivedAt: number;
  readonly readings: readonly (readonly [parameter: string, at: number])[];
}

/** Each method with what it is given and what it answers. */
export interface Methods {
  /** All of it is on disk at the answer, or nothing. */
  take: [Group, { readonly faults: readonly (string | null)[]; readonly breaks: readonly Break[] }];
  refused: [Refused, null];
  pin: [{ readonly edge: string; readonly key: string; readonly at: number }, null];
  plan: [EvidenceQuery, Plan];
  block: [{ readonly id: number; readonly station: string }, readonly Line[]];
  /** Edges that chain. */
  edges: [null, readonly string[]];
  close: [null, null];
}
export type Method = keyof Methods;

export type Request = { readonly id: number } & {
  [M in Method]: { readonly method: M; readonly given: Methods[M][0] };
}[Method];

export interface PlainError {
  readonly message: string;
  /** A UserFault. */
  readonly user: boolean;
}

/** `said` is a trouble, in words. */
export type FromThread = FromWorker<PlainError, string>;
