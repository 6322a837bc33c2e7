import { expect, test } from 'vitest';
import { FLAG } from '../quality.ts';
import type { Alarm } from '../wire/messages.ts';
import { SustainSteps, sustainSchema, sustainStateSchema } from './sustain.ts';

const rule = (more: object = {}) => sustainSchema.parse({ hold_s: 60, clear_hold_s: 30, ...more });

const alarm = (state: Alarm['state'], atS: number, more: Partial<Alarm> = {}): Alarm => ({
  station: 'river-1',
  parameter: 'dissolved_oxygen',
  limit: 'dissolved-oxygen-low',
  state,
  level: 'warning',
  at: atS * 1000,
  value: state === 'raised' ? 3 : 5,
  threshold: state === 'raised' ? 4 : 4.5,
  ...more,
});

const reading = (atS: number, more: object = {}) => ({
  station: 'river-1',
  parameter: 'dissolved_oxygen' as const,
  at: atS * 1000,
  value: 3,
  flag: FLAG.good,
  ...more,
});

/** Readings every ten seconds from one time to another; what passed, and when. */
const run = (steps: SustainSteps, fromS: number, toS: number, more: object = {}) => {
  const passed: string[] = [];
  for (let at = fromS; at <= toS; at += 10)
    for (const { state, at: when } of steps.tick(reading(at, more))) passed.push(`${state} ${when / 1000}`);
  return passed;
};

test('an alarm passes when the readings it is made of have come for so long, and its end likewise', () => {
  const steps = new SustainSteps(rule());
  expect(steps.step(alarm('raised', 100))).toBeNull();
  expect(run(steps, 110, 200)).toEqual(['raised 160']);
  expect(steps.step(alarm('cleared', 210))).toBeNull();
  expect(run(steps, 220, 300)).toEqual(['cleared 240']);
  expect(run(steps, 310, 400)).toEqual([]);
});

test('what is over before its time never passes', () => {
  const steps = new SustainSteps(rule());
  steps.step(alarm('cleared', 0));
  run(steps, 10, 90);
  steps.step(alarm('raised', 100));
  expect(run(steps, 110, 150)).toEqual([]);
  expect(steps.step(alarm('cleared', 160))).toBeNull();
  expect(run(steps, 170, 400)).toEqual([]);
});

test.each([
  ['of another station', { station: 'river-2' }],
  ['of another parameter', { parameter: 'ph' }],
  ['without a value', { value: null, flag: FLAG.missing }],
  ['that failed', { flag: FLAG.fail }],
])('readings %s are no clock', (_title, more) => {
  const steps = new SustainSteps(rule());
  steps.step(alarm('raised', 100));
  expect(run(steps, 110, 400, more)).toEqual([]);
});

test('across a hole in the readings nothing lasts', () => {
  const steps = new SustainSteps(rule());
  steps.step(alarm('raised', 100));
  expect(run(steps, 110, 150)).toEqual([]);
  expect(run(steps, 1000, 1050)).toEqual([]);
  expect(run(steps, 1060, 1060)).toEqual(['raised 1060']);
});

test('a composed alarm is timed by the readings of which it was made', () => {
  const steps = new SustainSteps(rule());
  const because = [{ station: 'post-2', parameter: 'smoke' as const, at: 100_000, value: 1 }];
  steps.step(alarm('raised', 100, { parameter: 'fire_detection', because }));
  expect(run(steps, 110, 150)).toEqual([]);
  expect(run(steps, 110, 160, { station: 'post-2', parameter: 'smoke' })).toEqual(['raised 160']);
});

test('it passes under its own name and level when it has some', () => {
  const steps = new SustainSteps(rule({ hold_s: 0, name: 'hypoxia', level: 'critical' }));
  expect(steps.step(alarm('raised', 100))).toEqual(
    alarm('raised', 100, { limit: 'hypoxia', level: 'critical' }),
  );
  const plain = new SustainSteps(rule({ hold_s: 0 }));
  expect(plain.step(alarm('raised', 100))).toEqual(alarm('raised', 100));
});

test('silence passes at once: it has lasted, and has no readings', () => {
  const steps = new SustainSteps(rule());
  expect(steps.step(alarm('raised', 100, { no_data: true }))).toMatchObject({ state: 'raised', at: 100_000 });
});

test('late and historical alarms change nothing', () => {
  const steps = new SustainSteps(rule({ hold_s: 0 }));
  steps.step(alarm('raised', 100));
  expect(steps.step(alarm('cleared', 99))).toBeNull();
  expect(steps.step(alarm('cleared', 101, { historical: true }))).toBeNull();
  expect(steps.raised).toBe(1);
});

test('kept as JSON and restored in the middle, an alarm is held as long as if nothing had happened', () => {
  const before = new SustainSteps(rule());
  before.step(alarm('raised', 100));
  run(before, 110, 130);
  const after = new SustainSteps(rule());
  after.restore(sustainStateSchema.parse(JSON.parse(JSON.stringify(before.state()))));
  expect(run(after, 140, 300)).toEqual(['raised 160']);
});

test('what it remembers has a bound, its clocks too', () => {
  const steps = new SustainSteps(rule(), 2);
  for (const station of ['a', 'b', 'c']) steps.step(alarm('raised', 100, { station }));
  expect(steps.conditions).toBe(2);
  expect(run(steps, 110, 200, { station: 'a' })).toEqual([]);
  expect(run(steps, 110, 200, { station: 'c' })).toEqual(['raised 160']);
});

test.each([
  [{ hold_s: -1 }, 'hold_s'],
  [{ hold_s: undefined }, 'hold_s'],
  [{ clear_hold_s: 100_000 }, 'clear_hold_s'],
  [{ name: 'Thiếu oxy' }, 'name'],
])('a wrong rule is refused by name: %o', (wrong, field) => {
  expect(sustainSchema.safeParse({ ...rule(), ...wrong }).error?.issues[0]?.path).toEqual([field]);
});
