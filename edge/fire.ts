/** The fire rules of an edge's posts: readings in, levels and alarms out; what they know survives a restart. */
import { join } from 'node:path';
import { z } from 'zod';
import { asExtra } from '../devices/extra.ts';
import { FIRE_PERIOD_S, fireAlarm, fireReading, fireView } from '../devices/fire/report.ts';
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
import { type Profiles, parametersOf, periodOf } from '../devices/inventory.ts';
import type { Logger } from '../devices/kit/log.ts';
import { writeWhole } from '../devices/kit/whole-file.ts';
import type { ParameterId } from '../devices/parameter.ts';
import type { Reading } from '../devices/reading.ts';
import { type EdgeFile, isPolled, type Station } from '../devices/station.ts';
import type { Alarm, EdgeStatus } from '../devices/wire/messages.ts';
import type { Clock } from './clock.ts';
import { readKept } from './state-file.ts';

/** By station. */
const fileSchema = z.record(z.string().max(63), fireStateSchema);

export interface FireNews {
  readonly alarms: readonly Alarm[];
  /** The levels that changed, as readings of `fire_detection`. */
  readonly readings: readonly Reading[];
}

export interface FireWatch {
  /** What these readings decide; the first ones of each station after a start repeat what was known. */
  take(readings: readonly Reading[]): FireNews;
  /** The clock was set. */
  clockStepped(): void;
  states(): NonNullable<EdgeStatus['fire']>;
  close(): void;
}

/** Reads what gives these parameters of a station at least so often, up to a moment in ticks. */
export type Hurry = (
  station: string,
  parameters: readonly ParameterId[],
  everyMs: number,
  until: number,
) => void;

export interface FireOptions {
  readonly file: Pick<EdgeFile, 'data_dir' | 'stations'>;
  readonly profiles: Profiles;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes the level of each post at its period. */
  readonly onReadings: (readings: readonly Reading[]) => void;
  readonly hurry: Hurry;
}

interface Entry {
  readonly station: string;
  readonly post: FirePost;
  state: FireState;
  /** Whether this process has said its level. */
  said: boolean;
  /** Time of its newest reading, epoch ms. */
  toldAt: number;
  /** When it began to suspect, in ticks; null: it does not, or has since before the start. */
  suspectsSince: number | null;
}

const FILE = 'fire.json';

/** After a start what has sensors is read once before its level is told. */
const FIRST_LOOK_MS = 5000;
const PERIOD_MS = FIRE_PERIOD_S * 1000;

/** A decision is kept at once; of what is normal at the place a power cut may cost so much. */
const SAVE_EVERY_MS = 10 * 60_000;

export function openFireWatch(options: FireOptions): FireWatch {
  const { file, profiles, clock, log, onReadings, hurry } = options;
  const place = join(file.data_dir, FILE);
  const known =
    readKept(place, fileSchema, log, 'what the fire rules knew cannot be read, it is learned again') ?? {};
  const entries = new Map<string, Entry>();
  for (const { id: station, post } of firePosts(file, profiles)) {
    const state = known[station] ?? initialFireState;
    entries.set(station, { station, post, state, said: false, toldAt: 0, suspectsSince: null });
  }
  const stopping = new AbortController();
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

  /** A station has one level at one time, though two sensors may have been read in the same moment. */
  function stamp(entry: Entry, at: number): number {
    entry.toldAt = Math.max(at, entry.toldAt + 1);
    return entry.toldAt;
  }

  /** Whether its level is to be told for this reading. */
  function step(entry: Entry, reading: Reading): boolean {
    const before = entry.state;
    entry.state = stepFire(entry.post, before, reading);
    const { level, signals } = entry.state;
    if ((level ?? 0) === 0) entry.suspectsSince = null;
    else if ((before.level ?? 0) === 0) entry.suspectsSince = clock.ticks();
    const first = !entry.said && signals !== before.signals;
    entry.said ||= level !== null;
    return level !== before.level || first;
  }

  /** The wish ends by itself: while a fire is suspected it is renewed with every level that is told. */
  function hurrySensors({ station, post, state, suspectsSince }: Entry): void {
    if ((state.level ?? 0) === 0) return;
    const { recheck_every_s, recheck_s } = post.settings;
    const now = clock.ticks();
    const until = Math.max(now + 2 * PERIOD_MS, (suspectsSince ?? now) + recheck_s * 1000);
    const parameters = post.signals.map(({ limit }) => limit.parameter);
    hurry(station, parameters, recheck_every_s * 1000, until);
  }

  async function tellLevels(): Promise<void> {
    let due = clock.ticks() + FIRST_LOOK_MS;
    for (;;) {
      await clock.sleep(due - clock.ticks(), stopping.signal);
      if (stopping.signal.aborted) return;
      const now = clock.ticks();
      due += PERIOD_MS * Math.max(1, Math.ceil((now - due) / PERIOD_MS));
      onReadings(
        [...entries.values()].map((entry) =>
          fireReading(entry.post, entry.station, entry.state, stamp(entry, clock.now())),
        ),
      );
      for (const entry of entries.values()) hurrySensors(entry);
    }
  }

  if (entries.size > 0) void tellLevels();

  return {
    take(readings) {
      const alarms: Alarm[] = [];
      const levels: Reading[] = [];
      for (const reading of readings) {
        const entry = entries.get(reading.station);
        if (entry === undefined || !step(entry, reading)) continue;
        const at = stamp(entry, reading.at);
        const alarm = fireAlarm(entry.post, entry.station, entry.state, at);
        if (alarm === null) continue;
        alarms.push(alarm);
        levels.push(asExtra(fireReading(entry.post, entry.station, entry.state, at)));
        hurrySensors(entry);
      }
      if (alarms.length > 0 || clock.ticks() - savedAt >= SAVE_EVERY_MS) setImmediate(save);
      return { alarms, readings: levels };
    },
    clockStepped() {
      for (const entry of entries.values()) {
        entry.state = fireAfterClockStep(entry.state);
        entry.toldAt = 0;
      }
    },
    states: () =>
      [...entries].map(([station, { post, state }]) => {
        const { level, no_data, learning, rain, text } = fireView(post, state, clock.now());
        return { station, level, text, no_data: [...no_data], learning: [...learning], rain };
      }),
    close() {
      stopping.abort();
      save();
    },
  };
}

const firePosts = (
  { stations }: Pick<EdgeFile, 'stations'>,
  profiles: Profiles,
): { readonly id: string; readonly post: FirePost }[] =>
  stations.flatMap((station) => {
    const post = postOf(station, profiles);
    return post === null ? [] : [{ id: station.id, post }];
  });

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
