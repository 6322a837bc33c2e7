/**
 * Tables of the ledger: the audit log. Rows are only ever added, each with the number after the last: the triggers refuse all
 * else, also INSERT OR REPLACE, which fires no trigger of DELETE.
 */
const REFUSED = 'the audit log is append only: its entries are neither changed nor removed';

export const AUDIT_SCHEMA = `
  CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, place TEXT NOT NULL, action TEXT NOT NULL,
    what TEXT NOT NULL, area TEXT, before TEXT NOT NULL, after TEXT NOT NULL, reason TEXT, hash TEXT NOT NULL,
    signature TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '${REFUSED}'); END;
  CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '${REFUSED}'); END;
  CREATE TRIGGER audit_appended BEFORE INSERT ON audit
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append only: an entry gets the number after the last'); END;
`;
