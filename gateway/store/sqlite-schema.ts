/** Tables of the embedded store, and the way to them from each older version. */
import type { DatabaseSync } from 'node:sqlite';
import { UserFault } from '../../devices/kit/fault.ts';
import type { Logger } from '../../devices/kit/log.ts';
import { LEVELS } from './sqlite-levels.ts';
import { makeVietnameseDays } from './sqlite-migrate-days.ts';
import { markAll } from './sqlite-migrate-marks.ts';
import { packMinutes, packReadings } from './sqlite-migrate-rows.ts';

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
  (db, log) => {
    // A block is a row with a number of its own: rows of a kilobyte lie badly in the tree of a table without it.
    db.exec(`
      CREATE TABLE block (
        series INTEGER NOT NULL, start INTEGER NOT NULL, last INTEGER NOT NULL, readings INTEGER NOT NULL, data BLOB NOT NULL,
        UNIQUE (series, start)
      ) STRICT;
      CREATE TABLE batch (seq INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
      CREATE TABLE damaged (of TEXT NOT NULL, series INTEGER, start INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
      ALTER TABLE minute RENAME TO minute_row;
      CREATE TABLE minute (series INTEGER NOT NULL, hour INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (series, hour)) STRICT, WITHOUT ROWID`);
    packReadings(db, log);
    packMinutes(db, log);
    db.exec('DROP TABLE reading; DROP TABLE minute_row');
  },
  makeVietnameseDays,
];

/** The version before which readings were rows: what they took is given back. */
const BLOCKS = 3;

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
  if (version === 0) return;
  if (version < BLOCKS) shrink(db, log);
  log?.info({ file, ms: Math.round(performance.now() - began) }, 'store migrated');
}

/** Gives the room of what was rows back to the disk; without that it would be used again in years only. */
function shrink(db: DatabaseSync, log: Logger | undefined): void {
  try {
    db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (err) {
    log?.warn({ err }, 'the store keeps its size: its unused room will be used again');
  }
}
