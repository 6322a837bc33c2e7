/** Takes out of a damaged outbox what can still be read of it. */
import type { DatabaseSync } from 'node:sqlite';
import { payloadOf } from './body.ts';
import { asRow, COLUMNS, type Row } from './schema.ts';

export interface Salvage {
  readonly batches: number;
  readonly readings: number;
  readonly alarms: number;
  /** In words. */
  readonly lost: string;
}

/** `into` is an empty outbox. All or nothing. */
export function salvage(from: DatabaseSync, into: DatabaseSync): Salvage {
  const insert = into.prepare(`INSERT INTO batches (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const found = new Set<number>();
  let readings = 0;
  let alarms = 0;
  into.exec('BEGIN IMMEDIATE');
  for (const row of readable(from)) {
    if (found.has(row.id) || payloadOf(row) === null) continue;
    const { id, kind, station, condition, payload, records, at, bytes, level, packed, crc } = row;
    insert.run(id, kind, station, condition, payload, records, at, bytes, level, packed, crc);
    found.add(id);
    if (kind === 'alarm') alarms += 1;
    else readings += records;
  }
  copyCounts(from, into);
  copyLosses(from, into);
  into.exec('COMMIT');
  return { batches: found.size, readings, alarms, lost: lostOf(from, found) };
}

/** A file of an older edge has no such columns yet. */
function columnsOf(db: DatabaseSync): string {
  const names = db
    .prepare('PRAGMA table_info(batches)')
    .all()
    .map(({ name }) => name);
  return names.includes('level')
    ? COLUMNS
    : COLUMNS.replace('level, packed, crc', '0 AS level, NULL AS packed, NULL AS crc');
}

/**
 * Rows by id, forwards until a page cannot be read, then over it with growing strides, and from where reading works
 * again back to the bad page.
 */
function* readable(db: DatabaseSync): Generator<Row> {
  const select = `SELECT ${columnsOf(db)} FROM batches WHERE id`;
  // A statement that has failed tells its error once more when it is used again.
  const up = () => db.prepare(`${select} >= ? ORDER BY id`);
  const down = () => db.prepare(`${select} BETWEEN ? AND ? ORDER BY id DESC`);
  const probe = db.prepare(`${select} >= ? ORDER BY id LIMIT 1`);
  const last = lastId(db);
  let next = 0;
  while (next <= last) {
    const [seen, whole] = yield* walk(up(), [next]);
    if (whole) return;
    const bad = Math.max(next, (seen ?? next - 1) + 1);
    let beyond: number | null = null;
    for (let stride = 1; beyond === null && bad + stride <= last + 1; stride *= 2)
      beyond = idAt(probe, bad + stride - 1);
    beyond ??= idAt(probe, last);
    if (beyond === null) return;
    yield* walk(down(), [bad, beyond]);
    next = beyond + 1;
  }
}

type Statement = ReturnType<DatabaseSync['prepare']>;

/** The last id that could be read, and whether all could. */
function* walk(statement: Statement, values: number[]): Generator<Row, [number | null, boolean]> {
  let seen: number | null = null;
  const rows = statement.iterate(...values);
  for (;;) {
    let row: Row;
    try {
      const { done, value } = rows.next();
      if (done) return [seen, true];
      row = asRow(value);
    } catch {
      return [seen, false];
    }
    yield row;
    seen = row.id;
  }
}

function idAt(probe: Statement, from: number): number | null {
  try {
    const row = probe.get(from);
    return row === undefined ? null : asRow(row).id;
  } catch {
    return null;
  }
}

/** AUTOINCREMENT keeps the greatest id that was ever given. */
function lastId(db: DatabaseSync): number {
  try {
    return Number(db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'batches'").get()?.seq ?? 0);
  } catch {
    return 2 ** 40;
  }
}

/** A file's reports are numbered under its own id: an older state of the numbers would repeat some. */
const OF_THE_FILE = ['outbox_id', 'loss_reports', 'held_after'];

/** What the rows hold is counted anew as they are rewritten. */
function copyLosses(from: DatabaseSync, into: DatabaseSync): void {
  into.exec("UPDATE counts SET value = (SELECT COALESCE(MAX(id), 0) FROM batches) WHERE name = 'held_after'");
  const loss = into.prepare('INSERT OR IGNORE INTO losses VALUES (?, ?, ?, ?, ?)');
  const report = into.prepare('INSERT INTO loss_report VALUES (?, ?, ?)');
  try {
    for (const { station, hour, parameter, cause, readings } of from.prepare('SELECT * FROM losses').all())
      loss.run(String(station), Number(hour), String(parameter), String(cause), Number(readings));
    for (const { outbox, number, entries } of from.prepare('SELECT * FROM loss_report').all())
      report.run(String(outbox), Number(number), String(entries));
  } catch {
    // An older edge's file has none, and what cannot be read is among what was lost.
  }
}

function copyCounts(from: DatabaseSync, into: DatabaseSync): void {
  const set = into.prepare('UPDATE counts SET value = ? WHERE name = ?');
  try {
    for (const { name, value } of from.prepare('SELECT name, value FROM counts').all())
      if (!OF_THE_FILE.includes(String(name))) set.run(Number(value), String(name));
  } catch {
    // They are for people, and the log says that something was lost.
  }
}

/** The index stands on pages of its own: it often knows what the bad ones held. */
function lostOf(db: DatabaseSync, found: ReadonlySet<number>): string {
  let lost = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let whole = true;
  const seen = new Set<number>();
  for (const order of ['ASC', 'DESC']) {
    try {
      const sql = `SELECT id, at FROM batches INDEXED BY batches_lanes ORDER BY kind ${order}, level ${order}, at ${order}`;
      for (const { id, at } of db.prepare(sql).iterate()) {
        if (found.has(Number(id)) || seen.has(Number(id))) continue;
        seen.add(Number(id));
        lost += 1;
        first = Math.min(first, Number(at));
        last = Math.max(last, Number(at));
      }
      if (order === 'ASC') break;
    } catch {
      whole = false;
    }
  }
  if (lost === 0) return whole ? 'nothing' : 'an unknown number of batches';
  const time = (at: number) => new Date(at).toISOString();
  return `${whole ? '' : 'at least '}${lost} batches, the newest readings of each between ${time(first)} and ${time(last)}`;
}
