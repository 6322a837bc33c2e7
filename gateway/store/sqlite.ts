/** The embedded store: one SQLite file, a row a reading, clustered by series and time. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAGS, flagOfSeverity, severityOf, USABLE_FLAGS } from '../../devices/quality.ts';
import type { Aggregate, Point, PointsQuery, Store, StoredReading } from './store.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, station TEXT NOT NULL, parameter TEXT NOT NULL, UNIQUE (station, parameter)) STRICT;
  CREATE TABLE IF NOT EXISTS reading (
    series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL, flag INTEGER NOT NULL, reason TEXT, received_at INTEGER NOT NULL,
    PRIMARY KEY (series, at)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
`;

/** Values that may enter an aggregate; the worst flag is judged over all readings of the interval. */
const USABLE = `CASE WHEN flag IN (${USABLE_FLAGS.join(', ')}) THEN value END`;
const SEVERITY = `CASE flag ${FLAGS.map((flag) => `WHEN ${flag} THEN ${severityOf(flag)}`).join(' ')} END`;

const FUNCTION: Readonly<Record<Aggregate, string>> = {
  mean: `avg(${USABLE})`,
  min: `min(${USABLE})`,
  max: `max(${USABLE})`,
  count: `count(${USABLE})`,
};

export function openSqliteStore(dataDir: string): Store {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'readings.db');
  const db = new DatabaseSync(file);
  chmodSync(file, 0o600);
  // FULL: a committed batch is on disk, not only in the system's cache, before it is acknowledged.
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000');
  db.exec(SCHEMA);
  const insertSeries = db.prepare('INSERT INTO series (station, parameter) VALUES (?, ?) RETURNING id');
  // The first value of a series and time stays: a repeat changes nothing.
  const insert = db.prepare('INSERT OR IGNORE INTO reading VALUES (?, ?, ?, ?, ?, ?)');

  const ids = new Map<string, Map<string, number>>();
  const remember = (station: string, parameter: string, id: number): number => {
    const ofStation = ids.get(station) ?? new Map<string, number>();
    ids.set(station, ofStation.set(parameter, id));
    return id;
  };
  const loadSeries = (): void => {
    ids.clear();
    for (const row of db.prepare('SELECT id, station, parameter FROM series').all()) {
      const { id, station, parameter } = row as { id: number; station: string; parameter: string };
      remember(station, parameter, id);
    }
  };
  loadSeries();
  const seriesId = ({ station, parameter }: StoredReading): number =>
    ids.get(station)?.get(parameter) ??
    remember(station, parameter, (insertSeries.get(station, parameter) as { id: number }).id);

  return {
    async append(readings) {
      db.exec('BEGIN IMMEDIATE');
      try {
        // Sorted by series and time the rows of a batch fall into neighbouring pages: several times faster.
        const rows = readings.map((reading) => ({ series: seriesId(reading), reading }));
        rows.sort((a, b) => a.series - b.series || a.reading.at - b.reading.at);
        for (const { series, reading } of rows) {
          insert.run(series, reading.at, reading.value, reading.flag, reading.reason, reading.receivedAt);
        }
        db.exec('COMMIT');
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        loadSeries();
        throw error;
      }
    },
    async latest() {
      const newest = db.prepare(
        'SELECT at, value, flag, reason, received_at AS receivedAt FROM reading WHERE series = ? ORDER BY at DESC LIMIT 1',
      );
      return [...ids].flatMap(([station, parameters]) =>
        [...parameters].flatMap(([parameter, id]) => {
          const row = newest.get(id) as Omit<StoredReading, 'station' | 'parameter'> | undefined;
          return row ? [{ station, parameter: parameter as ParameterId, ...row }] : [];
        }),
      );
    },
    async points(query) {
      const id = ids.get(query.station)?.get(query.parameter);
      if (id === undefined) return [];
      const rows =
        query.everyMs === undefined ? raw(db, id, query) : aggregated(db, id, query, query.everyMs);
      return rows.map((row) => [row.at, row.value, row.flag] as Point).reverse();
    },
    async check() {
      db.exec('BEGIN IMMEDIATE; ROLLBACK');
    },
    async close() {
      db.close();
    },
  };
}

type Row = { at: number; value: number | null; flag: Point[2] };

function raw(db: DatabaseSync, id: number, query: PointsQuery): Row[] {
  const sql =
    'SELECT at, value, flag FROM reading WHERE series = ? AND at >= ? AND at < ? ORDER BY at DESC LIMIT ?';
  return db.prepare(sql).all(id, query.from, query.to, query.limit) as Row[];
}

function aggregated(db: DatabaseSync, id: number, query: PointsQuery, everyMs: number): Row[] {
  const sql = `SELECT at / CAST(? AS INTEGER) * CAST(? AS INTEGER) AS at, ${FUNCTION[query.aggregate]} AS value, max(${SEVERITY}) AS severity
    FROM reading WHERE series = ? AND at >= ? AND at < ? GROUP BY 1 ORDER BY 1 DESC LIMIT ?`;
  const rows = db.prepare(sql).all(everyMs, everyMs, id, query.from, query.to, query.limit);
  return (rows as (Omit<Row, 'flag'> & { severity: number })[]).map(({ at, value, severity }) => ({
    at,
    value,
    flag: flagOfSeverity(severity),
  }));
}
