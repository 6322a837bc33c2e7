/** Cycles that had no readings when they were due and have some now. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ParameterId } from '../../../devices/parameter.ts';
import type { Store, StoredReading } from '../../store/store.ts';
import { overlap, type Range } from './gaps.ts';
import type { StationFileSettings } from './settings.ts';

/** Cycles of stations that are sent together. */
const TOGETHER = 100;

export interface StationCycle {
  readonly station: string;
  /** Its end, seconds since 1970. */
  readonly number: number;
}

export interface Late {
  /** Hears of what was stored: only there is anything late to be found. */
  stored(readings: readonly Pick<StoredReading, 'station' | 'at'>[]): void;
  /**
   * Up to the cycle `newest`, groups with the oldest first. A group is taken as sent when the next one is asked for; what is not looked
   * for by `until`, as performance.now() tells it, is looked for first the next time.
   */
  look(
    gaps: ReadonlyMap<string, readonly Range[]>,
    newest: number,
    until: number,
    signal: AbortSignal,
  ): AsyncGenerator<StationCycle[]>;
}

const EVER: Range = { first: Number.NEGATIVE_INFINITY, last: Number.POSITIVE_INFINITY };

/**
 * Watches gaps. A backlog comes oldest first and may be under way: the newest cycle that it has reached is taken only when it
 * has gone no further since the look before.
 */
export function createLate(store: Pick<Store, 'points'>, settings: StationFileSettings): Late {
  const { period_s } = settings;
  const parameters = Object.keys(settings.parameters) as ParameterId[];
  const reached = new Map<string, number>();
  /** Where something was stored that was not looked at; before the start, anything may have been. */
  const arrived = new Map(settings.stations.map(({ id }) => [id, EVER]));
  const arrive = (station: string, { first, last }: Range): void => {
    const before = arrived.get(station);
    arrived.set(
      station,
      before === undefined
        ? { first, last }
        : { first: Math.min(first, before.first), last: Math.max(last, before.last) },
    );
  };
  const stations = new Set(arrived.keys());

  /** Ascending. */
  const known = async (station: string, gaps: readonly Range[], signal: AbortSignal): Promise<number[]> => {
    const numbers = new Set<number>();
    for (const { first, last } of gaps) {
      const from = Math.floor(first / period_s);
      const to = Math.floor(last / period_s) + 1;
      for (const parameter of parameters) {
        const points = await store.points({
          station,
          parameter,
          from: from * period_s * 1000,
          to: to * period_s * 1000,
          everyMs: period_s * 1000,
          aggregate: 'count',
          limit: to - from,
        });
        for (const [at] of points) numbers.add((Math.floor(at / 1000 / period_s) + 1) * period_s);
      }
      // Others have their turn, whatever there is to look at.
      await nextTurn();
      signal.throwIfAborted();
    }
    return [...numbers].sort((a, b) => a - b);
  };

  return {
    stored(readings) {
      for (const { station, at } of readings) {
        if (!stations.has(station)) continue;
        const second = Math.floor(at / 1000);
        const span = arrived.get(station);
        if (span === undefined || second < span.first || second > span.last)
          arrive(station, { first: second, last: second });
      }
    },

    async *look(gaps, newest, until, signal) {
      let group: StationCycle[] = [];
      /** Looked at, and not known to be sent yet. */
      const taken = new Map<string, Range>();
      let sent: (() => void)[] = [];
      const settle = (): void => {
        for (const done of sent) done();
        taken.clear();
        [group, sent] = [[], []];
      };
      try {
        for (const [station, span] of [...arrived]) {
          if (performance.now() > until) break;
          arrived.delete(station);
          taken.set(station, span);
          const touched = (gaps.get(station) ?? []).filter((gap) => overlap(gap, span));
          const numbers = (await known(station, touched, signal)).filter((number) => number <= newest);
          const last = numbers.at(-1);
          if (last !== undefined) {
            const held = reached.get(station) !== last;
            if (held) numbers.pop();
            group.push(...numbers.map((number) => ({ station, number })));
            sent.push(() => {
              reached.set(station, last);
              if (held) arrive(station, { first: last - period_s, last: last - 1 });
            });
          }
          if (group.length < TOGETHER) continue;
          yield group.sort((a, b) => a.number - b.number);
          settle();
        }
        if (group.length > 0) yield group.sort((a, b) => a.number - b.number);
        settle();
      } finally {
        for (const [station, span] of taken) arrive(station, span);
      }
    },
  };
}
