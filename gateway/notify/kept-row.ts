/** Rows of the ledger that were written by a schema: one that it no longer takes is logged once and left out, and stops nobody else. */
import type { z } from 'zod';
import type { Logger } from '../../devices/kit/log.ts';

/** `what` is a row in words, `person`. The function answers null for a row that cannot be read. */
export function rowReader<T>(
  schema: z.ZodType<T>,
  what: string,
  log: Logger,
): (id: string, body: string) => T | null {
  const said = new Set<string>();
  return (id, body) => {
    try {
      return schema.parse(JSON.parse(body));
    } catch (err) {
      if (!said.has(id)) log.error({ err }, `${what} ${id} cannot be read and is left out: set it again`);
      said.add(id);
      return null;
    }
  };
}
