/** What is known of the limits of all stations, kept on disk: a restart repeats nothing, forgets nothing and has its baselines. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';
import { writeWhole } from '../devices/kit/whole-file.ts';
import { undecided } from '../devices/limit.ts';
import { type KeptLimits, keptLimitSchema } from '../devices/rules/station-alarms.ts';
import { readKept } from './state-file.ts';

export interface AlarmMemory {
  /** What was known of the limits of a station when the edge ran last. */
  of(station: string): KeptLimits;
  /** Keeps what is known now, if that is due. */
  look(): void;
  /** Keeps what is known in the end: all that was decided has been reported. */
  stop(): void;
}

export interface AlarmMemoryOptions {
  readonly dataDir: string;
  /** Milliseconds of a clock that only counts. */
  readonly ticks: () => number;
  readonly log: Logger;
  /** By station. */
  readonly kept: () => Readonly<Record<string, KeptLimits>>;
}

/** Flash cards wear, and a baseline has one value in ten minutes. */
const KEEP_MS = 600_000;

const fileSchema = z.object({
  /** The edge stopped in order, so that nothing has happened since. */
  stopped: z.boolean(),
  stations: z.record(z.string(), z.record(z.string(), z.unknown())),
});

export function openAlarmMemory({ dataDir, ticks, log, kept }: AlarmMemoryOptions): AlarmMemory {
  const file = join(dataDir, 'limit-states.json');
  const known = load(file, log);
  let keepAt = ticks() + KEEP_MS;
  let fails = false;

  function keep(stations: Readonly<Record<string, KeptLimits>>, stopped: boolean): void {
    keepAt = ticks() + KEEP_MS;
    try {
      writeWhole(file, `${JSON.stringify({ stopped, stations })}\n`);
      fails = false;
    } catch (err) {
      if (!fails) log.warn({ err }, 'what is known of limits cannot be kept on disk');
      fails = true;
    }
  }

  // From here on something may be reported that the file does not know of.
  keep(known, false);
  return {
    of: (station) => (Object.hasOwn(known, station) ? (known[station] ?? {}) : {}),
    look() {
      if (ticks() >= keepAt) keep(kept(), false);
    },
    stop: () => keep(kept(), true),
  };
}

/** What cannot be read costs its own limit: it decides anew and learns again. */
function load(file: string, log: Logger): Record<string, KeptLimits> {
  const fault = 'what was known of limits cannot be read, they decide anew and learn again';
  const kept = readKept(file, fileSchema, log, fault);
  if (kept === null) return {};
  const { stopped, stations } = kept;
  const refused: string[] = [];
  const limitsOf = (station: string, limits: Record<string, unknown>): KeptLimits =>
    Object.fromEntries(
      Object.entries(limits).flatMap(([key, entry]) => {
        const result = keptLimitSchema.safeParse(entry);
        if (!result.success) {
          refused.push(`${station}/${key}`);
          return [];
        }
        const { kind, state } = result.data;
        return [[key, { kind, state: stopped ? state : undecided(state) }]];
      }),
    );
  const known = Object.fromEntries(
    Object.entries(stations).map(([station, limits]) => [station, limitsOf(station, limits)]),
  );
  if (refused.length > 0)
    log.warn({ file, limits: refused }, 'what was known of these limits cannot be read');
  return known;
}
