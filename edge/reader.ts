/** Reads one instrument on its line, and knows which of its blocks fail and until when to leave them alone. */

import { describeRange, isNothing, type Learned } from '../devices/line/learned.ts';
import { type Block, joinOverlapping } from '../devices/line/plan.ts';
import { type AddressRange, contains } from '../devices/profile.ts';
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { explore, isRefusal } from './explore.ts';
import { giveOrders, type LineAccess, type Pause } from './orders.ts';
import type { PollClass, PollTask } from './poll-task.ts';
import { newSheet, type Round, type Sheet } from './sheet.ts';
import { describeFault, type ReadFault } from './sources/source.ts';

/** The longest time that a failing instrument is left alone. */
const LONGEST_REST_MS = 60_000;

/** Requests of one round that may go into finding out why one was refused: others wait for the line. */
const MOST_EXPLORED = 16;

/**
 * An instrument that answers without any value may have lost power between two reads: after so many rounds it is told
 * again what it must be told at the start.
 */
const TOLD_AGAIN_AFTER = 3;

/** Where exploring taught nothing, it is done again after so long. */
const EXPLORE_AGAIN = { firstMs: 60_000, maxMs: 3_600_000 };

interface Rest {
  failures: number;
  until: number;
}

interface FailingBlock extends Rest {
  cause: string;
}

export interface Reader {
  /** One round for the classes that are due. */
  read(due: readonly PollClass[], line: LineAccess): AsyncGenerator<Pause, Round>;
  /** Whether the next round asks an instrument that did not answer the last time. */
  isDoubtful(): boolean;
  /** Whether its last round gave any value. */
  gave(values: boolean): void;
  /** Whatever failed is asked again at the next round, as of an instrument that was never read. */
  anew(): void;
}

export function createReader(task: PollTask, clock: Pick<Clock, 'now' | 'ticks'>): Reader {
  const shortestMs = Math.max(1000, Math.min(...task.classes.map(({ periodMs }) => periodMs)));
  const health = { failures: 0, until: 0, cause: '', started: false };
  const exploring: Rest = { failures: 0, until: 0 };
  /** Probes that were not answered. */
  let probed = 0;
  /** Rounds in a row without a value. */
  let fruitless = 0;
  const plans = new Map<string, readonly Block[]>();
  let plannedWith: Learned | null = null;
  /** By block; what works is not in it. */
  const failing = new Map<string, FailingBlock>();

  function rest(of: Rest): void {
    of.failures += 1;
    of.until = clock.ticks() + backoffMs({ firstMs: 2 * shortestMs, maxMs: LONGEST_REST_MS }, of.failures);
  }

  function die(cause: string): void {
    rest(health);
    health.cause = cause;
    health.started = false;
  }

  /** The same classes are due again and again: their plan is made once, and anew when something was learned. */
  function planOf(due: readonly PollClass[], learned: Learned): readonly Block[] {
    if (learned !== plannedWith) plans.clear();
    plannedWith = learned;
    const key = due.map((own) => task.classes.indexOf(own)).join();
    const known = plans.get(key);
    if (known) return known;
    const made = task.plan(
      due.flatMap(({ wanted }) => wanted),
      learned,
    );
    plans.set(key, made);
    return made;
  }

  /** While a block rests no other may be joined with it: what works would rest as well. */
  function planned(due: readonly PollClass[], learned: Learned): Block[] {
    const resting = [...failing.values()].some(({ until }) => clock.ticks() < until);
    if (!resting) return [...planOf(due, learned)];
    const blocks = due.flatMap((own) => planOf([own], learned));
    return [...new Map(blocks.map((block) => [describeRange(block), block])).values()];
  }

  /** Whether it answers again after it was silent; the cause when it does not. */
  async function probe({ ask }: LineAccess): Promise<string | null> {
    const range = task.probes[probed % task.probes.length] ?? task.probes[0];
    const result = await ask(range);
    if (result.kind === 'fault' && (result.fault.kind === 'link' || costsTime(result.fault))) {
      const cause = causeOf(task, range, result.fault);
      if (result.fault.kind !== 'link') {
        probed += 1;
        die(cause);
      }
      return cause;
    }
    health.failures = 0;
    // The words are not kept: what it must be told before a read it has not been told yet.
    failing.delete(describeRange(range));
    // It may be another one that was put in its place.
    task.memory.doubt();
    return null;
  }

  /** Gives the orders of the profile; the cause when one was not taken. */
  async function* prepare(line: LineAccess): AsyncGenerator<Pause, string | null> {
    const orders = health.started ? task.before : [...task.atStart, ...task.before];
    const untold = yield* giveOrders(orders, line, task.probes[0]);
    health.started = untold === null;
    if (untold === null) return null;
    const cause = `${untold.cause} (line ${task.line}, unit ${task.unit})`;
    if (costsTime(untold.fault)) die(cause);
    return cause;
  }

  /** Finds out why a block is refused. Whether something was learned of it, so that what is open is planned anew. */
  async function understand(
    parts: readonly AddressRange[],
    fault: ReadFault,
    { ask }: LineAccess,
    sheet: Sheet,
    most: number,
  ): Promise<boolean> {
    const found = await explore(parts, fault, {
      ask,
      causeOf: (part, refused) => causeOf(task, part, refused),
      link: { even_start: task.evenStart },
      most,
    });
    for (const { block, words } of found.answers) sheet.keep(block, words, clock.now());
    // Of an instrument that gives nothing at all there is nothing to be learned: it may be starting, or a wrong one.
    if (sheet.heard() && !isNothing(found.learned)) {
      task.memory.learn(found.learned, clock.now());
      exploring.failures = 0;
      failing.clear();
      return true;
    }
    exploring.failures += 1;
    exploring.until = clock.ticks() + backoffMs(EXPLORE_AGAIN, exploring.failures);
    return false;
  }

  async function* read(due: readonly PollClass[], line: LineAccess): AsyncGenerator<Pause, Round> {
    const sheet = newSheet();
    const end = (cause: string): Round => sheet.round(clock.now(), cause);
    if (clock.ticks() < health.until) return end(health.cause);
    const returns = health.failures > 0;
    if (returns) {
      const silent = await probe(line);
      if (silent !== null) return end(silent);
      sheet.spoke(clock.now());
    }
    const untold = yield* prepare(line);
    if (untold !== null) return end(untold);

    let retries = returns ? 0 : 1;
    let explorable = MOST_EXPLORED;
    const counting: LineAccess = {
      ...line,
      ask: (block) => {
        explorable -= 1;
        return line.ask(block);
      },
    };
    const wanted = due.map((own) => own.wanted);
    let learned = task.memory.known(clock.now());
    const failures = (block: Block): number => failing.get(describeRange(block))?.failures ?? 0;
    // A block that failed is asked last: while the others answer, the instrument is not dead.
    let todo = planned(due, learned).sort((a, b) => failures(a) - failures(b));
    for (let block = todo.shift(); block !== undefined; block = todo.shift()) {
      const key = describeRange(block);
      const before = failing.get(key);
      if (before && clock.ticks() < before.until) {
        sheet.fail(block, before.cause);
        continue;
      }
      let result = await line.ask(block);
      if (result.kind === 'fault' && retries > 0 && !before) {
        retries -= 1;
        if (costsTime(result.fault)) yield { kind: 'unanswered' };
        result = await line.ask(block);
      }
      if (result.kind === 'words') {
        failing.delete(key);
        sheet.keep(block, result.words, clock.now());
        continue;
      }
      const { fault } = result;
      if (task.divisible && isRefusal(fault) && explorable > 0 && clock.ticks() >= exploring.until) {
        const parts = partsOf(block, wanted.flat());
        if (await understand(parts, fault, counting, sheet, explorable)) {
          learned = task.memory.known(clock.now());
          const open = wanted.map((own) => own.filter((range) => !sheet.has(range)));
          todo = task.plan(open.flat(), learned);
          continue;
        }
      }
      const cause = causeOf(task, block, fault);
      if (fault.kind === 'link') return end(cause);
      sheet.fail(block, cause);
      if (!costsTime(fault)) {
        // It spoke, so it is there; asking it again when it is due costs next to nothing.
        failing.set(key, { failures: (before?.failures ?? 0) + 1, until: 0, cause });
        sheet.spoke(clock.now());
        continue;
      }
      if (sheet.heard() || before) {
        const entry = before ?? { failures: 0, until: 0, cause };
        rest(entry);
        failing.set(key, { ...entry, cause });
      }
      if (!sheet.heard()) {
        die(cause);
        return end(cause);
      }
    }
    for (const range of learned.illegal) sheet.fail(range, range.cause);
    return end('not read');
  }

  return {
    read,
    isDoubtful: () => health.failures > 0 && clock.ticks() >= health.until,
    gave(values) {
      fruitless = values ? 0 : fruitless + 1;
      if (fruitless % TOLD_AGAIN_AFTER === 0 && fruitless > 0) health.started = false;
    },
    anew() {
      Object.assign(health, { failures: 0, until: 0, started: false });
      Object.assign(exploring, { failures: 0, until: 0 });
      failing.clear();
    },
  };
}

/** What a block was asked for. */
const partsOf = (block: Block, wanted: readonly AddressRange[]): AddressRange[] =>
  joinOverlapping(wanted.filter((range) => contains(block, range)));

/** A fault with its place: who looks for it needs line, unit and register. A fault of the line is of no unit. */
function causeOf({ line, unit }: PollTask, block: Block, fault: ReadFault): string {
  const what = describeFault(fault);
  return fault.kind === 'link' ? what : `${what} (line ${line}, unit ${unit}, ${describeRange(block)})`;
}

/** Faults that hold up the line or break its connection. 10 and 11 come from a gateway that has waited in vain. */
const costsTime = (fault: ReadFault): boolean =>
  fault.kind === 'no-answer' ||
  fault.kind === 'malformed' ||
  (fault.kind === 'exception' && (fault.code === 10 || fault.code === 11));
