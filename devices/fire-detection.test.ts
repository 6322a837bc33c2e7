import { expect, test } from 'vitest';
import { fireAlarm, fireReading, fireView, sirenNews } from './fire/report.ts';
import { fireSettingsSchema } from './fire/settings.ts';
import {
  type FireSensor,
  type FireState,
  fireAfterClockStep,
  fireEvidence,
  firePost,
  fireStateSchema,
  initialFireState,
  stepFire,
} from './fire-detection.ts';
import type { ParameterId } from './parameter.ts';
import { FLAG, type Flag } from './quality.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Noon in Vietnam. */
const NOON = Date.UTC(2026, 3, 20, 5);

const settings = fireSettingsSchema.parse({});

/** A post whose sensors are read every ten seconds, in whose six days before everything was as usual. */
function postWith(sensors: readonly ParameterId[], { gauge = null as FireSensor | null, days = 6 } = {}) {
  const post = firePost(
    settings,
    sensors.map((parameter) => ({ parameter, periodS: 10 })),
    gauge,
  );
  let state: FireState = initialFireState;
  const usual: Partial<Record<ParameterId, number>> = {
    pm2_5: 20,
    co: 300,
    air_temperature: 30,
    smoke: 0,
    flame: 0,
  };
  const read = (at: number, parameter: ParameterId, value: number | null, flag: Flag = FLAG.good) => {
    state = stepFire(post, state, { station: 'post', parameter, at, value, flag, reason: null });
    return state.level;
  };
  for (let day = days; day >= 1; day--)
    for (let at = NOON - day * DAY - HOUR; at < NOON - day * DAY + 3 * HOUR; at += 10 * MINUTE)
      for (const parameter of sensors) read(at, parameter, usual[parameter] ?? 0);
  state = { ...fireAfterClockStep(state), level: 0 };
  return {
    post,
    read,
    /** All sensors, every ten seconds up to but not at `to`. */
    run(from: number, to: number, values: Partial<Record<ParameterId, number | null>> = {}) {
      for (let at = from; at < to; at += 10_000)
        for (const parameter of sensors)
          if (values[parameter] !== null) read(at, parameter, values[parameter] ?? usual[parameter] ?? 0);
    },
    state: () => state,
    level: () => state.level,
    view: (at: number) => fireView(post, state, at),
    alarm: (at: number) => fireAlarm(post, 'post', state, at),
    reading: (at: number) => fireReading(post, 'post', state, at),
    evidence: (at: number) => fireEvidence(settings, state, at),
    restore: () => {
      state = fireStateSchema.parse(JSON.parse(JSON.stringify(state)));
    },
  };
}

test('smoke is 2 of 3 samples above the baseline by the greater of 100 µg/m³ and four deviations', () => {
  const post = postWith(['pm2_5']);
  expect(post.read(NOON, 'pm2_5', 119.9)).toBe(0);
  expect(post.read(NOON + 10_000, 'pm2_5', 121)).toBe(0);
  expect(post.read(NOON + 20_000, 'pm2_5', 60)).toBe(0);
  expect(post.read(NOON + 30_000, 'pm2_5', 121)).toBe(1);
  expect(post.alarm(NOON + 30_000)).toEqual({
    station: 'post',
    parameter: 'fire_detection',
    limit: 'fire',
    state: 'raised',
    level: 'warning',
    at: NOON + 30_000,
    value: 1,
    threshold: 1,
    because: [{ station: 'post', parameter: 'pm2_5', at: NOON + 30_000, value: 121, threshold: 120 }],
  });
});

test('5 ppm of carbon monoxide above the baseline is a signal, 4.9 are none', () => {
  const calm = postWith(['co']);
  calm.run(NOON, NOON + MINUTE, { co: 300 + 5613 });
  expect(calm.level()).toBe(0);
  const post = postWith(['co']);
  post.run(NOON, NOON + MINUTE, { co: 300 + 5728 });
  expect(post.level()).toBe(1);
});

test('8 °C within ten minutes is a signal, so are 12 °C above the baseline however slowly they come', () => {
  const fast = postWith(['air_temperature']);
  fast.run(NOON, NOON + 5 * MINUTE);
  fast.read(NOON + 5 * MINUTE, 'air_temperature', 37.9);
  expect(fast.level()).toBe(0);
  fast.read(NOON + 6 * MINUTE, 'air_temperature', 38.1);
  expect(fast.level()).toBe(1);
  expect(fast.evidence(NOON + 6 * MINUTE)).toMatchObject([{ value: 38.1, threshold: 38 }]);

  const slow = postWith(['air_temperature']);
  const levels = [31, 33, 35, 37, 39, 41, 42.1].map((value, index) =>
    slow.read(NOON + index * 15 * MINUTE, 'air_temperature', value),
  );
  expect(levels).toEqual([0, 0, 0, 0, 0, 0, 1]);
});

test('flame is an alarm when its contact is closed for 5 s in two polls, not in one', () => {
  const post = postWith(['flame']);
  expect(post.read(NOON, 'flame', 1)).toBe(0);
  expect(post.read(NOON + 4000, 'flame', 1)).toBe(0);
  expect(post.read(NOON + 4500, 'flame', 0)).toBe(0);
  expect(post.read(NOON + 10_000, 'flame', 1)).toBe(0);
  expect(post.read(NOON + 15_000, 'flame', 1)).toBe(2);
  expect(post.alarm(NOON + 15_000)).toMatchObject({ limit: 'fire', state: 'raised', level: 'critical' });
});

test('two signals within five minutes are an alarm, six minutes apart they are not, and two of one kind are one', () => {
  const far = postWith(['smoke', 'co']);
  far.run(NOON, NOON + MINUTE, { smoke: 1 });
  far.run(NOON + MINUTE, NOON + 7 * MINUTE);
  far.run(NOON + 7 * MINUTE, NOON + 8 * MINUTE, { co: 9000 });
  expect(far.level()).toBe(1);

  const near = postWith(['smoke', 'co']);
  near.run(NOON, NOON + MINUTE, { smoke: 1 });
  near.run(NOON + MINUTE, NOON + 5 * MINUTE);
  near.run(NOON + 5 * MINUTE, NOON + 6 * MINUTE, { co: 9000 });
  expect(near.level()).toBe(2);
  const because = near.alarm(NOON + 5 * MINUTE + 10_000)?.because ?? [];
  expect(because.map(({ parameter }) => parameter)).toEqual(['smoke', 'co']);

  const one = postWith(['smoke', 'pm2_5']);
  one.run(NOON, NOON + MINUTE, { smoke: 1, pm2_5: 800 });
  expect(one.level()).toBe(1);
});

test('it is over when everything was below half of its trigger for 15 minutes', () => {
  const post = postWith(['pm2_5', 'co']);
  post.run(NOON, NOON + MINUTE, { pm2_5: 500, co: 9000 });
  expect(post.level()).toBe(2);
  // 60 above the baseline: below the trigger, above half of it.
  post.run(NOON + MINUTE, NOON + 30 * MINUTE, { pm2_5: 80 });
  expect(post.level()).toBe(2);
  post.run(NOON + 30 * MINUTE, NOON + 45 * MINUTE, { pm2_5: 69 });
  expect(post.level()).toBe(2);
  post.run(NOON + 45 * MINUTE, NOON + 46 * MINUTE, { pm2_5: 69 });
  expect(post.level()).toBe(0);
  expect(post.alarm(NOON + 46 * MINUTE)).toMatchObject({ limit: 'fire', state: 'cleared', value: 0 });
});

test('a sensor that died or failed never says that there is no fire', () => {
  const post = postWith(['smoke', 'co']);
  post.run(NOON, NOON + MINUTE, { smoke: 1, co: 9000 });
  expect(post.level()).toBe(2);
  for (let at = NOON + MINUTE; at < NOON + HOUR; at += 10_000) {
    post.read(at, 'smoke', 0);
    post.read(at, 'co', 0, FLAG.fail);
  }
  expect(post.level()).toBe(2);
  expect(post.view(NOON + HOUR).no_data).toEqual(['co']);
  post.run(NOON + HOUR, NOON + HOUR + 14 * MINUTE);
  expect(post.level()).toBe(2);
  post.run(NOON + HOUR + 14 * MINUTE, NOON + HOUR + 16 * MINUTE);
  expect(post.level()).toBe(0);
});

test('a sensor that died while it was calm does not let a fire of others be over', () => {
  const post = postWith(['smoke', 'co']);
  post.run(NOON, NOON + MINUTE);
  post.run(NOON + MINUTE, NOON + 2 * MINUTE, { smoke: 1, co: null });
  post.run(NOON + 2 * MINUTE, NOON + HOUR, { co: null });
  expect(post.level()).toBe(1);
});

test('a quiet post with a dead sensor shows that it has no data, not that there is no fire', () => {
  const post = postWith(['smoke', 'co']);
  post.run(NOON, NOON + 20 * MINUTE);
  expect(post.view(NOON + 20 * MINUTE)).toMatchObject({
    level: 0,
    no_data: [],
    text: { vi: 'không có cháy' },
  });
  post.run(NOON + 20 * MINUTE, NOON + 22 * MINUTE, { co: null });
  expect(post.view(NOON + 22 * MINUTE)).toMatchObject({
    level: null,
    no_data: ['co'],
    text: { vi: 'không có dữ liệu' },
  });
  // What lives still finds a fire.
  post.run(NOON + 22 * MINUTE, NOON + 23 * MINUTE, { smoke: 1, co: null });
  expect(post.view(NOON + 23 * MINUTE)).toMatchObject({ level: 1, no_data: ['co'] });
});

test('suspect readings count, for a fire is unusual; failed ones do not', () => {
  const suspect = postWith(['pm2_5']);
  for (let at = NOON; at < NOON + MINUTE; at += 10_000) suspect.read(at, 'pm2_5', 1500, FLAG.suspect);
  expect(suspect.level()).toBe(1);
  const failed = postWith(['pm2_5']);
  for (let at = NOON; at < NOON + MINUTE; at += 10_000) failed.read(at, 'pm2_5', 1500, FLAG.fail);
  expect(failed.level()).toBe(0);
});

test('while it learns what is normal contacts work, the other signals are off and it says so', () => {
  const post = postWith(['smoke', 'pm2_5'], { days: 4 });
  post.run(NOON, NOON + MINUTE, { pm2_5: 1500 });
  expect(post.level()).toBe(0);
  expect(post.view(NOON + MINUTE).learning).toEqual(['pm2_5']);
  post.run(NOON + MINUTE, NOON + 2 * MINUTE, { smoke: 1 });
  expect(post.level()).toBe(1);
});

test('after more than a millimetre of rain in an hour one post alone suspects and does not alarm', () => {
  const gauge: FireSensor = { parameter: 'rain_total', periodS: 10 };
  const wet = postWith(['smoke', 'co'], { gauge });
  wet.read(NOON, 'rain_total', 100);
  wet.read(NOON + 30 * MINUTE, 'rain_total', 101.2);
  wet.run(NOON + 40 * MINUTE, NOON + 41 * MINUTE, { smoke: 1, co: 9000 });
  expect(wet.level()).toBe(1);
  expect(wet.view(NOON + 41 * MINUTE).rain).toBe(true);
  // It still burns when the rain is more than an hour ago.
  wet.run(NOON + 41 * MINUTE, NOON + 100 * MINUTE, { smoke: 1, co: 9000 });
  expect(wet.level()).toBe(2);

  const dry = postWith(['smoke', 'co'], { gauge });
  dry.read(NOON, 'rain_total', 100);
  dry.read(NOON + 30 * MINUTE, 'rain_total', 101);
  dry.run(NOON + 40 * MINUTE, NOON + 41 * MINUTE, { smoke: 1, co: 9000 });
  expect(dry.level()).toBe(2);
});

test('rain by its intensity counts for the time in which it was read, and doubtful rain not at all', () => {
  const gauge: FireSensor = { parameter: 'rain_rate', periodS: 60 };
  const level = (flag: Flag) => {
    const post = postWith(['smoke', 'co'], { gauge });
    for (let at = NOON; at <= NOON + 10 * MINUTE; at += MINUTE) post.read(at, 'rain_rate', 9, flag);
    post.run(NOON + 11 * MINUTE, NOON + 12 * MINUTE, { smoke: 1, co: 9000 });
    return post.level();
  };
  expect(level(FLAG.good)).toBe(1);
  expect(level(FLAG.suspect)).toBe(2);
});

test('the state goes through JSON and keeps its bound', () => {
  const post = postWith(['smoke', 'flame', 'pm2_5', 'co', 'air_temperature'], { days: 30 });
  post.run(NOON, NOON + 20 * MINUTE);
  const before = post.state();
  post.restore();
  expect(post.state()).toEqual(before);
  expect(JSON.stringify(before).length).toBeLessThan(200_000);
});

test('a siren hears a suspicion by its name, and of a fire that is found at once both names', () => {
  const names = (post: ReturnType<typeof postWith>, at: number) => {
    const alarm = post.alarm(at);
    return alarm && sirenNews(alarm).map(({ limit, state }) => `${limit} ${state}`);
  };
  const post = postWith(['smoke', 'flame']);
  post.run(NOON, NOON + MINUTE, { smoke: 1 });
  expect(names(post, NOON + MINUTE)).toEqual(['fire-suspected raised']);
  post.run(NOON + MINUTE, NOON + 2 * MINUTE, { flame: 1 });
  expect(names(post, NOON + 2 * MINUTE)).toEqual(['fire-suspected raised', 'fire raised']);
  post.run(NOON + 2 * MINUTE, NOON + 20 * MINUTE);
  expect(names(post, NOON + 20 * MINUTE)).toEqual(['fire-suspected cleared', 'fire cleared']);
});

test('its reading is the level, and absent with a reason when nobody can say it: never 0 for want of data', () => {
  const post = postWith(['smoke', 'co']);
  expect(post.reading(NOON)).toMatchObject({ value: null, flag: 9, reason: 'no data of smoke, co' });
  post.run(NOON, NOON + MINUTE);
  expect(post.reading(NOON + MINUTE)).toEqual({
    station: 'post',
    parameter: 'fire_detection',
    at: NOON + MINUTE,
    value: 0,
    flag: 1,
    reason: null,
  });
  post.run(NOON + MINUTE, NOON + 3 * MINUTE, { co: null });
  expect(post.reading(NOON + 3 * MINUTE)).toMatchObject({ value: null, flag: 9, reason: 'no data of co' });
  // A fire stands while one of its sensors tells, and not when all are dead.
  post.run(NOON + 3 * MINUTE, NOON + 4 * MINUTE, { smoke: 1, co: null });
  expect(post.reading(NOON + 4 * MINUTE)).toMatchObject({ value: 1, flag: 1 });
  expect(post.reading(NOON + 6 * MINUTE)).toMatchObject({ value: null, flag: 9 });

  const fresh = firePost(settings, [{ parameter: 'smoke', periodS: 10 }], null);
  const calm = {
    station: 'post',
    parameter: 'smoke',
    at: NOON,
    value: 0,
    flag: FLAG.good,
    reason: null,
  } as const;
  const undecided = stepFire(fresh, initialFireState, calm);
  expect(fireReading(fresh, 'post', undecided, NOON)).toMatchObject({
    value: null,
    reason: 'not decided yet',
  });
});

test.each([
  [{ needed: 4 }, '4 of 3 samples cannot be'],
  [{ baseline_days: 3 }, '5 days cannot be found in the last 3'],
])('settings that cannot be are refused: %o', (given, message) => {
  expect(fireSettingsSchema.safeParse(given).error?.issues[0]?.message).toBe(message);
});
