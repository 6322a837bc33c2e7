import { expect, test } from 'vitest';
import type { Alarm } from '../wire/messages.ts';
import { alarmSchema } from '../wire/messages.ts';
import { CombineSteps, combineSchema, combineStateSchema } from './combine.ts';

const rule = (more: object = {}) =>
  combineSchema.parse({
    name: 'fire-corroborated',
    parameter: 'fire_detection',
    level: 'critical',
    needed: 2,
    of: 'stations',
    within_m: 2000,
    within_s: 600,
    ...more,
  });

/** So far north of the first post. */
const north = (metres: number) => ({ latitude: 16 + metres / 111_195, longitude: 108 });

const alarm = (station: string, state: Alarm['state'], atS: number, more: Partial<Alarm> = {}): Alarm => ({
  station,
  parameter: 'smoke',
  limit: 'fire-smoke',
  state,
  level: 'warning',
  at: atS * 1000,
  value: state === 'raised' ? 1 : 0,
  threshold: state === 'raised' ? 1 : 0,
  ...more,
});

/** `station state` of what comes out. */
const said = (alarms: readonly Alarm[]) => alarms.map(({ station, state }) => `${station} ${state}`);

test('two posts within reach make one alarm, which names both and clears when one is left', () => {
  const steps = new CombineSteps(rule({ within_s: 0 }));
  expect(steps.step(alarm('post-1', 'raised', 10), north(0))).toEqual([]);
  const [composed, ...more] = steps.step(alarm('post-2', 'raised', 20), north(1990));
  expect(more).toEqual([]);
  expect(alarmSchema.parse(composed)).toEqual({
    station: 'post-2',
    parameter: 'fire_detection',
    limit: 'fire-corroborated',
    state: 'raised',
    level: 'critical',
    at: 20_000,
    value: 2,
    threshold: 2,
    because: [
      { station: 'post-2', parameter: 'smoke', at: 20_000, value: 1, threshold: 1 },
      { station: 'post-1', parameter: 'smoke', at: 10_000, value: 1, threshold: 1 },
    ],
  });
  expect(said(steps.step(alarm('post-3', 'raised', 30), north(1000)))).toEqual([]);
  expect(said(steps.step(alarm('post-3', 'cleared', 40), north(1000)))).toEqual(['post-3 cleared']);
  expect(said(steps.step(alarm('post-1', 'cleared', 50), north(0)))).toEqual([
    'post-2 cleared',
    'post-1 cleared',
  ]);
  expect(steps.raised).toBe(0);
});

test.each([
  ['too far away', { place: north(2010) }],
  ['of no known place', { place: null }],
])('a second post that is %s is no second one', (_title, { place }) => {
  const steps = new CombineSteps(rule());
  steps.step(alarm('post-1', 'raised', 10), north(0));
  expect(steps.step(alarm('post-2', 'raised', 20), place)).toEqual([]);
});

test('an alarm counts for a while after it has cleared, and no longer', () => {
  const steps = new CombineSteps(rule());
  steps.step(alarm('post-1', 'raised', 0), north(0));
  steps.step(alarm('post-1', 'cleared', 100), north(0));
  expect(said(steps.step(alarm('post-2', 'raised', 700), north(500)))).toEqual(['post-2 raised']);
  const late = new CombineSteps(rule());
  late.step(alarm('post-1', 'raised', 0), north(0));
  late.step(alarm('post-1', 'cleared', 100), north(0));
  expect(late.step(alarm('post-2', 'raised', 701), north(500))).toEqual([]);
});

test('a post whose first word is that all is well does not count, however short ago it said so', () => {
  const steps = new CombineSteps(rule());
  steps.step(alarm('post-1', 'cleared', 0), north(0));
  expect(said(steps.step(alarm('post-2', 'raised', 10), north(500)))).toEqual([]);
});

test('time alone clears what stood on an alarm that had cleared', () => {
  const steps = new CombineSteps(rule());
  steps.step(alarm('post-1', 'raised', 0), north(0));
  steps.step(alarm('post-2', 'raised', 10), north(500));
  steps.step(alarm('post-1', 'cleared', 100), north(0));
  expect(steps.tick(700_000)).toEqual([]);
  expect(steps.raised).toBe(1);
  expect(said(steps.tick(700_001))).toEqual(['post-2 cleared']);
  expect(steps.tick(700_002)).toEqual([]);
});

test('two of three parameters at each station for itself', () => {
  const steps = new CombineSteps(rule({ of: 'parameters', within_m: 0, within_s: 0 }));
  steps.step(alarm('post-1', 'raised', 1), north(0));
  expect(steps.step(alarm('post-1', 'raised', 2, { limit: 'fire-smoke-thick' }), north(0))).toEqual([]);
  expect(steps.step(alarm('post-2', 'raised', 2, { parameter: 'co' }), north(0))).toEqual([]);
  expect(said(steps.step(alarm('post-1', 'raised', 3, { parameter: 'co' }), north(0)))).toEqual([
    'post-1 raised',
  ]);
});

test('limits count by their name, and a measured parameter gives its own value', () => {
  const steps = new CombineSteps(rule({ of: 'limits', within_m: 0, parameter: 'smoke' }));
  steps.step(alarm('post-1', 'raised', 1), null);
  const [composed] = steps.step(
    alarm('post-1', 'raised', 2, { parameter: 'co', limit: 'fire-co', value: 7000, threshold: 5000 }),
    null,
  );
  expect(composed).toMatchObject({ parameter: 'smoke', value: 1, threshold: 1 });
});

test('when a fire that held two posts together is over, those that still see each other are one of their own', () => {
  const steps = new CombineSteps(rule({ within_s: 0 }));
  steps.step(alarm('post-1', 'raised', 1), north(0));
  expect(said(steps.step(alarm('post-2', 'raised', 2), north(1500)))).toEqual(['post-2 raised']);
  // Within reach of post-2, where the alarm stands; post-4 is within reach of post-3 alone.
  expect(steps.step(alarm('post-3', 'raised', 3), north(3000))).toEqual([]);
  expect(said(steps.step(alarm('post-4', 'raised', 4), north(4500)))).toEqual(['post-4 raised']);
});

test('what is first heard of a station is told as cleared, so that nothing from before a start stays raised', () => {
  const steps = new CombineSteps(rule());
  expect(said(steps.step(alarm('post-1', 'cleared', 1), north(0)))).toEqual(['post-1 cleared']);
  expect(steps.step(alarm('post-1', 'cleared', 2), north(0))).toEqual([]);
});

test('late, historical and own alarms change nothing', () => {
  const steps = new CombineSteps(rule());
  steps.step(alarm('post-1', 'raised', 10), north(0));
  expect(steps.step(alarm('post-1', 'cleared', 9), north(0))).toEqual([]);
  expect(steps.step(alarm('post-2', 'raised', 11, { historical: true }), north(1))).toEqual([]);
  const own = { parameter: 'fire_detection', limit: 'fire-corroborated' } as const;
  expect(steps.step(alarm('post-2', 'raised', 11, own), north(1))).toEqual([]);
  expect(said(steps.step(alarm('post-2', 'raised', 12), north(1)))).toEqual(['post-2 raised']);
});

test('kept as JSON and restored, it neither repeats nor forgets', () => {
  const before = new CombineSteps(rule());
  before.step(alarm('post-1', 'raised', 10), north(0));
  before.step(alarm('post-2', 'raised', 20), north(500));
  before.step(alarm('post-9', 'raised', 20), north(90_000));
  const after = new CombineSteps(rule());
  after.restore(combineStateSchema.parse(JSON.parse(JSON.stringify(before.state()))));
  expect(after.raised).toBe(1);
  expect(after.step(alarm('post-1', 'raised', 30), north(0))).toEqual([]);
  expect(said(after.step(alarm('post-8', 'raised', 30), north(90_100)))).toEqual(['post-8 raised']);
});

/** One sign suspects, two are critical, of whatever limit. */
const growing = (more: object = {}) =>
  rule({ name: 'fire', level: 'warning', needed: 1, critical_from: 2, of: 'limits', within_m: 0, ...more });
const sign = (limit: string, state: Alarm['state'], atS: number) => alarm('post-1', state, atS, { limit });

test('one alarm grows: any sign is a warning, a second one makes it critical, and it ends when none counts', () => {
  const steps = new CombineSteps(growing({ within_s: 300 }));
  const words = (alarms: readonly Alarm[]) =>
    alarms.map(({ state, level, at }) => `${state} ${level} ${at / 1000}`);
  expect(steps.step(sign('co', 'raised', 10), null)).toMatchObject([
    { limit: 'fire', state: 'raised', level: 'warning', value: 1, threshold: 1 },
  ]);
  expect(steps.step(sign('co', 'raised', 11), null)).toEqual([]);
  expect(steps.step(sign('smoke', 'raised', 20), null)).toMatchObject([
    { limit: 'fire', state: 'raised', level: 'critical', value: 2, threshold: 2 },
  ]);
  expect(words(steps.step(sign('heat', 'raised', 25), null))).toEqual([]);
  // It does not grow smaller while a sign is left.
  expect(words(steps.step(sign('smoke', 'cleared', 30), null))).toEqual([]);
  expect(words(steps.step(sign('heat', 'cleared', 31), null))).toEqual([]);
  expect(words(steps.tick(400_000))).toEqual([]);
  expect(words(steps.step(sign('co', 'cleared', 500), null))).toEqual([]);
  expect(words(steps.tick(800_000))).toEqual([]);
  expect(words(steps.tick(801_000))).toEqual(['cleared critical 801']);
  expect(words(steps.step(sign('co', 'raised', 900), null))).toEqual(['raised warning 900']);
});

test('what grows at the same moment, or by an older reading, is told as later, so that the gateway takes it', () => {
  const steps = new CombineSteps(growing({ within_s: 0 }));
  const ats = [sign('co', 'raised', 10), sign('smoke', 'raised', 10), sign('co', 'cleared', 11)].flatMap(
    (input) => steps.step(input, null).map(({ level, at }) => [level, at]),
  );
  expect(ats).toEqual([
    ['warning', 10_000],
    ['critical', 10_001],
  ]);
  expect(steps.step(sign('smoke', 'cleared', 10.0005), null)).toMatchObject([
    { state: 'cleared', at: 10_002 },
  ]);
});

test('what has grown is not told again after a restart, and still grows', () => {
  const again = (before: CombineSteps) => {
    const after = new CombineSteps(growing());
    after.restore(combineStateSchema.parse(JSON.parse(JSON.stringify(before.state()))));
    return after;
  };
  const warned = new CombineSteps(growing());
  warned.step(sign('co', 'raised', 10), null);
  const grown = again(warned);
  expect(grown.step(sign('smoke', 'raised', 20), null)).toMatchObject([{ level: 'critical' }]);
  expect(again(grown).step(sign('heat', 'raised', 30), null)).toEqual([]);
});

test('what it remembers has a bound', () => {
  const steps = new CombineSteps(rule(), 3);
  for (let post = 0; post < 10; post++) steps.step(alarm(`post-${post}`, 'raised', post), null);
  expect(steps.state().inputs).toHaveLength(3);
});

test.each([
  [{ needed: 0 }, 'needed'],
  [{ needed: 21 }, 'needed'],
  [{ critical_from: 2, level: 'warning' }, 'critical_from'],
  [{ critical_from: 3 }, 'critical_from'],
  [{ critical_from: 21, level: 'warning' }, 'critical_from'],
  [{ of: 'stations', within_m: 0 }, 'within_m'],
  [{ within_s: -1 }, 'within_s'],
  [{ name: 'Cháy' }, 'name'],
  [{ parameter: 'dragon' }, 'parameter'],
])('a wrong rule is refused by name: %o', (wrong, field) => {
  const result = combineSchema.safeParse({ ...rule(), ...wrong });
  expect(result.error?.issues[0]?.path).toEqual([field]);
});
