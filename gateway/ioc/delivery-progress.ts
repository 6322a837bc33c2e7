/** How far a destination got and whether it was stopped, over restarts. */
import type { Ledger } from '../ledger.ts';

/** A commit for each of many items would hold up the gateway's other work: after a kill the last ones come again. */
const SAVE_EVERY_MS = 200;

export interface Stop {
  readonly at: number;
  readonly reason: string;
}

export interface Progress {
  /** Number of the last item that it has, or that is not for it. */
  delivered(): number;
  /** Throws when it should be written and the disk refuses; it is remembered nonetheless. */
  advance(number: number): void;
  /** Writes what was not written yet. Throws when the disk refuses. */
  save(): void;
  stopped(): Stop | null;
  /** null: it goes on. On disk when it returns. */
  setStopped(stop: Stop | null): void;
}

/** One that is new begins after the item `start`. */
export function openProgress({ db }: Ledger, destination: string, start: number): Progress {
  const row = db
    .prepare('SELECT delivered, stopped_at, stopped_reason FROM destination WHERE id = ?')
    .get(destination) as
    | { delivered: number; stopped_at: number | null; stopped_reason: string | null }
    | undefined;
  const upsert = db.prepare(
    `INSERT INTO destination VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
     SET delivered = excluded.delivered, stopped_at = excluded.stopped_at, stopped_reason = excluded.stopped_reason`,
  );
  let delivered = row?.delivered ?? start;
  let saved = row?.delivered;
  let savedAt = Number.NEGATIVE_INFINITY;
  let stopped: Stop | null =
    row === undefined || row.stopped_at === null
      ? null
      : { at: row.stopped_at, reason: row.stopped_reason ?? '' };
  const write = (stop: Stop | null): void => {
    upsert.run(destination, delivered, stop?.at ?? null, stop?.reason ?? null);
    saved = delivered;
    savedAt = performance.now();
  };
  return {
    delivered: () => delivered,
    advance(number) {
      delivered = number;
      if (performance.now() - savedAt >= SAVE_EVERY_MS) write(stopped);
    },
    save() {
      if (saved !== delivered) write(stopped);
    },
    stopped: () => stopped,
    setStopped(stop) {
      write(stop);
      stopped = stop;
    },
  };
}
