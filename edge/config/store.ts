/** What the edge keeps of its configurations: `{data_dir}/config/state.json`, and one file a version beside it. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../devices/kit/log.ts';
import { writeDurably } from '../../devices/kit/whole-file.ts';
import { configHashSchema, configReportSchema } from '../../devices/wire/fleet.ts';
import { readKept } from '../state-file.ts';
import { baselineSchema } from './capture.ts';

const version = z.int().min(1);

const stateSchema = z.strictObject({
  /** Of the configuration in the edge's own file when it was last looked at: another one is a person's edit. */
  base: configHashSchema,
  /** The version that is in force; null: the edge's own file. During a trial the one before it. */
  running: version.nullable(),
  local: z.boolean(),
  /** The newest that the centre wanted, as it is told. */
  wanted: configReportSchema.shape.wanted,
  trial: z
    .strictObject({
      version,
      trial_s: z.number(),
      /** Starts of the process within it. */
      starts: z.int().min(0),
      baseline: baselineSchema,
    })
    .nullable(),
  /** What was in force before `running`, for when the process dies with that again and again; null: nothing to go back to. */
  before: z
    .strictObject({
      /** null: the edge's own file. */
      version: version.nullable(),
      local: z.boolean(),
      /** A process that has lived so long does not die of its configuration. */
      trial_s: z.number(),
      /** Boot of the system in which `starts` were: after another one the machine was off, and they say nothing. */
      boot: z.string(),
      /** In a row, this one too, that have neither lived so long yet nor ended in order. */
      starts: z.int().min(0),
    })
    .nullable()
    .default(null),
});
export type ConfigState = z.infer<typeof stateSchema>;

export interface ConfigStore {
  /** null: nothing is known, or nothing that can be read, which is said in the log. */
  load(): ConfigState | null;
  /** On disk when it returns. Throws when the disk refuses. */
  save(state: ConfigState): void;
  /** The same for the text of a version. */
  keep(version: number, text: string): void;
  /** null when it is not there. */
  text(version: number): string | null;
}

/** Of what is in force no more any longer, so many are kept to look at. */
const MOST_VERSIONS = 10;

export function openConfigStore(dataDir: string, log: Logger): ConfigStore {
  const folder = join(dataDir, 'config');
  const stateFile = join(folder, 'state.json');
  const versions = join(folder, 'versions');
  const fileOf = (number: number): string => join(versions, `${number}.yaml`);

  function tidy({ running, trial, before }: ConfigState): void {
    if (!existsSync(versions)) return;
    const needed = [running, trial?.version, before?.version];
    const numbers = readdirSync(versions)
      .map((name) => Number(/^(\d+)\.yaml$/.exec(name)?.[1]))
      .filter((number) => !needed.includes(number) && !Number.isNaN(number))
      .sort((a, b) => b - a);
    for (const number of numbers.slice(MOST_VERSIONS)) rmSync(fileOf(number), { force: true });
  }

  return {
    load: () =>
      readKept(
        stateFile,
        stateSchema,
        log,
        'what was set from the centre is lost, the edge file is in force',
      ),
    save(state) {
      writeDurably(stateFile, `${JSON.stringify(state, null, 1)}\n`);
      tidy(state);
    },
    keep: (number, text) => writeDurably(fileOf(number), text),
    text: (number) => (existsSync(fileOf(number)) ? readFileSync(fileOf(number), 'utf8') : null),
  };
}
