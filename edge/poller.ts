/** The turns of one line: the instrument with the earliest deadline is read next, and one that fails harms no other. */
import type { Logger } from '../devices/kit/log.ts';
import type { Clock } from './clock.ts';
import type { LineAccess, Pause } from './orders.ts';
import { hurried, nextPace, type Pace } from './pace.ts';
import { faultOfClass, type PollClass, type PollTask } from './poll-task.ts';
import { createReader, type Reader } from './reader.ts';
import type { Round } from './sheet.ts';
import type { Source } from './sources/source.ts';
import type { Urgent } from './urgent.ts';

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
  /**
   * Reads these classes at least so often, up to a moment in ticks; one that has a shorter period is left as it is. Each
   * extra round may wait as long as the class's period, so that it takes no other's turn.
   */
  hurry(classes: readonly PollClass[], everyMs: number, until: number): void;
  /** Forgets what was learned and what fails of an instrument (`station/instrument`), of all with null; reads them at once. How many. */
  rescan(instrument: string | null): number;
}

interface PolledClass {
  readonly own: PollClass;
  /** When it is read next, in ticks. */
  due: number;
  /** When a reading is due by its own period, in ticks: the same unless it is hurried. */
  ownDue: number;
  /** Null: it is read by its own period. */
  pace: Pace | null;
  /** Whether the round under way is beside those of its period. */
  extra: boolean;
  /** When its last round that gave a value began, in ticks. */
  gaveAt: number | null;
  /** Of its last round. */
  fault: string | null;
  /** Time of the readings of its last round, epoch ms. */
  tookAt: number | null;
}

interface Entry {
  readonly task: PollTask;
  readonly reader: Reader;
  readonly line: LineAccess;
  readonly classes: readonly PolledClass[];
  round: RoundUnderWay | null;
}

interface RoundUnderWay {
  readonly run: AsyncGenerator<Pause, Round>;
  readonly of: readonly PolledClass[];
  /** In ticks. */
  readonly began: number;
  /** Why it leaves the line to others, and until when, in ticks. */
  readonly pause: Pause['kind'] | null;
  readonly until: number;
}

/** The reason of a reading that is absent because others had the line. */
export const LINE_BUSY = 'line busy';

/** The reason of one that is absent because its own measurement was waited for. */
export const STILL_MEASURING = 'still measuring: its period is too short';

/** After a long hold-up no more than so many periods of one class are told one by one; all are counted. */
const MOST_TOLD = 60;

/** No timer goes further than 24 days; a look in between costs nothing. */
const LONGEST_SLEEP_MS = 3_600_000;

export function createPoller(
  source: Source,
  tasks: readonly PollTask[],
  clock: Clock,
  log: Logger,
  urgent: readonly Urgent[] = [],
): Poller {
  const stopping = new AbortController();
  /** Aborted to end the sleep between two turns. */
  let sleeping = new AbortController();
  const wake = (): void => sleeping.abort();
  let busyMs = 0;
  let skipped = 0;
  let quietUntil = 0;

  const entries: Entry[] = tasks.map((task) => ({
    task,
    reader: createReader(task, clock),
    line: accessOf(task, () => runUrgent()),
    classes: task.classes.map((own) => ({
      own,
      due: 0,
      ownDue: 0,
      pace: null,
      extra: false,
      gaveAt: null,
      fault: null,
      tookAt: null,
    })),
    round: null,
  }));

  const calls: ReadonlyArray<{ readonly call: Urgent; readonly line: LineAccess }> = urgent.map(
    (call, index) => ({
      call,
      // Between its requests those before it may be due: a siren waits for one request of a command, not for all of them.
      line: accessOf(call, index === 0 ? undefined : () => runUrgent(index)),
    }),
  );
  for (const { call } of calls) call.onSooner(wake);

  async function runUrgent(most = calls.length): Promise<void> {
    for (let index = 0; index < most; index++) {
      const { call, line } = calls[index] as (typeof calls)[number];
      if (call.dueAt() <= clock.ticks()) await call.run(line);
    }
  }

  /** One request at a time: the poller awaits each before it goes on with any round. */
  function accessOf(
    of: Pick<PollTask, 'unit' | 'pauseMs' | 'timeoutMs'>,
    before?: () => Promise<void>,
  ): LineAccess {
    async function timed<T>(request: () => Promise<T>): Promise<T> {
      if (before && calls.length > 0) await before();
      if (quietUntil > clock.ticks())
        await clock.sleep(Math.ceil(quietUntil - clock.ticks()), stopping.signal);
      const started = clock.ticks();
      const result = await request();
      busyMs += clock.ticks() - started;
      quietUntil = clock.ticks() + of.pauseMs;
      return result;
    }
    return {
      ask: (block) => timed(() => source.read({ unit: of.unit, ...block, timeoutMs: of.timeoutMs(block) })),
      write: ({ area, address, value }) =>
        timed(() => {
          const timeoutMs = of.timeoutMs({ area: 'holding', count: 1 });
          return source.write({ unit: of.unit, area, address, value, timeoutMs });
        }),
    };
  }

  /** Tells of the periods from one due time up to another that is not among them. */
  function skip({ own, tookAt }: PolledClass, from: number, until: number, reason: string): void {
    const count = Math.round((until - from) / own.periodMs);
    skipped += count;
    const wallMinusTicks = clock.now() - clock.ticks();
    for (let index = Math.max(0, count - MOST_TOLD); index < count; index++) {
      const at = Math.round(wallMinusTicks + from + index * own.periodMs);
      // A late answer may have come in the very moment in which the next period began: a point has one reading at a time.
      own.skip(at === tookAt ? at - 1 : at, reason);
    }
  }

  function begin(entry: Entry): RoundUnderWay {
    const now = clock.ticks();
    const of = entry.classes.filter(({ due }) => due <= now);
    for (const polled of of) {
      const { periodMs } = polled.own;
      polled.extra = now < polled.ownDue;
      if (polled.extra) continue;
      const due = polled.ownDue + periodMs * Math.floor((now - polled.ownDue) / periodMs);
      skip(polled, polled.ownDue, due, LINE_BUSY);
      polled.ownDue = due;
      if (polled.pace === null) polled.due = due;
    }
    const run = entry.reader.read(
      of.map(({ own }) => own),
      entry.line,
    );
    return { run, of, began: now, pause: null, until: now };
  }

  /** What gives nothing is asked no oftener for being hurried. */
  function planNext(polled: PolledClass): void {
    const { own, due, ownDue, gaveAt } = polled;
    const now = clock.ticks();
    const pace = polled.pace && nextPace(polled.pace, own.periodMs, now);
    polled.pace = pace;
    polled.due = pace !== null && gaveAt !== null ? dueAfter(due, pace.everyMs, now) : ownDue;
  }

  function finish({ task, reader, classes }: Entry, { of, began, pause }: RoundUnderWay, round: Round): void {
    const before = faultOf(classes);
    for (const polled of of) polled.fault = faultOfClass(polled.own, round);
    const after = faultOf(classes);
    const { instrument, unit } = task;
    if (after !== null && before === null) log.warn({ instrument, unit, reason: after }, 'instrument fails');
    if (after === null && before !== null) log.info({ instrument, unit }, 'instrument works again');
    let values = false;
    for (const polled of of) {
      const { own, ownDue, fault } = polled;
      const gave = own.take(round, polled.extra);
      polled.tookAt = round.at;
      values ||= gave;
      if (!polled.extra) {
        polled.ownDue = dueAfter(ownDue, own.periodMs, clock.ticks());
        // Its own time-outs may have cost it the next; a register that is refused beside others that answer has not.
        const dead = gave ? null : fault;
        const other = pause === 'measuring' ? STILL_MEASURING : LINE_BUSY;
        skip(polled, ownDue + own.periodMs, polled.ownDue, dead ?? other);
      }
      polled.gaveAt = gave ? began : null;
      planNext(polled);
    }
    reader.gave(values);
  }

  return {
    async run(signal) {
      signal.addEventListener('abort', () => stopping.abort(), { once: true });
      signal.addEventListener('abort', wake, { once: true });
      const start = clock.ticks();
      for (const { classes } of entries) {
        for (const polled of classes) polled.due = polled.ownDue = start;
      }
      // The least recently read stands first, which decides between equal deadlines.
      const order = [...entries];
      while (!signal.aborted) {
        await runUrgent();
        const next = nextTurn(order, clock.ticks());
        if (next === null) {
          const until = Math.min(...entries.map(readyAt), ...urgent.map((call) => call.dueAt()));
          await clock.sleep(Math.min(LONGEST_SLEEP_MS, until - clock.ticks()), sleeping.signal);
          if (sleeping.signal.aborted && !signal.aborted) sleeping = new AbortController();
          continue;
        }
        const round = next.round ?? begin(next);
        const step = await round.run.next();
        // A read that was cut off by the stop says nothing about the instrument.
        if (signal.aborted) return;
        if (!step.done) {
          const { kind } = step.value;
          next.round = {
            ...round,
            pause: kind,
            until: clock.ticks() + (kind === 'measuring' ? step.value.ms : 0),
          };
          continue;
        }
        next.round = null;
        finish(next, round, step.value);
        order.push(...order.splice(order.indexOf(next), 1));
      }
    },
    hurry(wanted, everyMs, until) {
      for (const polled of entries.flatMap(({ classes }) => classes)) {
        if (!wanted.includes(polled.own) || everyMs >= polled.own.periodMs) continue;
        polled.pace = hurried(everyMs, until);
        if (polled.gaveAt !== null) polled.due = Math.min(polled.due, polled.gaveAt + everyMs);
      }
      wake();
    },
    rescan(instrument) {
      const own = entries.filter(({ task }) => instrument === null || task.instrument === instrument);
      const now = clock.ticks();
      for (const { task, reader, classes } of own) {
        task.memory.doubt();
        reader.anew();
        // At once, and beside its periods, which go on as they were.
        for (const polled of classes) polled.due = Math.min(polled.due, now);
      }
      wake();
      return own.length;
    },
    state: () => ({
      busyMs,
      skipped,
      units: entries.map(({ task, classes }) => ({ instrument: task.instrument, error: faultOf(classes) })),
    }),
  };
}

/** The first of what its classes have met in their last rounds. */
const faultOf = (classes: readonly PolledClass[]): string | null =>
  classes.find(({ fault }) => fault !== null)?.fault ?? null;

/** When it wants the line next, in ticks. */
const readyAt = ({ round, classes }: Entry): number =>
  round?.until ?? Math.min(...classes.map(({ due }) => due));

/** Of those that are ready, the one that must be read soonest to be read before it is due again. */
function nextTurn(entries: readonly Entry[], now: number): Entry | null {
  let next: Entry | null = null;
  let earliest = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    if (readyAt(entry) > now) continue;
    const deadline = deadlineOf(entry, now);
    if (deadline >= earliest) continue;
    next = entry;
    earliest = deadline;
  }
  return next;
}

/**
 * When it must be read, in ticks. What was told to measure has its value now: it goes before all that has not begun.
 * What did not answer may cost a time-out: it goes after all that is due.
 */
function deadlineOf({ round, classes, reader }: Entry, now: number): number {
  if (round?.pause === 'measuring') return round.until - LONG_MS;
  const due = classes.filter((polled) => polled.due <= now);
  const deadline = Math.min(...due.map((polled) => polled.due + polled.own.periodMs));
  return round?.pause === 'unanswered' || reader.isDoubtful() ? deadline + LONG_MS : deadline;
}

/** Longer than others that are due need the line; no longer, so that an overloaded line comes to everybody in the end. */
const LONG_MS = 60_000;

/** Periods that went by meanwhile are skipped: late reads must not pile up. */
function dueAfter(due: number, periodMs: number, now: number): number {
  return due + periodMs * Math.max(1, Math.ceil((now - due) / periodMs));
}
