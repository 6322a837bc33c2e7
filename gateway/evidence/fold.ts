/** From the journal into blocks: packed they take a fraction, and payloads of one chain pack best together. */
import type { DatabaseSync } from 'node:sqlite';
import { decodeSenml } from '../../devices/wire/senml.ts';
import { transact } from '../transaction.ts';
import { packBlock } from './pack.ts';

/** A chain's payloads become a block when they have so many bytes, or the oldest is so old. */
const FULL_BYTES = 256 * 1024;
const OLD_MS = 15 * 60_000;
/** The longest block, before packing. */
const MOST_BYTES = 1024 * 1024;
/** With more than this in the journal everything is packed. */
const CROWDED_BYTES = 64 * 1024 * 1024;

interface Due {
  readonly edge: string;
  readonly chain: string;
}
interface JournalRow {
  readonly id: number;
  readonly number: number;
  readonly station: string;
  readonly received_at: number;
  readonly broken: string | null;
  readonly payload: Uint8Array;
}

export interface Fold {
  /** Chains of which a block is to be made now. */
  due(now: number): Due[];
  /** Makes one block; true when there is more of this chain in the journal. */
  step(due: Due): boolean;
}

export function createFold(db: DatabaseSync): Fold {
  const groups = db.prepare(
    'SELECT edge, chain, sum(length(payload)) AS bytes, min(received_at) AS oldest FROM journal GROUP BY edge, chain',
  );
  const rows = db.prepare(
    'SELECT id, number, station, received_at, broken, payload FROM journal WHERE edge = ? AND chain = ? ORDER BY number, id',
  );
  const insert = db.prepare(
    'INSERT INTO block (edge, chain, first_number, last_number, first_received, last_received, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const insertSpan = db.prepare('INSERT INTO span VALUES (?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM journal WHERE id = ?');

  const take = (due: Due): { taken: JournalRow[]; more: boolean } => {
    const taken: JournalRow[] = [];
    let bytes = 0;
    for (const row of rows.iterate(due.edge, due.chain)) {
      if (bytes > MOST_BYTES) return { taken, more: true };
      taken.push(row as unknown as JournalRow);
      bytes += (row.payload as Uint8Array).length;
    }
    return { taken, more: false };
  };

  return {
    due(now) {
      const all = groups.all() as unknown as (Due & { bytes: number; oldest: number })[];
      const crowded = all.reduce((sum, { bytes }) => sum + bytes, 0) > CROWDED_BYTES;
      return all.filter(
        ({ bytes, oldest }) => crowded || bytes >= FULL_BYTES || Math.abs(now - oldest) >= OLD_MS,
      );
    },
    step(due) {
      const { taken, more } = take(due);
      if (taken.length === 0) return false;
      const numbers = taken.map(({ number }) => number);
      const times = taken.map(({ received_at }) => received_at);
      const data = packBlock(taken.map(({ received_at: receivedAt, ...row }) => ({ ...row, receivedAt })));
      transact(db, () => {
        const { lastInsertRowid: block } = insert.run(
          due.edge,
          due.chain,
          Math.min(...numbers),
          Math.max(...numbers),
          Math.min(...times),
          Math.max(...times),
          data,
        );
        for (const [station, [first, last]] of spansOf(taken)) insertSpan.run(station, block, first, last);
        for (const { id } of taken) remove.run(id);
      });
      return more;
    },
  };
}

/** Times of the readings by station; of what cannot be read the time when it came. */
function spansOf(rows: readonly JournalRow[]): Map<string, [number, number]> {
  const spans = new Map<string, [number, number]>();
  for (const { station, received_at, payload } of rows) {
    const decoded = decodeSenml(payload, station, received_at);
    const times = decoded.kind === 'records' ? decoded.readings.map(({ at }) => at) : [];
    if (times.length === 0) times.push(received_at);
    const span = spans.get(station) ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const at of times) {
      span[0] = Math.min(span[0], at);
      span[1] = Math.max(span[1], at);
    }
    spans.set(station, span);
  }
  return spans;
}
