/** When the flows were heard last, kept over restarts: their silence is told by the gateway, since nobody else would. */
import type { Ledger } from '../ledger.ts';

export interface FlowsHeard {
  heard(online: boolean): void;
  /**
   * Time of the last word, epoch ms; while they say that none runs, of the first such word: their process says so again
   * and again. null: they have never been heard, and nobody misses them.
   */
  last(): { readonly online: boolean; readonly at: number } | null;
}

export function createFlowsHeard({ db }: Ledger, now: () => number): FlowsHeard {
  const select = db.prepare('SELECT online, at FROM alert_flows_heard WHERE id = 1');
  const upsert = db.prepare(
    `INSERT INTO alert_flows_heard VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET
     at = CASE WHEN online = 0 AND excluded.online = 0 THEN at ELSE excluded.at END, online = excluded.online`,
  );
  return {
    heard: (online) => void upsert.run(Number(online), now()),
    last() {
      const row = select.get() as { online: number; at: number } | undefined;
      return row === undefined ? null : { online: row.online === 1, at: row.at };
    },
  };
}
