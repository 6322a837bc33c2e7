/** The commands that this edge has taken, on disk: each is done once, and what became of the last ones is not forgotten. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../devices/kit/log.ts';
import { writeWhole } from '../../devices/kit/whole-file.ts';
import { answerSchema } from '../../devices/wire/fleet.ts';
import { readKept } from '../state-file.ts';

/** `taken`: not begun. `begun`: an end of the process now leaves it open what was done. */
const STATES = ['taken', 'begun', 'restarting', 'done', 'failed', 'expired', 'refused'] as const;

const entrySchema = z.strictObject({
  id: answerSchema.options[0].shape.id,
  state: z.enum(STATES),
  reason: z.string().max(500).nullable(),
  /** The centre knows how it ended. */
  told: z.boolean(),
});
export type Remembered = z.infer<typeof entrySchema>;

/**
 * The newest so many. Of an older one nothing need be known: it does nothing without a new word of the centre to a new
 * nonce, which the centre gives to one that it has just asked for.
 */
const MOST = 500;
const FILE = 'commands.json';
const fileSchema = z.array(entrySchema).max(MOST);

export interface CommandMemory {
  get(id: string): Remembered | undefined;
  /** Throws when the disk refuses: what cannot be remembered must not be done. */
  put(entry: Remembered): void;
  /** Ended, and the centre does not know it yet; oldest first. */
  untold(): Remembered[];
  /** Those that the process before this one left in the midst; oldest first. */
  readonly left: readonly Remembered[];
}

export function openCommandMemory(directory: string, log: Logger): CommandMemory {
  const place = join(directory, FILE);
  const kept = readKept(place, fileSchema, log, 'the commands that were done cannot be read') ?? [];
  const entries = new Map(kept.map((entry) => [entry.id, entry]));
  return {
    get: (id) => entries.get(id),
    put(entry) {
      const next = new Map(entries).set(entry.id, entry);
      for (const id of [...next.keys()].slice(0, Math.max(0, next.size - MOST))) next.delete(id);
      writeWhole(place, `${JSON.stringify([...next.values()])}\n`);
      entries.clear();
      for (const [id, one] of next) entries.set(id, one);
    },
    untold: () => [...entries.values()].filter(({ state, told }) => !told && isOutcome(state)),
    left: kept.filter(({ state }) => !isOutcome(state)),
  };
}

export type EndState = 'done' | 'failed' | 'expired' | 'refused';
export const isOutcome = (state: Remembered['state']): state is EndState =>
  state === 'done' || state === 'failed' || state === 'expired' || state === 'refused';
