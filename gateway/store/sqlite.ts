/**
 * The embedded store: one SQLite file. A commit is a row of its journal (sqlite-journal.ts); readings are kept in blocks
 * of one series and hour (sqlite-blocks.ts, sqlite-codec.ts), with rollups beside them.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../devices/kit/log.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { Retention } from '../settings.ts';
import { createBlocks } from './sqlite-blocks.ts';
import { createFold } from './sqlite-fold.ts';
import { createJournal } from './sqlite-journal.ts';
import { createKept } from './sqlite-kept.ts';
import { createLatest } from './sqlite-latest.ts';
import { createQueries } from './sqlite-queries.ts';
import { createReadings } from './sqlite-readings.ts';
import { createForgetting, type Forgetting } from './sqlite-retention.ts';
import { createRollupRows } from './sqlite-rollup-rows.ts';
import { createRollups, type Rollups } from './sqlite-rollups.ts';
import { migrate } from './sqlite-schema.ts';
import { createSeriesIds } from './sqlite-series.ts';
import { startUpkeep } from './sqlite-upkeep.ts';
import type { Store, StoredReading } from './store.ts';
import { tallySqlite } from './tally-sqlite.ts';

/**
 * FULL: a committed batch is on disk, not only in the system's cache, before it is acknowledged. The log of changes goes
 * into the file every 16 MB; what it grew beyond that while a backup held it is given back. The system caches the file,
 * too: 16 MB of our own are enough.
 */
const PRAGMAS = `PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;
  PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=33554432`;

export interface SqliteStoreParts {
  /** Without it everything is kept. */
  readonly keep?: Retention;
  readonly now?: () => number;
  readonly log?: Logger | undefined;
}

export interface SqliteStore extends Store {
  /** Made by the store itself meanwhile; a bench or a test can have them made at once, the blocks before them. */
  readonly rollups: Pick<Rollups, 'step' | 'waiting'>;
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
    return createStore(db, keep, now, log);
  } catch (error) {
    db.close();
    throw error;
  }
}

function createStore(
  db: DatabaseSync,
  keep: Retention,
  now: () => number,
  log: Logger | undefined,
): SqliteStore {
  const series = createSeriesIds(db);
  const kept = createKept(db);
  const blocks = createBlocks(db, series, log);
  const journal = createJournal(db, { series, log });
  const latest = createLatest(blocks, series, journal.pools);
  const readings = createReadings(blocks, journal.pools);
  const rows = createRollupRows(db, series, log);
  const rollups = createRollups(db, { blocks, journal, kept, rows });
  const fold = createFold(db, { journal, blocks, rollups, latest });
  const queries = createQueries(readings, rows);
  const forgetting = createForgetting(db, { keep, kept, rollups, latest });
  const upkeep = startUpkeep({ journal, fold, rollups, forgetting, now, log });

  return {
    rollups: {
      waiting: rollups.waiting,
      step(at, budgetMs) {
        journal.seal();
        return fold.step(budgetMs) === 'more' ? 'more' : rollups.step(at, budgetMs);
      },
    },
    forgetting,
    async append(batch) {
      fold.makeRoom(batch.length);
      journal.append(batch);
    },
    async latest() {
      return [...series.all].flatMap(([station, parameters]) =>
        [...parameters].flatMap(([parameter, id]): StoredReading[] => {
          const row = latest.of(id);
          return row === null ? [] : [{ station, parameter: parameter as ParameterId, ...row }];
        }),
      );
    },
    async points(query) {
      const id = series.find(query.station, query.parameter);
      if (id === undefined) return [];
      if (query.everyMs === undefined) return queries.raw(id, query);
      return queries.aggregated(id, query, query.everyMs, {
        kept,
        marked: (from, to) => rollups.marked(id, from, to),
      });
    },
    tally: (query) => tallySqlite(readings, series.all.get(query.station) ?? [], query),
    async rows({ station, parameter, from, to, limit }) {
      const id = series.find(station, parameter);
      if (id === undefined) return [];
      return queries.rows(id, from, to, limit).map((row) => ({ station, parameter, ...row }));
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
