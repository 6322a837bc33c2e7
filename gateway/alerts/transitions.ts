/** Every change of every alert, with time, person or reporter, reason and the reading that caused it. */
import type { TransitionAnswer } from '../../devices/wire/api.ts';
import type { Ledger } from '../ledger.ts';
import type { Change } from './alert.ts';

export interface Transitions {
  /** Call it within the transaction of the change. */
  add(alert: number, at: number, change: Change): void;
  /** Of one alert, oldest first, after an id. */
  of(alert: number, after: number, limit: number): TransitionAnswer[];
  /** Times of the readings that raised this condition after a time, whichever alerts it opened. */
  raisesOf(key: string, after: number): number[];
}

type Row = Omit<TransitionAnswer, 'id' | 'alert' | 'reading'> & {
  readonly id: number;
  readonly alert: number;
  readonly reading: string | null;
};

export function createTransitions({ db }: Ledger): Transitions {
  const insert = db.prepare(
    'INSERT INTO alert_transition (alert, key, at, read_at, kind, by, reason, reading) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const select = db.prepare(
    'SELECT id, alert, at, kind, by, reason, reading FROM alert_transition WHERE alert = ? AND id > ? ORDER BY id LIMIT ?',
  );
  const raises = db.prepare(
    "SELECT read_at FROM alert_transition WHERE key = ? AND kind = 'raised' AND read_at > ? ORDER BY read_at",
  );
  return {
    add(alert, at, { alert: after, kind, by, reason, reading }) {
      const text = reading === undefined ? null : JSON.stringify(reading);
      const readAt = reading?.at ?? (kind === 'raised' ? after.opened_at : at);
      insert.run(alert, after.key, at, readAt, kind, by, reason ?? null, text);
    },
    of: (alert, after, limit) =>
      (select.all(alert, after, limit) as unknown as Row[]).map((row) => ({
        ...row,
        id: String(row.id),
        alert: String(row.alert),
        reading: row.reading === null ? null : (JSON.parse(row.reading) as TransitionAnswer['reading']),
      })),
    raisesOf: (key, after) => raises.all(key, after).map(({ read_at }) => Number(read_at)),
  };
}
