/** Counts of what a store holds, by point and hour: what the closed books (gateway/books) are made of. */
import type { ParameterId } from '../../devices/parameter.ts';
import type { Flag } from '../../devices/quality.ts';

export const HOUR_MS = 3_600_000;

/** "Sống" asks that a value is there within ten minutes, two of the five-minute cadences of the circular. */
export const LIVE_WITHIN_MS = 10 * 60_000;

export interface TallyQuery {
  readonly station: string;
  /** from ≤ at < to, epoch ms */
  readonly from: number;
  readonly to: number;
}

/** The readings of one parameter, hour, flag and reason. */
export interface Tally {
  readonly parameter: ParameterId;
  /** Start of the hour, epoch ms. */
  readonly hour: number;
  readonly flag: Flag;
  readonly reason: string | null;
  readonly count: number;
  /** Those that carry a value. */
  readonly values: number;
  /** Those that carry a value and arrived within `LIVE_WITHIN_MS`. */
  readonly live: number;
}

interface Counted {
  readonly parameter: ParameterId;
  readonly at: number;
  readonly value: number | null;
  readonly flag: Flag;
  readonly reason: string | null;
  readonly receivedAt: number;
}

/** Counts readings one by one, for a store whose query language cannot group by flag and reason. */
export function createTally(): { add(reading: Counted): void; result(): Tally[] } {
  const groups = new Map<string, { -readonly [K in keyof Tally]: Tally[K] }>();
  return {
    add({ parameter, at, value, flag, reason, receivedAt }) {
      const hour = at - (at % HOUR_MS);
      const key = JSON.stringify([parameter, hour, flag, reason]);
      const group = groups.get(key) ?? { parameter, hour, flag, reason, count: 0, values: 0, live: 0 };
      groups.set(key, group);
      group.count++;
      if (value === null) return;
      group.values++;
      if (receivedAt - at <= LIVE_WITHIN_MS) group.live++;
    },
    result: () => [...groups.values()],
  };
}
