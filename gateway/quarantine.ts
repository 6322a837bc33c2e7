/** What could never be accepted, kept with its reason: acknowledged so that it is not sent again for ever. */
import type { QuarantineEntry } from '../devices/wire/api.ts';
import type { Ledger } from './ledger.ts';

/** When full, the oldest entries go; the count of all that ever came stays in the metrics. */
const MAX_ENTRIES = 10_000;
const MAX_PAYLOAD = 16_384;

export interface Quarantine {
  add(entry: Omit<QuarantineEntry, 'id' | 'at'>): void;
  /** Newest first, ids below `before`. */
  list(limit: number, before?: number): QuarantineEntry[];
  count(): number;
}

export function createQuarantine(ledger: Ledger, now: () => number): Quarantine {
  const { db } = ledger;
  const insert = db.prepare(
    'INSERT INTO quarantine (at, client, topic, reason, records, payload) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const trim = db.prepare('DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ?');
  const select = db.prepare('SELECT * FROM quarantine WHERE id < ? ORDER BY id DESC LIMIT ?');
  const countAll = db.prepare('SELECT count(*) AS n FROM quarantine');
  return {
    add: (entry) =>
      ledger.transaction(() => {
        const payload = entry.payload.slice(0, MAX_PAYLOAD);
        insert.run(
          now(),
          entry.client,
          entry.topic.slice(0, 300),
          entry.reason.slice(0, 500),
          entry.records,
          payload,
        );
        trim.run(MAX_ENTRIES);
      }),
    list: (limit, before = Number.MAX_SAFE_INTEGER) =>
      select.all(before, limit) as unknown as QuarantineEntry[],
    count: () => (countAll.get() as { n: number }).n,
  };
}
