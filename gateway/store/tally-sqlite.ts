/** Counting in the embedded store. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ParameterId } from '../../devices/parameter.ts';
import { rowAt } from './sqlite-columns.ts';
import type { Chunk, Readings } from './sqlite-readings.ts';
import { HOUR_MS, LIVE_WITHIN_MS, type Tally, type TallyQuery } from './tally.ts';

/** Windows end at whole hours: an hour that two of them share would be told twice. */
const WINDOW_MS = 6 * HOUR_MS;
const nextWindow = (start: number): number => start - (start % WINDOW_MS) + WINDOW_MS;

type Counts = Omit<{ -readonly [K in keyof Tally]: Tally[K] }, 'parameter'>;

/**
 * `series` are the station's, parameter → id. The store answers on this thread, so that it goes through a few thousand
 * readings at a time: publishes that arrive meanwhile wait milliseconds, not seconds.
 */
export async function tallySqlite(
  readings: Readings,
  series: Iterable<readonly [string, number]>,
  { from, to }: TallyQuery,
): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const [parameter, id] of [...series]) {
    for (let start = from; start < to; start = nextWindow(start)) {
      const groups = new Map<string, Counts>();
      for (const chunk of readings.ascending(id, start, Math.min(nextWindow(start), to)))
        count(chunk, groups);
      for (const group of groups.values()) tallies.push({ parameter: parameter as ParameterId, ...group });
      await nextTurn();
    }
  }
  return tallies;
}

function count({ columns, from, to }: Chunk, groups: Map<string, Counts>): void {
  const { at, value, flag, reason, receivedAt } = columns;
  let group: Counts | undefined;
  let [lastHour, lastFlag, lastReason] = [Number.NaN, -1, -1];
  for (let index = from; index < to; index++) {
    const time = at[index] as number;
    const hour = Math.floor(time / HOUR_MS) * HOUR_MS;
    if (
      group === undefined ||
      hour !== lastHour ||
      flag[index] !== lastFlag ||
      reason[index] !== lastReason
    ) {
      [lastHour, lastFlag, lastReason] = [hour, flag[index] as number, reason[index] as number];
      const first = rowAt(columns, index);
      const key = JSON.stringify([hour, first.flag, first.reason]);
      group = groups.get(key) ?? {
        hour,
        flag: first.flag,
        reason: first.reason,
        count: 0,
        values: 0,
        live: 0,
      };
      groups.set(key, group);
    }
    group.count++;
    if (Number.isNaN(value[index])) continue;
    group.values++;
    if ((receivedAt[index] as number) - time <= LIVE_WITHIN_MS) group.live++;
  }
}
