/** One line of the edge file with its instruments: its source, its poller, and the readings that come of them. */
import type { Logger } from '../devices/kit/log.ts';
import type { Reading } from '../devices/reading.ts';
import type { EdgeFile, Line } from '../devices/station.ts';
import { createAcquirer } from './acquire.ts';
import type { Clock } from './clock.ts';
import { type Profiles, pointsOf, profileOf } from './inventory.ts';
import { planBlocks } from './plan.ts';
import { createPoller, type LineState } from './poller.ts';
import type { PollTask } from './reader.ts';
import { createModbusTcp } from './sources/modbus.ts';

export interface RunningLine {
  readonly id: string;
  state(): LineState;
  /** Returns when the line is closed and gives no more readings. */
  stop(): Promise<void>;
}

export interface LineOptions {
  readonly file: EdgeFile;
  readonly profiles: Profiles;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onReadings: (readings: readonly Reading[]) => void;
}

export function startLine(line: Line, options: LineOptions): RunningLine {
  const { clock, random, log } = options;
  const ownLog = log.child({ line: line.id });
  const source = createModbusTcp({ host: line.host, port: line.port, clock, random, log: ownLog });
  const poller = createPoller(source, tasksOf(line, options), clock, ownLog);
  const stopping = new AbortController();
  const running = poller.run(stopping.signal);
  return {
    id: line.id,
    state: poller.state,
    async stop() {
      stopping.abort();
      await Promise.all([source.stop(), running]);
    },
  };
}

function tasksOf(line: Line, { file, profiles, onReadings }: LineOptions): PollTask[] {
  return file.stations.flatMap((station) =>
    station.instruments
      .filter((instrument) => instrument.line === line.id)
      .map((instrument): PollTask => {
        const profile = profileOf(profiles, instrument);
        const points = pointsOf(profile, instrument);
        const acquire = createAcquirer(station.id, profile, points);
        return {
          instrument: `${station.id}/${instrument.id}`,
          unit: instrument.unit ?? profile.link.unit,
          blocks: planBlocks(profile, points),
          periodMs: instrument.period_s * 1000,
          timeoutMs: profile.link.response_timeout_ms,
          pauseMs: profile.link.pause_ms,
          take: (round) => onReadings(acquire(round)),
        };
      }),
  );
}
