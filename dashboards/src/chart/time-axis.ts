/** Round times of Vietnam below a chart: minutes, hours, days, months or years, as many as there is room for. Pure. */
import { VIETNAM_AHEAD_MS } from '../../../devices/local-time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

const STEPS_MS = [
  ...[1 / 12, 1 / 4, 1 / 2, 1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14].map((days) => days * DAY_MS),
];
const STEPS_MONTHS = [1, 2, 3, 6, 12, 24, 60] as const;

export type Grain = 'second' | 'hour' | 'day' | 'month';

export interface Ticks {
  readonly at: readonly number[];
  /** What of the moments tells them apart. */
  readonly grain: Grain;
}

/** `room`: how many labels there is room for, at least one. */
export function timeTicks(from: number, to: number, room: number): Ticks {
  const step = STEPS_MS.find((ms) => (to - from) / ms <= room);
  if (step !== undefined) {
    const grain = step < MINUTE_MS ? 'second' : step < DAY_MS ? 'hour' : 'day';
    return { at: multiples(from, to, step), grain };
  }
  const months = STEPS_MONTHS.find((count) => (to - from) / (count * 30.4 * DAY_MS) <= room) ?? 120;
  return { at: monthStarts(from, to, months), grain: 'month' };
}

function multiples(from: number, to: number, step: number): number[] {
  const found: number[] = [];
  // 1 January 1970 was a Thursday; weeks begin on Monday.
  const base = (step % WEEK_MS === 0 ? 4 * DAY_MS : 0) - VIETNAM_AHEAD_MS;
  const first = Math.ceil((from - base) / step) * step + base;
  for (let at = first; at <= to; at += step) found.push(at);
  return found;
}

function monthStarts(from: number, to: number, months: number): number[] {
  const local = new Date(from + VIETNAM_AHEAD_MS);
  const found: number[] = [];
  let month = Math.floor((local.getUTCFullYear() * 12 + local.getUTCMonth()) / months) * months;
  for (;;) {
    const at = Date.UTC(Math.floor(month / 12), month % 12) - VIETNAM_AHEAD_MS;
    if (at > to) return found;
    if (at >= from) found.push(at);
    month += months;
  }
}
