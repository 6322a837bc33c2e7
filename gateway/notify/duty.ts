/** Who is on duty at a moment, in Vietnamese time. Pure. */
import { DAY_MS, VIETNAM_AHEAD_MS } from '../../devices/local-time.ts';
import { DAYS, type Duty, type Person } from '../../devices/wire/notify.ts';

const MINUTE_MS = 60_000;
const DAY_MIN = DAY_MS / MINUTE_MS;
/** 1 January 1970 was a Thursday. */
const FIRST_DAY = DAYS.indexOf('thu');

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** `at` in epoch ms. Whose hours are not set is always on duty. */
export const onDuty = ({ duty }: Pick<Person, 'duty'>, at: number): boolean =>
  duty === undefined || duty.some((hours) => within(hours, at));

/** When the hours of somebody who is off duty begin next after `at`, both epoch ms; Infinity: they never do. */
export function nextDuty({ duty = [] }: Pick<Person, 'duty'>, at: number): number {
  const today = Math.floor((at + VIETNAM_AHEAD_MS) / DAY_MS);
  const begins = duty.flatMap(({ days, from }) =>
    days.map((name) => {
      const daysAhead = (DAYS.indexOf(name) - ((today + FIRST_DAY) % 7) + 7) % 7;
      const begin = (today + daysAhead) * DAY_MS + minuteOf(from) * MINUTE_MS - VIETNAM_AHEAD_MS;
      return begin > at ? begin : begin + 7 * DAY_MS;
    }),
  );
  return Math.min(...begins);
}

function within({ days, from, to }: Duty, at: number): boolean {
  const minutes = Math.floor((at + VIETNAM_AHEAD_MS) / MINUTE_MS);
  const day = Math.floor(minutes / DAY_MIN);
  const minute = minutes - day * DAY_MIN;
  const begins = (dayNumber: number): boolean =>
    days.some((name) => DAYS.indexOf(name) === (dayNumber + FIRST_DAY) % 7);
  const [start, end] = [minuteOf(from), minuteOf(to)];
  if (start < end) return begins(day) && minute >= start && minute < end;
  return (begins(day) && minute >= start) || (begins(day - 1) && minute < end);
}
