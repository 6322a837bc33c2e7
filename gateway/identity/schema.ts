/** Tables of the ledger: Codes for enrolment, certificates, and the keys that edges sign with. */
export const IDENTITY_SCHEMA = `
  -- Of the code's secret only what is derived from it, and that only until it is used, wrong too often or over.
  CREATE TABLE enrol_code (
    code TEXT PRIMARY KEY, edge TEXT NOT NULL UNIQUE, request_key TEXT NOT NULL, answer_key TEXT NOT NULL,
    expires_at INTEGER NOT NULL, wrong INTEGER NOT NULL DEFAULT 0, used_by TEXT, answer TEXT
  ) STRICT, WITHOUT ROWID;
  -- The certificates that are let in: one that is not here, or has revoked_at, is refused, whoever signed it.
  CREATE TABLE certificate (
    fingerprint TEXT PRIMARY KEY, serial TEXT NOT NULL UNIQUE, edge TEXT NOT NULL, renewal INTEGER NOT NULL,
    issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER, reason TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX certificate_edge ON certificate (edge, issued_at);
  -- Public Ed25519 keys, the newest of an edge is in force; older ones still prove what was signed with them.
  CREATE TABLE edge_signing_key (
    edge TEXT NOT NULL, key TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (edge, key)
  ) STRICT, WITHOUT ROWID;
`;

/** Edges that came with a certificate of our authority which is not in `certificate`, and when last. */
export const UNKNOWN_SCHEMA =
  'CREATE TABLE unknown_certificate (edge TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID';
