/**
 * When edges were away, as far as the gateway knows: from the last word of one until it was heard again, kept over
 * restarts. A status that tells that the edge had been started meanwhile says up to when it did not run at all.
 */
import type { EdgeStatus } from '../../devices/wire/messages.ts';
import type { Ledger } from '../ledger.ts';

export interface Absence {
  /** Of its last word before, epoch ms. */
  readonly since: number;
  /** null: it is away still. */
  readonly until: number | null;
  /** It did not run before this; null: it had not been started anew, so that it read all the time. */
  readonly started: number | null;
}

export interface Presence {
  /** Call it in the transaction that writes the status. `before` is what was known until now. */
  heard(
    edge: string,
    before: { readonly status: EdgeStatus; readonly at: number } | undefined,
    status: EdgeStatus,
    at: number,
  ): void;
  /** Those that reach into from ≤ t < to, oldest first. */
  absences(edge: string, from: number, to: number): Absence[];
}

/** As long as the books of a station can be asked for. */
const KEPT_MS = 400 * 86_400_000;

export function createPresence({ db }: Ledger): Presence {
  const leave = db.prepare('INSERT OR IGNORE INTO edge_absence VALUES (?, ?, NULL, NULL)');
  const comeBack = db.prepare(
    'UPDATE edge_absence SET until = ?, started = ? WHERE edge = ? AND until IS NULL',
  );
  const away = db.prepare('SELECT since FROM edge_absence WHERE edge = ? AND until IS NULL');
  const prune = db.prepare('DELETE FROM edge_absence WHERE edge = ? AND until < ?');
  const select = db.prepare(
    'SELECT since, until, started FROM edge_absence WHERE edge = ? AND since < ? AND (until IS NULL OR until > ?) ORDER BY since',
  );

  return {
    heard(edge, before, status, at) {
      if (!status.online) {
        if (before?.status.online) leave.run(edge, before.at);
        return;
      }
      const started = status.uptime_s === undefined ? null : at - status.uptime_s * 1000;
      // Nobody may have seen it go: the gateway was away itself.
      if (before?.status.online && started !== null && started > before.at) leave.run(edge, before.at);
      const since = away.get(edge)?.since;
      if (since === undefined) return;
      comeBack.run(at, started !== null && started > Number(since) ? Math.round(started) : null, edge);
      prune.run(edge, at - KEPT_MS);
    },
    absences: (edge, from, to) => select.all(edge, to, from) as unknown as Absence[],
  };
}
