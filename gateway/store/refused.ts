/** How a store says of a batch that it did not take all of it. */
import type { StoredReading } from './store.ts';

export interface RefusedReading {
  readonly reading: StoredReading;
  /** The database's own sentence. */
  readonly reason: string;
}

/** Thrown by `append` when every other reading of the batch is stored and these never will be: trying again cannot help. */
export class RefusedReadings extends Error {
  readonly refused: readonly RefusedReading[];

  constructor(refused: readonly RefusedReading[]) {
    super(`the database refuses ${refused.length} readings: ${refused[0]?.reason ?? ''}`);
    this.name = 'RefusedReadings';
    this.refused = refused;
  }
}

/** Thrown by `append` when nothing or only a part is certain to be stored: the whole batch has to be tried again. */
export class StoreUnavailable extends Error {
  /** How long the database asks to be left alone; null when it does not say. */
  readonly retryAfterMs: number | null;

  constructor(sentence: string, retryAfterMs: number | null = null, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'StoreUnavailable';
    this.retryAfterMs = retryAfterMs;
  }
}
