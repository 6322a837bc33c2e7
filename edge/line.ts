/** One line of the edge file with its instruments: its source, its poller, and the readings that come of them. */
import type { Logger } from '../devices/kit/log.ts';
import { missing } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import type { EdgeFile, Line } from '../devices/station.ts';
import { createAcquirer } from './acquire.ts';
import type { Clock } from './clock.ts';
import type { Profiles } from './inventory.ts';
import { type LinePlan, planLine, serialOf } from './line-plan.ts';
import { lineLoad } from './line-time.ts';
import { createPoller, type LineState } from './poller.ts';
import type { PollTask } from './reader.ts';
import { createModbus } from './sources/modbus.ts';

export interface RunningLine {
  readonly id: string;
  /** Part of the line's time that its instruments need as planned. */
  readonly planned: number;
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
  const source = createModbus(line, { clock, random, log: ownLog });
  const plans = planLine(line, options.file, options.profiles);
  const tasks = plans.map((plan) => taskOf(plan, options.onReadings));
  const poller = createPoller(source, tasks, clock, ownLog);
  const stopping = new AbortController();
  const running = poller.run(stopping.signal);
  return {
    id: line.id,
    planned: lineLoad(plans, serialOf(line)).needs,
    state: poller.state,
    async stop() {
      stopping.abort();
      await Promise.all([source.stop(), running]);
    },
  };
}

function taskOf(plan: LinePlan, onReadings: LineOptions['onReadings']): PollTask {
  const { station, points } = plan;
  const acquire = createAcquirer(station, plan.profile, points, plan.quality);
  return {
    ...plan,
    take: (round) => onReadings(acquire(round)),
    skip: (at, reason) =>
      onReadings(points.map(({ parameter }) => ({ station, parameter, at, ...missing(reason) }))),
  };
}
