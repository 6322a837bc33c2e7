/** Small files in which the edge keeps what it must know after a restart. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';

/**
 * All of it or none, also in a power cut: it is written beside and renamed. A power cut soon after it may leave what was there
 * before: flash cards wear, and most of these files are written often. Throws when the disk refuses.
 */
export function writeWhole(file: string, text: string): void {
  replaceFile(file, text);
}

/** The same, and on disk when it returns: its name too, and those of folders that were made for it. */
export function writeDurably(file: string, text: string): void {
  const place = dirname(resolve(file));
  const made = replaceFile(file, text);
  syncFolder(place);
  if (made === undefined) return;
  const above = dirname(resolve(made));
  for (let folder = place; folder !== above && folder !== dirname(folder); ) {
    folder = dirname(folder);
    syncFolder(folder);
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
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
    writeFileSync(beside, text, { flush: true, mode: 0o600 });
    renameSync(beside, file);
    return made;
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** What the file has, as JSON; null when there is none, or none that can be read, which is said in the log with `fault`. */
export function readKept<S extends z.ZodType>(
  file: string,
  schema: S,
  log: Logger,
  fault: string,
): z.infer<S> | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (err) {
    const absent = (err as NodeJS.ErrnoException).code === 'ENOENT';
    if (!absent) log.warn({ file, err }, fault);
    return null;
  }
}
