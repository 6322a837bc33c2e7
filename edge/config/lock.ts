/** One edge on a data directory, from before anything in it is read until the process ends. */
import { join } from 'node:path';
import { UserFault } from '../../devices/kit/fault.ts';
import { type Lock, lockFile } from '../../devices/kit/file-lock.ts';
import type { Logger } from '../../devices/kit/log.ts';

/**
 * The outbox has a lock too, which is taken later and let go when the edge starts anew within its process. Throws a UserFault
 * when another edge has it. A disk that refuses the file (it may be full) stops nothing: the lock of the outbox is left.
 */
export function lockData(dataDir: string, log: Logger): Lock {
  const file = join(dataDir, 'edge.lock');
  try {
    return lockFile(file, `${dataDir}: another edge is using it: stop that one, or set another data_dir`);
  } catch (err) {
    if (err instanceof UserFault) throw err;
    log.warn({ file, err }, 'data_dir cannot be locked');
    return { release() {} };
  }
}
