/** How far a destination got and whether it was stopped, over restarts. */
import type { Ledger } from '../ledger.ts';

export interface Stop {
  readonly at: number;
  readonly reason: string;
}

export interface Progress {
  /** Number of the last item that it has, or that is not for it; 0 at first. */
  delivered(): number;
  advance(number: number): void;
  stopped(): Stop | null;
  /** null: it goes on. */
  setStopped(stop: Stop | null): void;
}

export function openProgress({ db }: Ledger, destination: string): Progress {
  const select = db.prepare('SELECT delivered, stopped_at, stopped_reason FROM destination WHERE id = ?');
  const advance = db.prepare(
    'INSERT INTO destination (id, delivered) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET delivered = excluded.delivered',
  );
  const stop = db.prepare(
    'INSERT INTO destination VALUES (?, 0, ?, ?) ON CONFLICT (id) DO UPDATE SET stopped_at = excluded.stopped_at, stopped_reason = excluded.stopped_reason',
  );
  const row = () =>
    select.get(destination) as
      | { delivered: number; stopped_at: number | null; stopped_reason: string | null }
      | undefined;
  return {
    delivered: () => row()?.delivered ?? 0,
    advance: (number) => void advance.run(destination, number),
    stopped() {
      const { stopped_at: at = null, stopped_reason: reason = null } = row() ?? {};
      return at === null ? null : { at, reason: reason ?? '' };
    },
    setStopped: (next) => void stop.run(destination, next?.at ?? null, next?.reason ?? null),
  };
}
