/** The embedded store: one SQLite file, a row a reading, clustered by series and time, with rollups beside it. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../devices/kit/log.ts';
import type { Retention } from '../settings.ts';
import { createAppend } from './sqlite-append.ts';
import { createKept } from './sqlite-kept.ts';
import { createQueries } from './sqlite-queries.ts';
import { createForgetting, type Forgetting } from './sqlite-retention.ts';
import { createRollups, type Rollups } from './sqlite-rollups.ts';
import { migrate } from './sqlite-schema.ts';
import { createSeriesIds } from './sqlite-series.ts';
import { startUpkeep } from './sqlite-upkeep.ts';
import type { Store } from './store.ts';
import { rowsSqlite, tallySqlite } from './tally-sqlite.ts';

/** FULL: a committed batch is on disk, not only in the system's cache, before it is acknowledged. */
const PRAGMAS = `PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;
  PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=8000`;

export interface SqliteStoreParts {
  /** Without it everything is kept. */
  readonly keep?: Retention;
  readonly now?: () => number;
  readonly log?: Logger | undefined;
}

export interface SqliteStore extends Store {
  /** Made by the store itself meanwhile; a bench or a test can have them made at once. */
  readonly rollups: Rollups;
  readonly forgetting: Forgetting;
}

export function openSqliteStore(dataDir: string, parts: SqliteStoreParts = {}): SqliteStore {
  const { keep = KEEP_ALL, now = Date.now, log } = parts;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'readings.db');
  const db = new DatabaseSync(file);
  try {
    chmodSync(file, 0o600);
    db.exec(PRAGMAS);
    migrate(db, file, log);
  } catch (error) {
    db.close();
    throw error;
  }
  const series = createSeriesIds(db);
  const kept = createKept(db);
  const rollups = createRollups(db, kept);
  const append = createAppend(db, series, rollups);
  const queries = createQueries(db, series);
  const forgetting = createForgetting(db, { keep, kept, rollups });
  const upkeep = startUpkeep({ rollups, forgetting, now, log });

  return {
    rollups,
    forgetting,
    append: async (readings) => append(readings),
    latest: async () => queries.latest(),
    async points(query) {
      const id = series.find(query.station, query.parameter);
      if (id === undefined) return [];
      if (query.everyMs === undefined) return queries.raw(id, query);
      return queries.aggregated(id, query, query.everyMs, {
        kept,
        marked: (from, to) => rollups.marked(id, from, to),
      });
    },
    tally: (query) => tallySqlite(db, series.all.get(query.station) ?? [], query),
    async rows({ station, parameter, from, to, limit }) {
      const id = series.find(station, parameter);
      if (id === undefined) return [];
      return rowsSqlite(db, id, from, to, limit).map((row) => ({ station, parameter, ...row }));
    },
    async check() {
      db.exec('BEGIN IMMEDIATE; ROLLBACK');
    },
    async close() {
      upkeep.stop();
      db.close();
    },
  };
}

const CENTURY = 36_500;
const KEEP_ALL: Retention = {
  raw_days: CENTURY,
  minute_days: CENTURY,
  hour_days: CENTURY,
  day_days: CENTURY,
};
