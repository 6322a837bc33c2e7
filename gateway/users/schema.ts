/**
 * Tables of the ledger: users with their areas, what is known of their sessions and tokens, and from where names get in. `areas`: JSON array of Vietnamese
 * area names, NULL = all of them. `id` names a credential without giving it away. A token's `role` and `areas` are the most that
 * it may do; NULL in tokens of earlier versions: what their user may.
 */
export const USERS_SCHEMA = `
  ALTER TABLE user ADD COLUMN areas TEXT;
  ALTER TABLE user ADD COLUMN language TEXT NOT NULL DEFAULT 'vi';
  ALTER TABLE user ADD COLUMN password_changed_at INTEGER;
  ALTER TABLE user ADD COLUMN last_login_at INTEGER;
  ALTER TABLE credential ADD COLUMN id TEXT;
  ALTER TABLE credential ADD COLUMN role TEXT;
  ALTER TABLE credential ADD COLUMN areas TEXT;
  ALTER TABLE credential ADD COLUMN created_at INTEGER;
  ALTER TABLE credential ADD COLUMN used_at INTEGER;
  ALTER TABLE credential ADD COLUMN made_from TEXT;
  ALTER TABLE credential ADD COLUMN agent TEXT;
  UPDATE credential SET id = lower(hex(randomblob(8)));
  UPDATE credential SET used_at = unixepoch() * 1000 WHERE kind = 'session';
  CREATE UNIQUE INDEX credential_id ON credential (id);
  CREATE INDEX credential_user ON credential (user, kind);
  -- From where a name has got in; kind: user or account; place: a hash of kind, name and network.
  CREATE TABLE known_place (
    kind TEXT NOT NULL, name TEXT NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, name, place)
  ) STRICT, WITHOUT ROWID;
`;
