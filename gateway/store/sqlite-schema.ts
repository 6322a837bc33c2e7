/** Tables of the embedded store, and the way to them from each older version. */
import type { DatabaseSync } from 'node:sqlite';
import { UserFault } from '../../devices/kit/fault.ts';
import type { Logger } from '../../devices/kit/log.ts';
import { HOUR_MS, LEVELS } from './sqlite-levels.ts';

const MIGRATIONS: readonly ((db: DatabaseSync, log: Logger | undefined) => void)[] = [
  (db) =>
    db.exec(`
      CREATE TABLE series (id INTEGER PRIMARY KEY, station TEXT NOT NULL, parameter TEXT NOT NULL, UNIQUE (station, parameter)) STRICT;
      CREATE TABLE reading (
        series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL, flag INTEGER NOT NULL, reason TEXT, received_at INTEGER NOT NULL,
        PRIMARY KEY (series, at)
      ) STRICT, WITHOUT ROWID`),
  (db, log) => {
    for (const { table } of LEVELS) {
      db.exec(`CREATE TABLE ${table} (
        series INTEGER NOT NULL, at INTEGER NOT NULL,
        usable INTEGER NOT NULL, sum REAL, min REAL, max REAL,
        good INTEGER NOT NULL, not_evaluated INTEGER NOT NULL, suspect INTEGER NOT NULL, fail INTEGER NOT NULL, missing INTEGER NOT NULL,
        PRIMARY KEY (series, at)
      ) STRICT, WITHOUT ROWID`);
    }
    db.exec(`
      CREATE TABLE unrolled (series INTEGER NOT NULL, hour INTEGER NOT NULL, PRIMARY KEY (series, hour)) STRICT, WITHOUT ROWID;
      CREATE INDEX unrolled_by_hour ON unrolled (hour);
      CREATE TABLE kept (class TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT`);
    markAll(db, log);
  },
];

const TELL_EVERY_MS = 2000;

/** Brings the file to the present version, all or nothing. */
export function migrate(db: DatabaseSync, file: string, log?: Logger): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  const present = MIGRATIONS.length;
  if (version > present) {
    throw new UserFault(
      `${file} was written by a newer Quantrac (its schema is ${version}, this one knows ${present}): start that one, or choose another data_dir`,
    );
  }
  if (version === present) return;
  if (version > 0) log?.info({ file, from: version, to: present }, 'store migrates');
  const began = performance.now();
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const migration of MIGRATIONS.slice(version)) migration(db, log);
    db.exec(`PRAGMA user_version = ${present}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
  if (version > 0) log?.info({ file, ms: Math.round(performance.now() - began) }, 'store migrated');
}

/**
 * Marks every hour that has readings for the rollups; they are built while the gateway works. One seek an hour and
 * series, not one a reading: a file of many million readings is ready in seconds.
 */
function markAll(db: DatabaseSync, log: Logger | undefined): void {
  const next = db.prepare('SELECT min(at) AS at FROM reading WHERE series = ? AND at >= ?');
  const mark = db.prepare('INSERT INTO unrolled VALUES (?, ?)');
  const series = db.prepare('SELECT id FROM series ORDER BY id').all() as { id: number }[];
  let hours = 0;
  let told = performance.now();
  for (const [done, { id }] of series.entries()) {
    let from = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const { at } = next.get(id, from) as { at: number | null };
      if (at === null) break;
      const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
      mark.run(id, hour);
      from = hour + HOUR_MS;
      hours++;
    }
    if (performance.now() - told > TELL_EVERY_MS) {
      told = performance.now();
      log?.info({ done: done + 1, of: series.length, hours }, 'store marks series for rollups');
    }
  }
  if (series.length > 0) log?.info({ series: series.length, hours }, 'rollups will be built meanwhile');
}
