/**
 * The outbox when its disk is full or fails: nothing of it throws. What the disk does not take waits in memory, goes out
 * from there while the line works, and is written when the disk takes it.
 */
import type { Logger } from '../../devices/kit/log.ts';
import type { Waiting } from '../../devices/wire/messages.ts';
import { LANES, type NewBatch } from '../outbox.ts';
import type { TimedOutbox } from './timed.ts';
import { createUnwritten, type Unwritten } from './unwritten.ts';

export interface ShelteredOutbox extends Omit<TimedOutbox, 'account' | 'lose'> {
  /** Null when the disk does not tell. */
  account(now: number): Waiting[] | null;
  /** What the disk refuses, and its words for it; null while it works. */
  refusal(): string | null;
}

export function shelter(
  outbox: TimedOutbox,
  log: Logger,
  unwritten: Unwritten = createUnwritten(),
): ShelteredOutbox {
  /** The disk's last words, by what it refuses. */
  const failing = new Map<string, string>();

  /** Said once when it begins, and once when it is over. */
  function guard<T>(trouble: string, work: () => T, otherwise: T): T {
    try {
      const result = work();
      if (failing.delete(trouble)) log.info({ trouble }, 'the disk works again');
      return result;
    } catch (err) {
      if (!failing.has(trouble)) log.error({ err }, trouble);
      failing.set(trouble, err instanceof Error ? err.message : String(err));
      return otherwise;
    }
  }

  /** As it was last while it cannot be read. */
  function known<A extends unknown[], T>(read: (...args: A) => T, first: T): (...args: A) => T {
    let last = first;
    return (...args) => {
      last = guard('outbox cannot be counted', () => read(...args), last);
      return last;
    };
  }

  function writeAll(): void {
    // They stand in files of their own, and one may refuse what the other takes.
    for (const [untimed, what] of [
      [false, 'outbox refuses batches, they wait in memory'],
      [true, 'outbox refuses batches without a time, they wait in memory'],
    ] as const) {
      let part = unwritten.next(untimed);
      const write = (): boolean => {
        outbox.append([...part.values()]);
        return true;
      };
      while (part.size > 0 && guard(what, write, false)) {
        for (const id of part.keys()) unwritten.remove(id);
        part = unwritten.next(untimed);
      }
    }
    for (const [station, contents] of unwritten.untold()) {
      const tell = (): boolean => {
        outbox.lose(station, contents.values(), 'unwritten');
        return true;
      };
      if (!guard('outbox refuses to note what was lost', tell, false)) break;
      unwritten.told(station);
    }
  }

  const waiting = known(outbox.waiting, { alarms: 0, live: 0, backlog: 0 });
  const dropped = known(outbox.dropped, 0);

  return {
    append(batches: readonly NewBatch[]) {
      unwritten.add(batches);
      writeAll();
    },
    take(now, lanes) {
      for (const lane of LANES) {
        if (!lanes.includes(lane)) continue;
        const stored = guard(`outbox cannot be read: ${lane}`, () => outbox.take(now, [lane]), null);
        const batch = stored ?? unwritten.take(now, lane);
        if (batch) return batch;
      }
      return null;
    },
    remove(id) {
      if (unwritten.owns(id)) unwritten.remove(id);
      else outbox.remove(id);
    },
    release() {
      outbox.release();
      unwritten.release();
    },
    waiting(now) {
      const stored = waiting(now);
      const more = unwritten.waiting(now);
      return {
        alarms: stored.alarms + more.alarms,
        live: stored.live + more.live,
        backlog: stored.backlog + more.backlog,
      };
    },
    account: (now) => guard('outbox cannot be told in the books', () => outbox.account(now), null),
    losses: () => guard('losses of the outbox cannot be told', outbox.losses, null),
    told: (report) => guard('losses of the outbox cannot be forgotten', () => outbox.told(report), undefined),
    thinned: known(outbox.thinned, 0),
    dropped: () => dropped() + unwritten.lost(),
    span: outbox.span,
    bytes: outbox.bytes,
    room: outbox.room,
    held: outbox.held,
    timeArrived: outbox.timeArrived,
    refusal() {
      const [first] = failing;
      return first === undefined ? null : first.join(': ');
    },
    close() {
      writeAll();
      if (!unwritten.isEmpty())
        log.error(unwritten.waiting(0), 'the disk has not taken what waits in memory: it is lost');
      guard('outbox cannot be closed', outbox.close, undefined);
    },
  };
}
