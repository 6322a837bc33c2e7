/** Small files in which the edge keeps what it must know after a restart. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** All of it or none, also in a power cut: it is written beside and renamed. Throws when the disk refuses. */
export function writeWhole(file: string, text: string): void {
  const beside = `${file}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(beside, text, { flush: true, mode: 0o600 });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
