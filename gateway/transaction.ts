import type { DatabaseSync } from 'node:sqlite';

/** Does all of `work` or, when it or the disk fails, nothing, and throws; within a transaction under way it is a part of that. */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  if (db.isTransaction) return work();
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk ends some transactions by itself.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
