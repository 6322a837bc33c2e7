/** Fire indices over the embedded store: the published vector of index P, as a station would have measured its days. */
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { createRig, type Rig } from './test-rig.ts';

const MINUTE = 60_000;
/** Midnight in Vietnam before the first day. */
const DAY_1 = Date.UTC(2026, 2, 1, 17, 0, 0);
/** t, rh, rain of the day, P, level by the research table. */
const DAYS = [
  [31, 55, 0, 625.4, 1],
  [33, 48, 0, 1486.9, 2],
  [34, 45, 0, 2479.7, 2],
  [35, 40, 2, 3658.4, 3],
  [36, 38, 0, 4982.3, 3],
  [30, 80, 12, 0, 1],
  [33, 50, 0, 828.4, 1],
  [35, 42, 0, 1967.8, 2],
] as const;
const PERIOD_MS = 10 * MINUTE;

const parameters = (['air_temperature', 'relative_humidity', 'wind_speed', 'rain_total'] as const).map(
  (id) => ({
    id: id as ParameterId,
    period_s: PERIOD_MS / 1000,
  }),
);
const ZONE = { name: 'bach-ma', stations: ['tram-thu'], table: 'research', rain_threshold_mm: 5 };
/** The day before the first one is known to have had rain. */
const KNOWN = { ...ZONE, known: { day: '2026-03-01', p: 0 } };

type Row = [ParameterId, number, number];

/** A day's weather stands still; its rain falls at 10:00, and the gauge's counter begins anew on the fifth day. */
function dayOfReadings(index: number): Row[] {
  const [t, rh, rain] = DAYS[index] ?? DAYS[0];
  const from = DAY_1 + index * DAY_MS;
  const before = DAYS.slice(index >= 4 ? 4 : 0, index).reduce(
    (sum, day) => sum + day[2],
    index >= 4 ? 0 : 10,
  );
  const rows: Row[] = [];
  for (let at = from; at < from + DAY_MS; at += PERIOD_MS) {
    rows.push(['air_temperature', at, t], ['relative_humidity', at, rh], ['wind_speed', at, 2.5]);
    rows.push(['rain_total', at, before + (at >= from + 10 * HOUR_MS ? rain : 0)]);
  }
  return rows;
}
const allDays = () => DAYS.flatMap((_, index) => dayOfReadings(index));
/** The day before, without rain, so that the first noon has its 24 hours. */
const dayBefore = () => dayOfReadings(0).map(([id, at, value]): Row => [id, at - DAY_MS, value]);
const at = (day: number, hour: number) => DAY_1 + day * DAY_MS + hour * HOUR_MS;
const pOf = (rig: Rig) =>
  DAYS.map((_, day) => Math.round((rig.value('fire_p_index', at(day, 13))?.value ?? -1) * 10) / 10);

test('index P and the level by the table and threshold of the zone; a counter that begins anew is no rain', async () => {
  await using rig = createRig({ kind: 'fire', parameters }, { fire_zones: [KNOWN] });
  await rig.take(...dayBefore(), ...allDays());
  rig.now = at(8, 0) + 2 * MINUTE;
  await rig.settle();
  expect(pOf(rig)).toEqual(DAYS.map(([, , , p]) => p));
  expect(DAYS.map((_, day) => rig.value('fire_level', at(day, 13))?.value)).toEqual(
    DAYS.map((day) => day[4]),
  );
  expect(rig.value('fire_level', at(3, 13))?.body).toMatchObject({
    method: 'fire-level/research',
    zone: 'bach-ma',
    inputs: [{ parameter: 'fire_p_index' }],
  });
  expect(rig.value('fire_p_index', at(3, 13))?.body).toMatchObject({
    method: 'fire-p-pham-ngoc-hung/5-mm',
    inputs: [
      { parameter: 'air_temperature', value: 35 },
      { parameter: 'relative_humidity', value: 40 },
      { parameter: 'rain_total', from: at(2, 13), at: at(3, 13), value: 2 },
    ],
  });
  expect(rig.value('angstrom_index', at(0, 13))?.value).toBeCloseTo(55 / 20 + (27 - 31) / 10, 9);
  // Nesterov begins on the sixth day, the first of more than 3 mm that it has seen.
  expect(rig.value('nesterov_index', at(4, 15))).toMatchObject({ value: null });
  expect(rig.value('nesterov_index', at(5, 15))?.value).toBe(0);
  expect(rig.value('nesterov_index', at(6, 15))?.value).toBeCloseTo(389.7, 1);
  expect(rig.value('nesterov_index', at(7, 15))?.value).toBeCloseTo(908.7, 1);
});

test('without a zone neither P nor level is published, and the reason is told', async () => {
  await using rig = createRig({ kind: 'fire', parameters });
  await rig.take(...dayBefore(), ...dayOfReadings(0));
  rig.now = at(1, 0) + 2 * MINUTE;
  await rig.settle();
  for (const parameter of ['fire_p_index', 'fire_level'] as const) {
    const value = rig.value(parameter, at(0, 13));
    expect(value).toMatchObject({ value: null, flag: 9 });
    expect(value?.body.note?.en).toContain('derive.fire_zones');
  }
});

test('each month may have a threshold of its own', async () => {
  const rain_threshold_mm = [5, 5, 12.1, 5, 5, 5, 5, 5, 5, 5, 5, 5];
  await using rig = createRig(
    { kind: 'fire', parameters },
    { fire_zones: [{ ...KNOWN, rain_threshold_mm }] },
  );
  await rig.take(...dayBefore(), ...allDays());
  rig.now = at(8, 0) + 2 * MINUTE;
  await rig.settle();
  // The 12 mm of the sixth day are too little in March.
  expect(rig.value('fire_p_index', at(5, 13))?.value).toBeGreaterThan(4982.3);
  expect(rig.value('fire_p_index', at(5, 13))?.body.method).toBe('fire-p-pham-ngoc-hung/12.1-mm');
});

test("a province's own table gives the level from the day on which it is valid", async () => {
  const own = {
    id: 'own',
    name: { vi: 'Riêng', en: 'Own' },
    source: 'decision',
    up_to: [600, 1000, 2000, 4000],
  };
  const settings = {
    fire_tables: [{ ...own, valid_from: '2026-03-04' }],
    fire_zones: [{ ...KNOWN, table: 'own' }],
  };
  await using rig = createRig({ kind: 'fire', parameters }, settings);
  await rig.take(...dayBefore(), ...allDays());
  rig.now = at(5, 0) + 2 * MINUTE;
  await rig.settle();
  const levels = [0, 1, 2, 3, 4].map((day) => rig.value('fire_level', at(day, 13)));
  expect(levels.map((level) => level?.value)).toEqual([null, null, 4, 4, 5]);
  expect(levels[1]?.body.note?.en).toContain('valid from 2026-03-04');
  expect(levels[2]?.body.method).toBe('fire-level/own');
  expect(pOf(rig).slice(0, 2)).toEqual([625.4, 1486.9]);
});

test('what the rangers know of the day before is enough to begin', async () => {
  await using rig = createRig({ kind: 'fire', parameters }, { fire_zones: [KNOWN] });
  await rig.take(...dayBefore().filter(([, time]) => time >= at(-1, 16)), ...dayOfReadings(0));
  rig.now = at(0, 14);
  await rig.settle();
  expect(pOf(rig)[0]).toBe(625.4);
});

test('P begins on the first day of enough rain', async () => {
  await using rig = createRig({ kind: 'fire', parameters }, { fire_zones: [ZONE] });
  await rig.take(...dayBefore(), ...allDays());
  rig.now = at(8, 0) + 2 * MINUTE;
  await rig.settle();
  expect(pOf(rig)).toEqual([-1, -1, -1, -1, -1, 0, 828.4, 1967.8]);
  expect(rig.value('fire_level', at(4, 13))?.body.note?.vi).toContain('ngày mưa đủ lớn đầu tiên');
});

test('the codes of the Canadian system go on from day to day, over a restart, an hour at a time', async () => {
  await using rig = createRig({ kind: 'weather', parameters, latitude: 16.05 });
  await rig.take(...dayBefore());
  for (let day = 0; day < 3; day++) {
    const rows = dayOfReadings(day);
    for (let hour = 0; hour < 24; hour++) {
      await rig.take(...rows.filter(([, time]) => time >= at(day, hour) && time < at(day, hour + 1)));
      rig.now = at(day, hour + 1) + 2 * MINUTE;
      await rig.settle();
      if (hour === 12) rig.restart();
    }
  }
  // 2.5 m/s are 9 km/h: the first line of the table for Đà Nẵng, a day earlier with the same weather.
  const first = (['ffmc', 'dmc', 'dc', 'bui', 'fwi'] as const).map((id) => rig.value(id, at(-1, 12)));
  expect(first.map((value) => value?.value ?? null)).toEqual([null, null, null, null, null]);
  expect(rig.value('ffmc', at(0, 12))?.value).toBeCloseTo(87.83, 2);
  expect(rig.value('dmc', at(0, 12))?.value).toBeCloseTo(8.43, 2);
  expect(rig.value('dc', at(0, 12))?.value).toBeCloseTo(21.78, 2);
  expect(rig.value('fwi', at(0, 12))?.value).toBeCloseTo(4.93, 2);
  expect(rig.value('dc', at(1, 12))?.value).toBeCloseTo(28.93, 2);
  expect(rig.value('dc', at(2, 12))?.value).toBeCloseTo(36.25, 2);
  expect(rig.value('fwi', at(2, 12))?.body).toMatchObject({ since: at(0, 0) });
});

test('a day that comes late changes all days after it', async () => {
  await using rig = createRig({ kind: 'fire', parameters }, { fire_zones: [KNOWN] });
  const missing = dayOfReadings(1).filter(([, time]) => time >= at(1, 12) && time < at(1, 14));
  await rig.take(
    ...dayBefore(),
    ...allDays().filter((row) => !missing.some(([id, time]) => id === row[0] && time === row[1])),
  );
  rig.now = at(5, 0) + 2 * MINUTE;
  await rig.settle();
  // One measured day before: too few to estimate from, so that there is nothing until it rains.
  expect(rig.value('fire_p_index', at(1, 13))).toMatchObject({ value: null });
  expect(rig.value('fire_p_index', at(4, 13))).toMatchObject({ value: null });
  const told = rig.live.length;
  await rig.take(...missing);
  rig.now += MINUTE;
  await rig.settle();
  expect(pOf(rig).slice(0, 5)).toEqual(DAYS.slice(0, 5).map(([, , , p]) => p));
  expect(rig.live.length).toBe(told);
});
