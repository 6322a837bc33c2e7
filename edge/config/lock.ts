/** One edge on a data directory, from before anything in it is read until the process ends. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserFault } from '../../devices/kit/fault.ts';
import type { Logger } from '../../devices/kit/log.ts';

export interface Lock {
  release(): void;
}

/**
 * SQLite's lock on an empty file of its own: the system drops it when its process ends, however that ends. The outbox has one
 * too, which is taken later and let go when the edge starts anew within its process. Throws a UserFault when another edge has
 * it. A disk that refuses the file (it may be full) stops nothing: the lock of the outbox is left.
 */
export function lockData(dataDir: string, log: Logger): Lock {
  const file = join(dataDir, 'edge.lock');
  let db: DatabaseSync | null = null;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    db = new DatabaseSync(file, { timeout: 0 });
    chmodSync(file, 0o600);
    db.exec('BEGIN EXCLUSIVE');
  } catch (err) {
    db?.close();
    if ((err as Error).message.includes('locked'))
      throw new UserFault(`${dataDir}: another edge is using it: stop that one, or set another data_dir`);
    log.warn({ file, err }, 'data_dir cannot be locked');
    return { release() {} };
  }
  const held = db;
  return {
    release() {
      if (held.isOpen) held.close();
    },
  };
}
