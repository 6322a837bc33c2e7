/** The outbox as the edge uses it: beside what has its time stands what waits for one. */
import { LANES, type Lane, type Outbox, type OutboxOptions, openOutbox } from '../outbox.ts';
import { type Held, openUntimed } from './untimed.ts';

export interface TimedOutbox extends Outbox {
  /** The wall clock is trusted and shows this beyond the ticks; `verified`: by somebody who knows the time. */
  timeArrived(offset: number, verified: boolean): void;
  /** What waits for time; null when nothing does. */
  held(): Held | null;
}

export interface TimedOptions extends OutboxOptions {
  readonly now: () => number;
  /** Milliseconds since the boot of the system. */
  readonly ticks: () => number;
  readonly boot: string;
}

export function openTimedOutbox(dataDir: string, megabytes: number, options: TimedOptions): TimedOutbox {
  const dated = openOutbox(dataDir, megabytes, { ...options, others: () => untimed.bytes() });
  const untimed = openUntimed(dataDir, { ...options, megabytes, used: dated.bytes });

  /** Backlog goes out the oldest first. What is live and waited for time is older than all live readings behind it. */
  function order(lane: Lane, now: number): readonly Pick<typeof untimed, 'take'>[] {
    const main = { take: (at: number, one: Lane) => dated.take(at, [one]) };
    if (lane === 'alarms') return [main];
    const before = lane === 'live' ? null : dated.span();
    const oldest = before === null ? null : untimed.oldest(now);
    return before !== null && (oldest === null || before.oldest <= oldest)
      ? [main, untimed]
      : [untimed, main];
  }

  return {
    ...dated,
    append(batches) {
      const waits = batches.filter((batch) => batch.untimed);
      if (waits.length > 0) untimed.append(waits);
      if (waits.length < batches.length) dated.append(batches.filter((batch) => !batch.untimed));
    },
    take(now, lanes) {
      if (untimed.isEmpty()) return dated.take(now, lanes);
      for (const lane of LANES) {
        if (!lanes.includes(lane)) continue;
        for (const part of order(lane, now)) {
          const batch = part.take(now, lane);
          if (batch) return batch;
        }
      }
      return null;
    },
    remove: (id) => (id < 0 ? untimed : dated).remove(id),
    release() {
      dated.release();
      untimed.release();
    },
    waiting(now) {
      const { alarms, live, backlog } = dated.waiting(now);
      if (untimed.isEmpty()) return { alarms, live, backlog };
      const more = untimed.waiting(now);
      return { alarms, live: live + more.live, backlog: backlog + more.backlog };
    },
    thinned: () => dated.thinned() + untimed.thinned(),
    dropped: () => dated.dropped() + untimed.dropped(),
    bytes: () => dated.bytes() + untimed.bytes(),
    room() {
      const { bytes, limit, holdsHours } = dated.room();
      return { bytes: bytes + untimed.bytes(), limit, holdsHours: untimed.holdsHours() ?? holdsHours };
    },
    timeArrived: untimed.timeArrived,
    held: untimed.held,
    close() {
      try {
        untimed.close();
      } finally {
        dated.close();
      }
    },
  };
}
