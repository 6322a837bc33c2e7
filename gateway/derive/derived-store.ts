/**
 * `derived.db`: what the gateway has worked out, and what is still to be worked out (marks.ts). It can be deleted: it is
 * derived anew from the readings that are kept.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { intervalStart } from '../../devices/local-time.ts';
import { isDerived, PARAMETER_IDS, type ParameterId } from '../../devices/parameter.ts';
import { type Flag, flagOfSeverity, isUsable, severityOf } from '../../devices/quality.ts';
import type { Derivation } from '../../devices/wire/api.ts';
import type { Aggregate, Point, PointsQuery, RowsQuery, StoredReading } from '../store/store.ts';
import { transact } from '../transaction.ts';
import type { DerivedValue } from './derived-value.ts';

/** Append only: a file of version n is brought to the newest by the entries after n. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE value (
    station TEXT NOT NULL, parameter TEXT NOT NULL, at INTEGER NOT NULL, value REAL, flag INTEGER NOT NULL,
    derived_at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (station, parameter, at)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE progress (station TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE mark (
    station TEXT NOT NULL, step INTEGER NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (station, step)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE memory (
    station TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (station, at)
  ) STRICT, WITHOUT ROWID;
  `,
];

export const DERIVED_IDS = PARAMETER_IDS.filter(isDerived);

/** A derived value as it was kept. */
export interface KeptValue extends DerivedValue {
  /** When it was worked out last, epoch ms. */
  readonly derivedAt: number;
}

export interface DerivedStore {
  readonly db: DatabaseSync;
  /** After a power cut it may be undone, with all that was written after it: progress and values go back together. */
  transaction<T>(work: () => T): T;
  /** On disk when it returns, and what was written before it, too. */
  durably<T>(work: () => T): T;
  /** A value of the same station, parameter and time is replaced. */
  put(values: readonly DerivedValue[], derivedAt: number): void;
  get(station: string, parameter: ParameterId, at: number): KeptValue | null;
  /** The newest value of each derived parameter of a station, or of some of them, published or not. */
  newest(station: string, parameters?: readonly ParameterId[]): KeptValue[];
  /** The derived parameters of which a value was ever published there. */
  publishedAt(station: string): ReadonlySet<ParameterId>;
  /** Published values by their time within from < at ≤ to. */
  between(station: string, parameter: ParameterId, from: number, to: number): Map<number, number>;
  /** As `Store.points`; a value belongs to the interval in which what it is of ends. */
  points(query: PointsQuery): Point[];
  /** As `Store.rows`; what was published, received when it was worked out last. */
  rows(query: RowsQuery): StoredReading[];
  /** Deletes what is of before this, epoch ms; at most `limit` values of each parameter of a station, answers how many. */
  forget(station: string, before: number, limit: number): number;
  close(): void;
}

export function openDerivedStore(dataDir: string): DerivedStore {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'derived.db');
  const db = new DatabaseSync(file);
  try {
    chmodSync(file, 0o600);
    db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000');
    return createDerivedStore(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function createDerivedStore(db: DatabaseSync): DerivedStore {
  const transaction = <T>(work: () => T): T => transact(db, work);
  const durably = <T>(work: () => T): T => {
    db.exec('PRAGMA synchronous=FULL');
    try {
      return transaction(work);
    } finally {
      db.exec('PRAGMA synchronous=NORMAL');
    }
  };
  transaction(() => migrate(db));

  const upsert = db.prepare(
    `INSERT INTO value VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, flag = excluded.flag,
     derived_at = excluded.derived_at, body = excluded.body`,
  );
  const selectOne = db.prepare('SELECT * FROM value WHERE station = ? AND parameter = ? AND at = ?');
  const selectNewest = db.prepare(
    'SELECT * FROM value WHERE station = ? AND parameter = ? ORDER BY at DESC LIMIT 1',
  );
  const selectPublished = db.prepare(
    'SELECT 1 FROM value WHERE station = ? AND parameter = ? AND value IS NOT NULL LIMIT 1',
  );
  const selectBetween = db.prepare(
    'SELECT at, value FROM value WHERE station = ? AND parameter = ? AND at > ? AND at <= ? AND value IS NOT NULL ORDER BY at',
  );
  const selectPoints = db.prepare(
    'SELECT at, value, flag FROM value WHERE station = ? AND parameter = ? AND at >= ? AND at < ? ORDER BY at DESC',
  );
  const selectRows = db.prepare(
    'SELECT at, value, flag, derived_at FROM value WHERE station = ? AND parameter = ? AND at >= ? AND at < ? AND value IS NOT NULL ORDER BY at LIMIT ?',
  );
  const remove = db.prepare(
    `DELETE FROM value WHERE station = ?1 AND parameter = ?2 AND at IN
     (SELECT at FROM value WHERE station = ?1 AND parameter = ?2 AND at < ?3 ORDER BY at LIMIT ?4)`,
  );
  /** What a station's answer lists: asked with every list of stations. */
  const known = new Map<string, Set<ParameterId>>();
  const publishedAt = (station: string): Set<ParameterId> => {
    const found = known.get(station);
    if (found !== undefined) return found;
    const made = new Set(DERIVED_IDS.filter((id) => selectPublished.get(station, id) !== undefined));
    known.set(station, made);
    return made;
  };

  return {
    db,
    transaction,
    durably,
    put(values, derivedAt) {
      transaction(() => {
        for (const { station, parameter, at, value, flag, body } of values)
          upsert.run(station, parameter, at, value, flag, derivedAt, JSON.stringify(body));
      });
      for (const { station, parameter, value } of values)
        if (value !== null) publishedAt(station).add(parameter);
    },
    get: (station, parameter, at) => keptOf(selectOne.get(station, parameter, at)),
    newest: (station, parameters = DERIVED_IDS) =>
      parameters.flatMap((parameter) => keptOf(selectNewest.get(station, parameter)) ?? []),
    publishedAt,
    between: (station, parameter, from, to) =>
      new Map(
        (selectBetween.all(station, parameter, from, to) as unknown as { at: number; value: number }[]).map(
          ({ at, value }) => [at, value],
        ),
      ),
    points({ station, parameter, from, to, everyMs, aggregate, limit }) {
      const rows = selectPoints.iterate(
        station,
        parameter,
        from,
        to,
      ) as Iterable<unknown> as Iterable<PointRow>;
      return newestFirst(rows, everyMs ?? null, aggregate, limit).reverse();
    },
    rows: ({ station, parameter, from, to, limit }) =>
      (selectRows.all(station, parameter, from, to, limit) as unknown as Row[]).map(
        ({ at, value, flag, derived_at }) => ({
          ...{ station, parameter, at, value, flag, reason: null, receivedAt: derived_at },
        }),
      ),
    forget: (station, before, limit) =>
      DERIVED_IDS.reduce((sum, id) => sum + Number(remove.run(station, id, before, limit).changes), 0),
    close: () => db.close(),
  };
}

function migrate(db: DatabaseSync): void {
  const row = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (row.user_version === MIGRATIONS.length) return;
  for (const migration of MIGRATIONS.slice(row.user_version)) db.exec(migration);
  db.exec(`PRAGMA user_version=${MIGRATIONS.length}`);
}

function keptOf(row: Record<string, unknown> | undefined): KeptValue | null {
  if (row === undefined) return null;
  const { station, parameter, at, value, flag, derived_at, body } = row as unknown as Row;
  return { station, parameter, at, value, flag, derivedAt: derived_at, body: JSON.parse(body) as Derivation };
}

interface PointRow {
  readonly at: number;
  readonly value: number | null;
  readonly flag: Flag;
}

interface Row extends PointRow {
  readonly station: string;
  readonly parameter: ParameterId;
  readonly derived_at: number;
  readonly body: string;
}

/** Points of rows that come newest first; not more rows are read than that takes. */
function newestFirst(
  rows: Iterable<PointRow>,
  everyMs: number | null,
  aggregate: Aggregate,
  limit: number,
): Point[] {
  const points: Point[] = [];
  let start: number | null = null;
  let values: number[] = [];
  let worst = 0;
  const close = (): void => {
    if (start !== null) points.push([start, aggregated(values, aggregate), flagOfSeverity(worst)]);
    values = [];
    worst = 0;
  };
  for (const { at, value, flag } of rows) {
    if (points.length === limit) return points;
    if (everyMs === null) {
      points.push([at, value, flag]);
      continue;
    }
    const interval = intervalStart(at - 1, everyMs);
    if (interval !== start) {
      close();
      if (points.length === limit) return points;
      start = interval;
    }
    if (value !== null && isUsable(flag)) values.push(value);
    worst = Math.max(worst, severityOf(flag));
  }
  close();
  return points;
}

function aggregated(values: readonly number[], aggregate: Aggregate): number | null {
  if (aggregate === 'count') return values.length;
  if (values.length === 0) return null;
  if (aggregate === 'min') return Math.min(...values);
  if (aggregate === 'max') return Math.max(...values);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
