/** One gateway on a data directory: two would both deliver the feed, and a restore would pull the files from under one. */
import { join } from 'node:path';
import { type Lock, lockFile } from '../devices/kit/file-lock.ts';

export const lockData = (dataDir: string): Lock =>
  lockFile(
    join(dataDir, 'gateway.lock'),
    `${dataDir}: a gateway is running on it: stop that one, or choose another data_dir`,
  );
