import { expect, test } from 'vitest';
import { type Duty, ownDutyChangeSchema } from '../../../../devices/wire/notify.ts';
import { endsNextDay, FIRST_DUTY, isDuty, withDay } from './duty.ts';

test('days stand in the order of the week, whenever they were chosen', () => {
  const none: Duty = { ...FIRST_DUTY, days: [] };
  expect(withDay(withDay(none, 'sun', true), 'tue', true).days).toEqual(['tue', 'sun']);
  expect(withDay(FIRST_DUTY, 'wed', false).days).toEqual(['mon', 'tue', 'thu', 'fri']);
  expect(withDay(FIRST_DUTY, 'mon', true).days).toEqual(FIRST_DUTY.days);
});

test.each<[Duty]>([
  [FIRST_DUTY],
  [{ ...FIRST_DUTY, days: [] }],
  [{ ...FIRST_DUTY, from: '' }],
  [{ ...FIRST_DUTY, to: '24:00' }],
  [{ ...FIRST_DUTY, from: '23:59', to: '00:00' }],
])('hours can be sent when the gateway takes them: %j', (duty) => {
  expect(isDuty(duty)).toBe(ownDutyChangeSchema.safeParse({ duty: [duty] }).success);
});

test('hours that end at or before their begin end on the next day', () => {
  const hours = (from: string, to: string) => endsNextDay({ ...FIRST_DUTY, from, to });
  expect([
    hours('19:00', '07:00'),
    hours('07:00', '07:00'),
    hours('07:00', '19:00'),
    hours('', '07:00'),
  ]).toEqual([true, true, false, false]);
});
