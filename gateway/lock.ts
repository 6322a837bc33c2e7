/** One gateway on a data directory: two would both deliver the feed, and a restore would pull the files from under one. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserFault } from '../devices/kit/fault.ts';

/**
 * SQLite's lock on an empty file: the system drops it when its process ends, however that ends. A file with a process
 * id in it would have to be believed or removed by hand after a power cut.
 */
export function lockData(dataDir: string): { release(): void } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'gateway.lock');
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    chmodSync(file, 0o600);
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!(error as Error).message.includes('locked')) throw error;
    throw new UserFault(`${dataDir}: a gateway is running on it: stop that one, or choose another data_dir`);
  }
  return { release: () => db.close() };
}
