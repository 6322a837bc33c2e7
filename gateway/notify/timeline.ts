/** What became of a message, on the timeline of each alert that it told of: the person's id and the channel's kind, no address. */
import type { Ledger } from '../ledger.ts';

export interface Timeline {
  /** Of a message under way; within the transaction of its outcome. */
  add(message: number, kind: 'told' | 'not told', reason: string): void;
}

export function createTimeline({ db }: Ledger, now: () => number): Timeline {
  const insert = db.prepare(
    `INSERT INTO alert_transition (alert, key, at, read_at, kind, reason)
     SELECT alert.id, alert.key, ?2, ?2, ?3, ?4 FROM notice_told t JOIN notice_member m ON m.subject = t.subject
     JOIN alert ON alert.id = m.alert
     WHERE t.message = ?1 AND (m.status IN ('cleared', 'retracted') OR t.owed <> 'over') AND m.status <> 'quiet'`,
  );
  return { add: (message, kind, reason) => void insert.run(message, now(), kind, reason) };
}
