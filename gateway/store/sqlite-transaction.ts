import type { DatabaseSync } from 'node:sqlite';

/** Does all of `work` or, when it or the disk fails, nothing, and throws. */
export function transact(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    // A full disk ends some transactions by itself.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
