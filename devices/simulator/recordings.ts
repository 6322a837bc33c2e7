/** The recordings that ship with the product, and their credits. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFault } from '../kit/fault.ts';
import { loadYaml } from '../kit/yaml-file.ts';
import { nameSchema, textSchema } from '../word.ts';
import { parseRecording, type Recording } from './recording.ts';

export const RECORDINGS_DIR = join(import.meta.dirname, 'recordings');

const creditsSchema = z.strictObject({
  recordings: z.record(
    nameSchema,
    z.strictObject({
      file: z.string().regex(/^[\w.-]+\.csv$/),
      /** One line that says where the values really come from: shown wherever the series is shown. */
      origin: textSchema,
      author: z.string(),
      licence: z.string(),
      source: z.string(),
    }),
  ),
});
export type Credits = z.infer<typeof creditsSchema>['recordings'];

export const loadCredits = (folder = RECORDINGS_DIR): Credits =>
  loadYaml(join(folder, 'credits.yaml'), creditsSchema).recordings;

/** Recordings by id, each read when it is first asked for. */
export function openRecordings(folder = RECORDINGS_DIR): (id: string) => Recording {
  const credits = loadCredits(folder);
  const read = new Map<string, Recording>();
  return (id) => {
    const known = read.get(id);
    if (known) return known;
    const credit = credits[id];
    if (!credit)
      throw new UserFault(`there is no recording "${id}": known are ${Object.keys(credits).join(', ')}`);
    const recording = parseRecording(id, readFileSync(join(folder, credit.file), 'utf8'));
    read.set(id, recording);
    return recording;
  };
}
