/**
 * Rewrites readings that wait for long: packs those of one station into larger compressed batches, which loses nothing,
 * and thins them when room or time runs out. Each piece of work is bounded and a transaction of its own.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Reading } from '../../devices/reading.ts';
import type { OutboxAccount } from './account.ts';
import { packedBody, payloadOf, readingsOf } from './body.ts';
import { contentsOf } from './contents.ts';
import { asRow, asRows, bytesOf, COLUMNS, LEVEL, type Level, type Row } from './schema.ts';
import { thin } from './thin.ts';

/** Readings of one packed batch, which goes out as one payload. */
export const PACK_RECORDS = 1000;

/** Readings that are rewritten at once: some ten milliseconds of a small box. */
const MOST_RECORDS = 5000;

const MOST_ODD = 1000;

const MINUTE_MS = 60_000;

/** What comes after a level when there is no room, and how old the oldest must be so that its windows are whole. */
const NEXT: Readonly<Record<Exclude<Level, 4>, { readonly level: Level; readonly olderThanMs: number }>> = {
  [LEVEL.plain]: { level: LEVEL.packed, olderThanMs: 10 * MINUTE_MS },
  [LEVEL.packed]: { level: LEVEL.minute, olderThanMs: 2 * MINUTE_MS },
  [LEVEL.minute]: { level: LEVEL.tenMinutes, olderThanMs: 20 * MINUTE_MS },
  [LEVEL.tenMinutes]: { level: LEVEL.hour, olderThanMs: 120 * MINUTE_MS },
};
const THINNABLE = [LEVEL.plain, LEVEL.packed, LEVEL.minute, LEVEL.tenMinutes] as const;

const WINDOW_MS: Readonly<Record<Level, number>> = {
  [LEVEL.plain]: 0,
  [LEVEL.packed]: 0,
  [LEVEL.minute]: MINUTE_MS,
  [LEVEL.tenMinutes]: 10 * MINUTE_MS,
  [LEVEL.hour]: 60 * MINUTE_MS,
};

export interface TidyOptions {
  readonly account: Pick<OutboxAccount, 'rewrote' | 'damaged' | 'isCounted'>;
  /** Readings from this time on are live and stay as they are. */
  readonly liveFrom: () => number;
  readonly now: () => number;
  /** Readings that have waited longer are thinned to hours. */
  readonly keepMs: number;
  /** The ids that are under way. */
  readonly reserved: () => readonly number[];
  /** A row's content is not what was written; it has been removed. */
  readonly onDamaged: (row: Row) => void;
  /** Bytes before and after, where nothing but space was lost. */
  readonly onPacked: (before: number, after: number) => void;
}

export interface Tidy {
  /** One piece of what is to be done in any case; the bytes that it freed, or null when there is nothing to do now. */
  work(): number | null;
  /** One piece of making room; null when there is nothing left to thin. */
  makeRoom(): number | null;
}

export function createTidy(db: DatabaseSync, options: TidyOptions): Tidy {
  const { account, liveFrom, now, keepMs, onDamaged, onPacked } = options;
  /** No SenML that we could rewrite: it waits as it is. An edge writes none. */
  const odd: number[] = [];
  const reserved = () => JSON.stringify([...options.reserved(), ...odd]);
  const free = 'id NOT IN (SELECT value FROM json_each(?))';
  const full = db.prepare(
    `SELECT station FROM batches WHERE kind = 'readings' AND level = 0 AND at < ? AND ${free}
       GROUP BY station HAVING SUM(records) >= ${PACK_RECORDS}`,
  );
  const oldest = db.prepare(
    `SELECT station, at FROM batches WHERE kind = 'readings' AND level = ? AND at < ? AND ${free} ORDER BY at, id LIMIT 1`,
  );
  const ofStation = db.prepare(
    `SELECT ${COLUMNS} FROM batches WHERE kind = 'readings' AND level = ? AND at < ? AND station = ? AND ${free} ORDER BY at, id`,
  );
  const erase = db.prepare('DELETE FROM batches WHERE id = ?');
  const insert = db.prepare(
    `INSERT INTO batches (kind, station, payload, records, at, bytes, level, packed, crc) VALUES ('readings', ?, '', ?, ?, ?, ?, ?, ?)`,
  );
  const count = db.prepare('UPDATE counts SET value = value + ? WHERE name = ?');
  /** Stations with enough to pack, from the last look. */
  let toPack: string[] = [];
  let looked = Number.NEGATIVE_INFINITY;

  function rowsOf(station: string, level: Level, most: number): Row[] {
    const rows: Row[] = [];
    let records = 0;
    for (const raw of ofStation.iterate(level, liveFrom(), station, reserved())) {
      const row = asRow(raw);
      records += row.records;
      if (records > most && rows.length > 0) break;
      rows.push(row);
    }
    return rows;
  }

  /** The bytes that it freed. */
  function rewrite(station: string, from: Level, to: Level, most: number): number {
    const rows = rowsOf(station, from, most);
    const readings: Reading[] = [];
    let freed = 0;
    const counted: Reading[] = [];
    const used: Row[] = [];
    const damaged: Row[] = [];
    db.exec('BEGIN IMMEDIATE');
    try {
      for (const row of rows) {
        const payload = payloadOf(row);
        const own = payload === null ? null : readingsOf(payload, station);
        if (payload === null) {
          damaged.push(row);
          erase.run(row.id);
          account.damaged(row);
          count.run(row.records, 'dropped');
          freed += row.bytes;
        } else if (own === null) setApart(row.id);
        else {
          readings.push(...own);
          if (account.isCounted(row)) counted.push(...own);
          used.push(row);
        }
      }
      const left = to === LEVEL.packed ? readings : thin(readings, WINDOW_MS[to]);
      let after = 0;
      for (const part of parts(left.toSorted((a, b) => a.at - b.at))) {
        const { packed, crc } = packedBody(station, part);
        const bytes = bytesOf({ payload: '', packed });
        insert.run(station, part.length, part.at(-1)?.at ?? 0, bytes, to, packed, crc);
        after += bytes;
      }
      for (const { id } of used) erase.run(id);
      account.rewrote(station, contentsOf(readings), contentsOf(counted), contentsOf(left));
      count.run(readings.length - left.length, 'thinned');
      db.exec('COMMIT');
      const before = used.reduce((sum, { bytes }) => sum + bytes, 0);
      if (to === LEVEL.packed && readings.length === PACK_RECORDS) onPacked(before, after);
      damaged.forEach(onDamaged);
      return freed + before - after;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  function setApart(id: number): void {
    odd.push(id);
    if (odd.length > MOST_ODD) odd.shift();
  }

  function look(): void {
    const at = now();
    // The clock may have been set back.
    if (Math.abs(at - looked) < MINUTE_MS) return;
    looked = at;
    toPack = full.all(liveFrom(), reserved()).map(({ station }) => String(station));
  }

  return {
    work() {
      look();
      const station = toPack.shift();
      if (station !== undefined) {
        const freed = rewrite(station, LEVEL.plain, LEVEL.packed, PACK_RECORDS);
        // A long outage of an older edge, or a disk that refused: more than one pack is waiting.
        const { records } = waitingOf(station);
        if (records >= PACK_RECORDS) toPack.push(station);
        return freed;
      }
      for (const level of THINNABLE) {
        const [row] = asRows(oldest.all(level, now() - keepMs, reserved()));
        if (row) return rewrite(row.station, level, LEVEL.hour, MOST_RECORDS);
      }
      return null;
    },
    makeRoom() {
      for (const level of THINNABLE) {
        const next = NEXT[level];
        const [row] = asRows(oldest.all(level, liveFrom() - next.olderThanMs, reserved()));
        if (row) return rewrite(row.station, level, next.level, MOST_RECORDS);
      }
      return null;
    },
  };

  function waitingOf(station: string): { records: number } {
    const rows = rowsOf(station, LEVEL.plain, PACK_RECORDS);
    return { records: rows.reduce((sum, { records }) => sum + records, 0) };
  }
}

/** Of equal size: a small last one would take a row of its own for little. */
function* parts(readings: readonly Reading[]): Generator<Reading[]> {
  const size = Math.ceil(readings.length / Math.ceil(readings.length / PACK_RECORDS));
  for (let start = 0; start < readings.length; start += size) yield readings.slice(start, start + size);
}
