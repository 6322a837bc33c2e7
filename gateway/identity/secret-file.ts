/** Files that only the gateway's user may read. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** All of it or none, also in a power cut. Throws when the disk refuses. */
export function writeSecret(file: string, text: string): void {
  const beside = `${file}.new`;
  try {
    // What an earlier try left may have other rights, and those would stay.
    rmSync(beside, { force: true });
    writeFileSync(beside, text, { flush: true, mode: 0o600, flag: 'wx' });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
