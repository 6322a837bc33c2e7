/** Hours of duty as they are set by hand. Pure; the bounds are those of dutySchema (devices/wire/notify.ts). */
import type { Duty } from '../../../../devices/wire/notify.ts';

type Day = Duty['days'][number];

export const DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** What a new row begins with. */
export const FIRST_DUTY: Duty = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '07:00', to: '17:00' };

/** In the order of the week. */
export const withDay = (duty: Duty, day: Day, on: boolean): Duty => ({
  ...duty,
  days: DAYS.filter((one) => (one === day ? on : duty.days.includes(one))),
});

const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** One that could be sent. */
export const isDuty = ({ days, from, to }: Duty): boolean => days.length > 0 && isTime(from) && isTime(to);

/** At or before its begin it ends on the next day. */
export const endsNextDay = ({ from, to }: Duty): boolean => isTime(from) && isTime(to) && to <= from;
