/** A full disk as a fault that a person can mend. */
import { statfsSync } from 'node:fs';
import { UserFault } from '../devices/kit/fault.ts';

/** With less than this nothing that is to be kept can be begun: SQLite's log and the memory it shares take some pages. */
const LEAST_BYTES = 256 * 1024;

/** What stopped the start, as a sentence when there is no room in `dataDir`: SQLite has several errors for that. */
export function roomFault(error: unknown, dataDir: string): unknown {
  if (error instanceof UserFault) return error;
  try {
    const { bavail, bsize } = statfsSync(dataDir);
    if (bavail * bsize >= LEAST_BYTES) return error;
  } catch {
    return error;
  }
  const said = error instanceof Error ? error.message : String(error);
  return new UserFault(`${dataDir}: the disk is full (${said}): make room there, and start again`);
}
