/**
 * What became of a message, on the timeline of each alert that it told of: the person's id and the channel's kind, no address. The
 * message of a storm tells of thousands: they are kept and written a batch at a time, over a restart too.
 */
import type { Ledger } from '../ledger.ts';

export interface Timeline {
  /** Of a message that was begun; within the transaction of its outcome. */
  add(message: number, kind: 'told' | 'not told', reason: string): void;
  /** Writes the next batch; false: nothing is left. */
  write(): boolean;
}

/** Alerts whose timelines are written in one transaction. */
const AT_ONCE = 500;

export function createTimeline(ledger: Ledger, now: () => number): Timeline {
  const { db } = ledger;
  const insert = db.prepare(
    `INSERT INTO notice_timeline (at, kind, reason, alerts)
     SELECT ?, ?, ?, (SELECT json_group_array(value ->> 0) FROM json_each(notice_message.alerts))
     FROM notice_message WHERE number = ?`,
  );
  const select = db.prepare('SELECT * FROM notice_timeline ORDER BY id LIMIT 1');
  const insertTransitions = db.prepare(
    `INSERT INTO alert_transition (alert, key, at, read_at, kind, reason)
     SELECT id, key, ?1, ?1, ?2, ?3 FROM alert WHERE id IN (SELECT value FROM json_each(?4))`,
  );
  const update = db.prepare('UPDATE notice_timeline SET alerts = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM notice_timeline WHERE id = ?');

  function write(): boolean {
    const row = select.get() as
      | { id: number; at: number; kind: string; reason: string; alerts: string }
      | undefined;
    if (row === undefined) return false;
    const alerts: number[] = JSON.parse(row.alerts);
    const rest = alerts.slice(AT_ONCE);
    ledger.transaction(() => {
      insertTransitions.run(row.at, row.kind, row.reason, JSON.stringify(alerts.slice(0, AT_ONCE)));
      if (rest.length === 0) remove.run(row.id);
      else update.run(JSON.stringify(rest), row.id);
    });
    return true;
  }

  return {
    add(message, kind, reason) {
      insert.run(now(), kind, reason, message);
      write();
    },
    write,
  };
}
