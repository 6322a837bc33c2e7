/**
 * The limits that the edge steps: those of its file, until the centre sets others for a station. These are kept on disk
 * and stay in force with the line down and after a restart, until the centre sets others again.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';
import { writeWhole } from '../devices/kit/whole-file.ts';
import type { Limit } from '../devices/limit.ts';
import { type EdgeStatus, type InventoryStation, limitsSchema } from '../devices/wire/messages.ts';
import { readMessage, sentenceOf } from './centre-message.ts';
import { readKept } from './state-file.ts';

export interface EdgeLimits {
  /** In force at this station, of what its instruments measure: others are for flows to step. */
  of(station: string): readonly Limit[];
  /**
   * A message of the centre for this station. True when other limits are in force than before; what is broken is said
   * in the log and changes nothing.
   */
  take(station: string, payload: string): boolean;
  /** Where limits of the centre are in force, for the status. */
  states(): NonNullable<EdgeStatus['limits']>;
}

export interface EdgeLimitsParts {
  /** As they are announced, with the limits of the file. */
  readonly stations: readonly Pick<InventoryStation, 'id' | 'parameters' | 'limits'>[];
  /** Without one they are kept as long as the process runs. */
  readonly directory: string | null;
  readonly now: () => number;
  readonly log: Logger;
}

/** A message of the centre, and since when it is in force here, epoch ms. */
const takenSchema = limitsSchema.extend({ since: z.int().min(0) });
type Taken = z.infer<typeof takenSchema>;

const FILE = 'limits.json';

/** Fifty limits have a tenth of it. */
const MAX_CHARACTERS = 256 * 1024;

export function openEdgeLimits({ stations, directory, now, log }: EdgeLimitsParts): EdgeLimits {
  const own = new Map(stations.map((station) => [station.id, station]));
  const file = directory === null ? null : join(directory, FILE);
  const taken = new Map((file === null ? [] : load(file, log)).filter(([station]) => own.has(station)));
  for (const [station, { version }] of taken)
    log.info({ station, version }, 'limits of the centre are in force, not those of the file');

  function save(): void {
    if (file === null) return;
    try {
      writeWhole(file, `${JSON.stringify(Object.fromEntries(taken), null, 1)}\n`);
    } catch (err) {
      log.warn({ err }, 'limits of the centre cannot be kept on disk: a restart will not know them');
    }
  }

  return {
    of(id) {
      const station = own.get(id);
      const limits = taken.get(id)?.limits ?? station?.limits ?? [];
      return limits.filter(({ parameter }) => station?.parameters.some((own) => own.id === parameter));
    },
    take(station, payload) {
      if (!own.has(station)) return false;
      const told = readMessage(payload, limitsSchema, MAX_CHARACTERS);
      if (typeof told === 'string') {
        log.warn({ station, reason: told }, 'limits of the centre refused, those before stay in force');
        return false;
      }
      const { message } = told;
      const { version, at } = message;
      const before = taken.get(station);
      // The broker tells it again with each connection; what is being stepped goes on.
      if (before?.version === version && before.at === at) return false;
      taken.set(station, { ...message, since: now() });
      save();
      log.info({ station, version, limits: message.limits.length }, 'limits of the centre taken over');
      return true;
    },
    states: () => [...taken].map(([station, { version, since }]) => ({ station, version, since })),
  };
}

/** Of each station by itself: one that cannot be read falls back to the edge's file. */
function load(file: string, log: Logger): [string, Taken][] {
  const fault = 'limits of the centre cannot be read, those of the edge file are in force';
  const kept = readKept(file, z.record(z.string(), z.unknown()), log, fault) ?? {};
  return Object.entries(kept).flatMap(([station, value]): [string, Taken][] => {
    const result = takenSchema.safeParse(value);
    if (result.success) return [[station, result.data]];
    const reason = sentenceOf(result.error);
    log.warn({ file, station, reason }, fault);
    return [];
  });
}
