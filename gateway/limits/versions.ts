/** Every version of a station's limits, as the ledger keeps them. */
import type { Limit } from '../../devices/limit.ts';
import type { Ledger } from '../ledger.ts';

export interface LimitVersion {
  /** Counts the changes from 1; 0 is what the edge's file had before the first of them. */
  readonly version: number;
  /** When (epoch ms), who and why; of version 0 nobody knows. */
  readonly at: number | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly limits: readonly Limit[];
}

export interface LimitVersions {
  /** Stations of which there is a version. */
  stations(): string[];
  /** Ascending. */
  all(station: string): LimitVersion[];
  /** Those below this version, newest first. */
  before(station: string, version: number, count: number): LimitVersion[];
  add(station: string, version: LimitVersion): void;
}

export function createLimitVersions({ db }: Pick<Ledger, 'db'>): LimitVersions {
  const insert = db.prepare('INSERT INTO limit_version VALUES (?, ?, ?, ?, ?, ?)');
  const selectAll = db.prepare('SELECT * FROM limit_version WHERE station = ? ORDER BY version');
  const selectBefore = db.prepare(
    'SELECT * FROM limit_version WHERE station = ? AND version < ? ORDER BY version DESC LIMIT ?',
  );
  const read = (row: unknown): LimitVersion => {
    const { version, at, by, reason, limits } = row as Omit<LimitVersion, 'limits'> & { limits: string };
    return { version, at, by, reason, limits: JSON.parse(limits) as Limit[] };
  };
  return {
    stations: () =>
      db
        .prepare('SELECT DISTINCT station FROM limit_version ORDER BY station')
        .all()
        .map(({ station }) => String(station)),
    all: (station) => selectAll.all(station).map(read),
    before: (station, version, count) => selectBefore.all(station, version, count).map(read),
    add: (station, { version, at, by, reason, limits }) => {
      insert.run(station, version, at, by, reason, JSON.stringify(limits));
    },
  };
}
