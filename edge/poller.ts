/** The turns of one line: the instrument with the earliest deadline is read next, and one that fails harms no other. */
import type { Logger } from '../devices/kit/log.ts';
import type { Clock } from './clock.ts';
import type { Block } from './plan.ts';
import { createReader, type PollTask, type Reader } from './reader.ts';
import type { ReadResult, Source } from './sources/source.ts';

export interface LineState {
  /** Milliseconds spent in requests since the start. */
  readonly busyMs: number;
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
  due: number;
}

export function createPoller(source: Source, tasks: readonly PollTask[], clock: Clock, log: Logger): Poller {
  const entries: Entry[] = tasks.map((task) => ({ task, reader: createReader(task, clock), due: 0 }));
  let busyMs = 0;
  let quietUntil = 0;

  async function ask(task: PollTask, block: Block, signal: AbortSignal): Promise<ReadResult> {
    if (quietUntil > clock.ticks()) await clock.sleep(quietUntil - clock.ticks(), signal);
    const started = clock.ticks();
    const { unit, timeoutMs } = task;
    const result = await source.read({ unit, ...block, timeoutMs });
    busyMs += clock.ticks() - started;
    quietUntil = clock.ticks() + task.pauseMs;
    return result;
  }

  async function turn({ task, reader }: Entry, signal: AbortSignal): Promise<void> {
    const before = reader.fault;
    const round = await reader.read((block) => ask(task, block, signal));
    // A read that was cut off by the stop says nothing about the instrument.
    if (signal.aborted) return;
    if (round.fault !== null && before === null)
      log.warn({ instrument: task.instrument, reason: round.fault }, 'instrument fails');
    if (round.fault === null && before !== null)
      log.info({ instrument: task.instrument }, 'instrument works again');
    task.take(round);
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
        await turn(next, signal);
        order.push(...order.splice(order.indexOf(next), 1));
        next.due = dueAfter(next.due, next.task.periodMs, clock.ticks());
      }
    },
    state: () => ({
      busyMs,
      units: entries.map(({ task, reader }) => ({ instrument: task.instrument, error: reader.fault })),
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
