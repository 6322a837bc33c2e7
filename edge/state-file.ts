/** Small files in which the edge keeps what it must know after a restart. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';

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
