/** One process on a data directory. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserFault } from './fault.ts';

export interface Lock {
  release(): void;
}

/**
 * SQLite's lock on an empty file: the system drops it when its process ends, however that ends. A file with a process id in it
 * would have to be believed or removed by hand after a power cut. Throws a UserFault with `taken` when another process has it,
 * and what the disk says when it refuses the file.
 */
export function lockFile(file: string, taken: string): Lock {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    chmodSync(file, 0o600);
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw (error as Error).message.includes('locked') ? new UserFault(taken) : error;
  }
  return {
    release() {
      if (db.isOpen) db.close();
    },
  };
}
