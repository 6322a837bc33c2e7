/** The fire rules of an edge's posts: readings in, alarms out; what they know survives a restart. */
import { join } from 'node:path';
import { z } from 'zod';
import { fireAlarms, fireView } from '../devices/fire/report.ts';
import { FIRE_PARAMETERS } from '../devices/fire/signals.ts';
import {
  type FirePost,
  type FireSensor,
  type FireState,
  fireAfterClockStep,
  firePost,
  fireStateSchema,
  initialFireState,
  stepFire,
} from '../devices/fire-detection.ts';
import type { Logger } from '../devices/kit/log.ts';
import type { Reading } from '../devices/reading.ts';
import { type EdgeFile, isPolled, type Station } from '../devices/station.ts';
import type { Alarm, EdgeStatus } from '../devices/wire/messages.ts';
import type { Clock } from './clock.ts';
import { type Profiles, parametersOf, periodOf } from './inventory.ts';
import { readKept, writeWhole } from './state-file.ts';

/** By station. */
const fileSchema = z.record(z.string().max(63), fireStateSchema);

export interface FireWatch {
  /** The alarms that these readings decide; the first one of each station after a start repeats what was known. */
  take(readings: readonly Reading[]): Alarm[];
  /** The clock was set. */
  clockStepped(): void;
  states(): NonNullable<EdgeStatus['fire']>;
  close(): void;
}

export interface FireOptions {
  readonly file: Pick<EdgeFile, 'data_dir' | 'stations'>;
  readonly profiles: Profiles;
  readonly clock: Pick<Clock, 'now' | 'ticks'>;
  readonly log: Logger;
}

interface Entry {
  readonly post: FirePost;
  state: FireState;
  /** Whether this process has said its level. */
  said: boolean;
}

const FILE = 'fire.json';

/** A decision is kept at once; of what is normal at the place a power cut may cost so much. */
const SAVE_EVERY_MS = 10 * 60_000;

export function openFireWatch({ file, profiles, clock, log }: FireOptions): FireWatch {
  const place = join(file.data_dir, FILE);
  const known =
    readKept(place, fileSchema, log, 'what the fire rules knew cannot be read, it is learned again') ?? {};
  const entries = new Map<string, Entry>();
  for (const station of file.stations) {
    const post = postOf(station, profiles);
    if (post !== null)
      entries.set(station.id, { post, state: known[station.id] ?? initialFireState, said: false });
  }
  let savedAt = clock.ticks();
  let failing = false;

  function save(): void {
    if (entries.size === 0) return;
    savedAt = clock.ticks();
    try {
      const states = [...entries].map(([station, { state }]) => [station, state]);
      writeWhole(place, `${JSON.stringify(Object.fromEntries(states))}\n`);
      failing = false;
    } catch (err) {
      if (!failing) log.warn({ err }, 'what the fire rules know cannot be kept on disk');
      failing = true;
    }
  }

  function step(reading: Reading): Alarm[] {
    const entry = entries.get(reading.station);
    if (entry === undefined) return [];
    const before = entry.state;
    entry.state = stepFire(entry.post, before, reading);
    const heard = entry.state.signals !== before.signals;
    const { level } = entry.state;
    if (level === before.level && (entry.said || !heard)) return [];
    entry.said ||= level !== null;
    return fireAlarms(entry.post, reading.station, entry.state, reading.at);
  }

  return {
    take(readings) {
      const alarms = readings.flatMap(step);
      if (alarms.length > 0 || clock.ticks() - savedAt >= SAVE_EVERY_MS) setImmediate(save);
      return alarms;
    },
    clockStepped() {
      for (const entry of entries.values()) entry.state = fireAfterClockStep(entry.state);
    },
    states: () =>
      [...entries].map(([station, { post, state }]) => {
        const { level, no_data, learning, rain, text } = fireView(post, state, clock.now());
        return { station, level, text, no_data: [...no_data], learning: [...learning], rain };
      }),
    close: save,
  };
}

function postOf(station: Station, profiles: Profiles): FirePost | null {
  if (station.fire === undefined) return null;
  const sensors = station.instruments.flatMap((instrument) =>
    parametersOf(instrument, profiles).map(
      (parameter): FireSensor => ({
        parameter,
        periodS: isPolled(instrument) ? periodOf(instrument, parameter) : instrument.period_s,
      }),
    ),
  );
  const gaugeOf = (wanted: string) => sensors.find(({ parameter }) => parameter === wanted);
  return firePost(
    station.fire,
    sensors.filter(({ parameter }) => FIRE_PARAMETERS.includes(parameter)),
    gaugeOf('rain_total') ?? gaugeOf('rain_rate') ?? null,
  );
}
