/** The turns of one line: the instrument with the earliest deadline is read next, and one that fails harms no other. */
import type { Logger } from '../devices/kit/log.ts';
import type { Clock } from './clock.ts';
import type { Block } from './plan.ts';
import { createReader, newHealth, type PollTask, type Reader } from './reader.ts';
import type { ReadResult, Source } from './sources/source.ts';

export interface LineState {
  /** Milliseconds spent in requests since the start. */
  readonly busyMs: number;
  /** Periods that went by without a reading because the line was busy, since the start. */
  readonly skipped: number;
  readonly units: ReadonlyArray<{ readonly instrument: string; readonly error: string | null }>;
}

export interface Poller {
  /** Polls until the signal is aborted. A request that is under way then ends with the source's stop. */
  run(signal: AbortSignal): Promise<void>;
  state(): LineState;
}

interface Entry {
  readonly task: PollTask;
  readonly reader: Reader;
  /** In ticks. */
  due: number;
}

/** The reason of a reading that is absent because others had the line. */
export const LINE_BUSY = 'line busy';

/** After a long hold-up no more than so many periods of one task are told one by one; all are counted. */
const MOST_TOLD = 60;

export function createPoller(source: Source, tasks: readonly PollTask[], clock: Clock, log: Logger): Poller {
  const healths = new Map(tasks.map(({ instrument }) => [instrument, newHealth()]));
  const entries: Entry[] = tasks.map((task) => ({
    task,
    reader: createReader(task, clock, healths.get(task.instrument)),
    due: 0,
  }));
  let busyMs = 0;
  let skipped = 0;
  let quietUntil = 0;

  async function ask(task: PollTask, block: Block, signal: AbortSignal): Promise<ReadResult> {
    if (quietUntil > clock.ticks()) await clock.sleep(Math.ceil(quietUntil - clock.ticks()), signal);
    const started = clock.ticks();
    const { unit, timeoutMs } = task;
    const result = await source.read({ unit, ...block, timeoutMs });
    busyMs += clock.ticks() - started;
    quietUntil = clock.ticks() + task.pauseMs;
    return result;
  }

  async function turn({ task, reader }: Entry, signal: AbortSignal): Promise<void> {
    const before = faultOf(task.instrument);
    const round = await reader.read((block) => ask(task, block, signal), signal);
    // A read that was cut off by the stop says nothing about the instrument.
    if (signal.aborted) return;
    const { instrument, unit } = task;
    const after = faultOf(instrument);
    if (after !== null && before === null) log.warn({ instrument, unit, reason: after }, 'instrument fails');
    if (after === null && before !== null) log.info({ instrument, unit }, 'instrument works again');
    task.take(round);
  }

  /** The first of what its tasks have met in their last rounds. */
  const faultOf = (instrument: string): string | null =>
    entries.find(({ task, reader }) => task.instrument === instrument && reader.fault !== null)?.reader
      .fault ?? null;

  /** Tells of the periods from one due time up to another that is not among them. */
  function skip({ task }: Entry, from: number, until: number, reason: string): void {
    const count = Math.round((until - from) / task.periodMs);
    skipped += count;
    const wallMinusTicks = clock.now() - clock.ticks();
    for (let index = Math.max(0, count - MOST_TOLD); index < count; index++)
      task.skip(Math.round(wallMinusTicks + from + index * task.periodMs), reason);
  }

  return {
    async run(signal) {
      const start = clock.ticks();
      for (const entry of entries) entry.due = start;
      // The least recently read stands first, which decides between equal deadlines.
      const order = [...entries];
      while (!signal.aborted) {
        const next = nextTurn(order, clock.ticks());
        if (next === null) {
          const due = Math.min(...entries.map((entry) => entry.due));
          await clock.sleep(due - clock.ticks(), signal);
          continue;
        }
        const { periodMs } = next.task;
        const due = next.due + periodMs * Math.floor((clock.ticks() - next.due) / periodMs);
        skip(next, next.due, due, LINE_BUSY);
        await turn(next, signal);
        if (signal.aborted) return;
        order.push(...order.splice(order.indexOf(next), 1));
        next.due = dueAfter(due, periodMs, clock.ticks());
        // Its own time-outs may have cost it the next.
        skip(next, due + periodMs, next.due, next.reader.fault ?? LINE_BUSY);
      }
    },
    state: () => ({
      busyMs,
      skipped,
      units: [...healths.keys()].map((instrument) => ({ instrument, error: faultOf(instrument) })),
    }),
  };
}

/** Of those that are due, the one that must be read soonest to be read before it is due again. */
function nextTurn(entries: readonly Entry[], now: number): Entry | null {
  let next: Entry | null = null;
  for (const entry of entries) {
    if (entry.due > now) continue;
    if (next === null || entry.due + entry.task.periodMs < next.due + next.task.periodMs) next = entry;
  }
  return next;
}

/** Periods that went by meanwhile are skipped: late reads must not pile up. */
function dueAfter(due: number, periodMs: number, now: number): number {
  return due + periodMs * Math.max(1, Math.ceil((now - due) / periodMs));
}
