/** Configurations of edges, as the ledger keeps them. */
import type { ConfigVersion, ConfigVersionState } from '../../devices/wire/fleet-config.ts';
import type { Ledger } from '../ledger.ts';

export interface ConfigRow extends ConfigVersion {
  readonly edge: string;
  readonly text: string;
  /** What the text says, as JSON: it is parsed once, when it comes. */
  readonly value: string;
  /** The version that it was made from; null where none was known. */
  readonly replaces: number | null;
  readonly trial_s: number | null;
  /** Hash of what the edge must be running; null with `trial_s` and `expires`: the centre did not want it. */
  readonly instead_of: string | null;
  readonly expires: number | null;
}

export interface RunningRow {
  readonly edge: string;
  readonly version: number;
  readonly hash: string;
  readonly local: boolean;
  readonly at: number;
  /** The newest version that the edge has answered. */
  readonly seen: number;
}

export interface ConfigRows {
  get(edge: string, version: number): ConfigRow | null;
  /** The newest that came from the edge itself. */
  ownNewest(edge: string): ConfigRow | null;
  /** So many that came from the edge itself are younger. */
  ownSince(edge: string, at: number): number;
  remove(edge: string, version: number): void;
  /** The newest with this hash. */
  withHash(edge: string, hash: string): ConfigRow | null;
  newest(edge: string, count: number): ConfigRow[];
  /** What waits for its edge or is on trial there; of all edges without a name. */
  open(edge?: string): ConfigRow[];
  /** One above all that edge and centre know of. */
  next(edge: string): number;
  add(row: ConfigRow): void;
  setState(edge: string, version: number, state: ConfigVersionState, reason: string | null, at: number): void;
  running(edge: string): RunningRow | null;
  setRunning(row: RunningRow): void;
}

/** Of each edge so many are kept, and what it runs: what it makes itself pushes nothing out that the centre made. */
const MOST_VERSIONS = { centre: 150, edge: 50 } as const;

export function createConfigRows({ db }: Pick<Ledger, 'db'>): ConfigRows {
  const select = db.prepare('SELECT * FROM edge_config WHERE edge = ? AND version = ?');
  const selectHash = db.prepare(
    'SELECT * FROM edge_config WHERE edge = ? AND hash = ? ORDER BY version DESC LIMIT 1',
  );
  const selectOwn = db.prepare(
    "SELECT * FROM edge_config WHERE edge = ? AND source = 'edge' ORDER BY version DESC LIMIT 1",
  );
  const selectNewest = db.prepare('SELECT * FROM edge_config WHERE edge = ? ORDER BY version DESC LIMIT ?');
  const selectOpen = db.prepare(
    "SELECT * FROM edge_config WHERE state IN ('wanted', 'trial') AND (?1 IS NULL OR edge = ?1) ORDER BY edge, version",
  );
  const selectNext = db.prepare(
    `SELECT 1 + max(coalesce((SELECT max(version) FROM edge_config WHERE edge = ?1), 0),
                    coalesce((SELECT max(version, seen) FROM edge_config_running WHERE edge = ?1), 0)) AS next`,
  );
  const insert = db.prepare(
    `INSERT INTO edge_config VALUES (:edge, :version, :at, :by, :source, :replaces, :hash, :text, :value, :state, :reason, :state_at,
       :trial_s, :instead_of, :expires)`,
  );
  const removeOld = db.prepare(
    `DELETE FROM edge_config WHERE edge = ?1 AND source = ?2 AND state NOT IN ('wanted', 'trial')
       AND version NOT IN (SELECT version FROM edge_config WHERE edge = ?1 AND source = ?2 ORDER BY version DESC LIMIT ?3)
       AND version NOT IN (SELECT version FROM edge_config_running WHERE edge = ?1)`,
  );
  const selectSince = db.prepare(
    "SELECT count(*) AS count FROM edge_config WHERE edge = ? AND source = 'edge' AND at > ?",
  );
  const remove = db.prepare('DELETE FROM edge_config WHERE edge = ? AND version = ?');
  const update = db.prepare(
    'UPDATE edge_config SET state = ?, reason = ?, state_at = ? WHERE edge = ? AND version = ?',
  );
  const selectRunning = db.prepare('SELECT * FROM edge_config_running WHERE edge = ?');
  const upsertRunning = db.prepare(
    `INSERT INTO edge_config_running VALUES (:edge, :version, :hash, :local, :at, :seen) ON CONFLICT (edge) DO UPDATE
       SET version = excluded.version, hash = excluded.hash, local = excluded.local, at = excluded.at, seen = excluded.seen`,
  );
  const rowOf = (row: unknown): ConfigRow | null => (row as ConfigRow | undefined) ?? null;

  return {
    get: (edge, version) => rowOf(select.get(edge, version)),
    ownNewest: (edge) => rowOf(selectOwn.get(edge)),
    ownSince: (edge, at) => (selectSince.get(edge, at) as { count: number }).count,
    remove(edge, version) {
      remove.run(edge, version);
    },
    withHash: (edge, hash) => rowOf(selectHash.get(edge, hash)),
    newest: (edge, count) => selectNewest.all(edge, count) as unknown as ConfigRow[],
    open: (edge) => selectOpen.all(edge ?? null) as unknown as ConfigRow[],
    next: (edge) => (selectNext.get(edge) as { next: number }).next,
    add(row) {
      insert.run({ ...row });
      removeOld.run(row.edge, row.source, MOST_VERSIONS[row.source]);
    },
    setState(edge, version, state, reason, at) {
      update.run(state, reason, at, edge, version);
    },
    running(edge) {
      const row = selectRunning.get(edge) as (Omit<RunningRow, 'local'> & { local: number }) | undefined;
      return row === undefined ? null : { ...row, local: row.local === 1 };
    },
    setRunning(row) {
      upsertRunning.run({ ...row, local: Number(row.local) });
    },
  };
}
