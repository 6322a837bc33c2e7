/** The limits of all stations of this edge: stepped by readings and by time, known again after a restart. */
import type { Logger } from '../devices/kit/log.ts';
import type { Limit } from '../devices/limit.ts';
import type { Reading } from '../devices/reading.ts';
import { createAlarms } from '../devices/rules/station-alarms.ts';
import type { Alarm } from '../devices/wire/messages.ts';
import { openAlarmMemory } from './alarm-memory.ts';
import { type Clock, every } from './clock.ts';

export interface LimitWatch {
  step(readings: readonly Reading[]): Alarm[];
  /** Other limits of a station from now on. */
  replace(station: string, limits: readonly Limit[]): void;
  /** The wall clock was set. */
  clockStepped(): void;
  stop(): void;
}

export interface LimitWatchOptions {
  readonly dataDir: string;
  readonly stations: readonly { readonly id: string; readonly limits: readonly Limit[] }[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Alarms that no reading has decided, but that none came. */
  readonly onStale: (alarms: readonly Alarm[]) => void;
}

/** How exactly a silence is timed. */
const TICK_MS = 1000;

export function watchLimits({ dataDir, stations, clock, log, onStale }: LimitWatchOptions): LimitWatch {
  const stopping = new AbortController();
  const memory = openAlarmMemory({
    dataDir,
    ticks: clock.ticks,
    log,
    kept: () => Object.fromEntries([...watched].map(([station, alarms]) => [station, alarms.kept()])),
  });
  const watched = new Map(stations.map(({ id, limits }) => [id, createAlarms(id, limits, memory.of(id))]));

  void every(clock, TICK_MS, stopping.signal, () => {
    const alarms = [...watched.values()].flatMap((station) => station.tick(clock.now()));
    if (alarms.length > 0) onStale(alarms);
    memory.look();
  });

  return {
    step: (readings) => readings.flatMap((reading) => watched.get(reading.station)?.step([reading]) ?? []),
    replace: (station, limits) => watched.get(station)?.replace(limits),
    clockStepped() {
      for (const alarms of watched.values()) alarms.clockStepped();
    },
    stop() {
      stopping.abort();
      memory.stop();
    },
  };
}
