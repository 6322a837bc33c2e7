/** Tables of the ledger: Configurations of edges and how they are rolled out. */
export const CONFIG_SCHEMA = `
  CREATE TABLE edge_config (
    edge TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, source TEXT NOT NULL, replaces INTEGER,
    hash TEXT NOT NULL, text TEXT NOT NULL, value TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, state_at INTEGER NOT NULL, trial_s INTEGER,
    instead_of TEXT, expires INTEGER, PRIMARY KEY (edge, version)
  ) STRICT;
  CREATE INDEX edge_config_open ON edge_config (state) WHERE state IN ('wanted', 'trial');
  CREATE TABLE edge_config_running (
    edge TEXT PRIMARY KEY, version INTEGER NOT NULL, hash TEXT NOT NULL, local INTEGER NOT NULL, at INTEGER NOT NULL,
    seen INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE rollout (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, place TEXT NOT NULL, canary INTEGER NOT NULL,
    trial_s INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, ended_at INTEGER
  ) STRICT;
  CREATE INDEX rollout_running ON rollout (state) WHERE state = 'running';
  CREATE TABLE rollout_step (
    rollout INTEGER NOT NULL, position INTEGER NOT NULL, edge TEXT NOT NULL, text TEXT NOT NULL, version INTEGER,
    state TEXT NOT NULL, reason TEXT, PRIMARY KEY (rollout, position)
  ) STRICT;
  CREATE INDEX rollout_step_version ON rollout_step (edge, version);
`;
