/** One line of the edge file with its instruments: its source, its poller, and the readings that come of them. */
import { asExtra } from '../devices/extra.ts';
import type { Profiles } from '../devices/inventory.ts';
import type { Logger } from '../devices/kit/log.ts';
import { type LinePlan, planLine, serialOf, timedInstrument } from '../devices/line/line-plan.ts';
import { lineLoad } from '../devices/line/line-time.ts';
import type { ParameterId } from '../devices/parameter.ts';
import { missing } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import type { EdgeFile, Line } from '../devices/station.ts';
import { createAcquirer } from './acquire.ts';
import type { Clock } from './clock.ts';
import { type Lessons, openLessons } from './lessons.ts';
import type { PollTask } from './poll-task.ts';
import { createPoller, type LineState } from './poller.ts';
import { createModbus } from './sources/modbus.ts';
import type { Urgent } from './urgent.ts';

export interface RunningLine {
  readonly id: string;
  /** Part of the line's time that its instruments need as planned. */
  readonly planned: number;
  state(): LineState;
  /** Reads what gives these parameters of a station at least so often, up to a moment in ticks. */
  hurry(station: string, parameters: readonly ParameterId[], everyMs: number, until: number): void;
  /** Forgets what was learned of an instrument (`station/instrument`), of all with null, and looks anew. How many there are. */
  rescan(instrument: string | null): number;
  /** Of the instruments that are polled on it: how each is asked. */
  readonly plans: readonly LinePlan[];
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
  /** What was learned of the instruments; in memory alone when absent. */
  readonly lessons?: Lessons;
  /** What is to be told over this line beside its polls. */
  readonly urgent?: readonly Urgent[];
}

export function startLine(line: Line, options: LineOptions): RunningLine {
  const { clock, random, log } = options;
  const ownLog = log.child({ line: line.id });
  const source = createModbus(line, { clock, random, log: ownLog });
  const plans = planLine(line, options.file, options.profiles);
  const { onReadings, lessons = openLessons(null, ownLog) } = options;
  const tasks = plans.map((plan) => taskOf(plan, lessons, ownLog, onReadings));
  const poller = createPoller(source, tasks, clock, ownLog, options.urgent);
  const stopping = new AbortController();
  const running = poller.run(stopping.signal);
  return {
    id: line.id,
    plans,
    rescan: poller.rescan,
    planned: lineLoad(plans.map((plan) => timedInstrument(plan, serialOf(line)))).needs,
    state: poller.state,
    hurry(station, parameters, everyMs, until) {
      const wanted = plans.flatMap((plan, index) =>
        plan.station === station
          ? plan.classes.flatMap(({ points }, number) =>
              points.some(({ parameter }) => parameters.includes(parameter))
                ? (tasks[index]?.classes[number] ?? [])
                : [],
            )
          : [],
      );
      if (wanted.length > 0) poller.hurry(wanted, everyMs, until);
    },
    async stop() {
      stopping.abort();
      await Promise.all([source.stop(), running]);
    },
  };
}

function taskOf(
  plan: LinePlan,
  lessons: Lessons,
  log: Logger,
  onReadings: LineOptions['onReadings'],
): PollTask {
  const { station, profile, instrument, unit, quality } = plan;
  // Another unit, or another edition of the map, has everything to show again.
  const key = `${plan.line} ${unit} ${instrument} ${profile.id} ${profile.revision}`;
  return {
    ...plan,
    memory: lessons.memoryOf(key, log.child({ instrument, unit })),
    classes: plan.classes.map(({ periodMs, wanted, points }) => {
      const acquire = createAcquirer(station, profile, points, quality);
      return {
        periodMs,
        wanted,
        take(round, extra) {
          const readings = acquire(round);
          // Of what was not due nothing is missing.
          onReadings(extra ? readings.filter(({ value }) => value !== null).map(asExtra) : readings);
          return readings.some(({ value }) => value !== null);
        },
        skip: (at, reason) =>
          onReadings(points.map(({ parameter }) => ({ station, parameter, at, ...missing(reason) }))),
      };
    }),
  };
}
