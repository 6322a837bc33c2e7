/** Small files in which the edge keeps what it must know after a restart (devices/kit/whole-file.ts writes them). */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';

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
