/** Tables of the ledger: commands to edges, and the health that edges told. */
export const COMMANDS_SCHEMA = `
  CREATE TABLE edge_command (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, edge TEXT NOT NULL, area TEXT, orders TEXT NOT NULL,
    reason TEXT NOT NULL, dangerous INTEGER NOT NULL, state TEXT NOT NULL, asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL,
    approved_by TEXT, approved_at INTEGER, sent_at INTEGER, taken_at INTEGER, ended_at INTEGER, due_at INTEGER,
    heard INTEGER NOT NULL, outcome TEXT, result TEXT
  ) STRICT;
  CREATE INDEX edge_command_edge ON edge_command (edge, number);
  CREATE INDEX edge_command_open ON edge_command (due_at) WHERE ended_at IS NULL;
  CREATE INDEX edge_command_ended ON edge_command (ended_at) WHERE ended_at IS NOT NULL;
  CREATE TABLE edge_health (
    edge TEXT NOT NULL, at INTEGER NOT NULL, busy REAL, units INTEGER, failing INTEGER, outbox_hours REAL, waiting INTEGER,
    disk_free_mb REAL, memory_free_mb REAL, process_mb REAL, load REAL, temperature REAL, clock_trusted INTEGER,
    PRIMARY KEY (edge, at)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX edge_health_at ON edge_health (at);
  CREATE INDEX edge_health_fine ON edge_health (at) WHERE at % 3600000 <> 0;
`;
