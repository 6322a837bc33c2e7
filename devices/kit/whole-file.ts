/** Files that are replaced as a whole and that only their user may read. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * All of it or none, also in a power cut: it is written beside and renamed. A power cut soon after it may leave what was there
 * before: flash cards wear, and most files of an edge are written often. Throws when the disk refuses.
 */
export function writeWhole(file: string, text: string): void {
  replaceFile(file, text);
}

/** The same, and on disk when it returns: its name too, and those of folders that were made for it. */
export function writeDurably(file: string, text: string): void {
  const place = dirname(resolve(file));
  const made = replaceFile(file, text);
  syncToDisk(place);
  if (made === undefined) return;
  const above = dirname(resolve(made));
  for (let folder = place; folder !== above && folder !== dirname(folder); ) {
    folder = dirname(folder);
    syncToDisk(folder);
  }
}

/** A file, or the names in a folder. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Answers the first of the folders that had to be made. */
function replaceFile(file: string, text: string): string | undefined {
  const beside = `${file}.new`;
  try {
    const made = mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // What an earlier try left may have other rights, and those would stay.
    rmSync(beside, { force: true });
    writeFileSync(beside, text, { flush: true, mode: 0o600, flag: 'wx' });
    renameSync(beside, file);
    return made;
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
