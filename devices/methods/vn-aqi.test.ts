/** Vectors of Decision 1459/QD-TCMT: `printed` are its own examples, the others are worked out from its formula and table. */
import { expect, test } from 'vitest';
import { dayStart, HOUR_MS } from '../local-time.ts';
import { publishedIndex } from './aqi.ts';
import { hoursUpTo, meanOf } from './means.ts';
import { nowcast } from './nowcast.ts';
import { AQI_CATEGORIES, AQI_POLLUTANTS, type AqiPollutant, aqiSubIndex, vnAqi } from './vn-aqi.ts';

/** Concentration in µg/m³, unrounded sub-index, published one where rounding shows. */
const VECTORS: Record<AqiPollutant, [number, number | null, number?][]> = {
  pm2_5: [
    [12.5, 25],
    [20.3, 40.6, 41], // printed
    [25, 50],
    [25.1, 50.2, 50],
    [35.4, 70.8, 71],
    [50, 100],
    [55.7, 109.5, 110], // printed
    [80, 150],
    [115, 175],
    [150, 200],
    [200, 250],
    [350, 400],
    [499.9, 499.93, 500],
    [700, 500],
  ],
  pm10: [
    [25, 25],
    [50, 50],
    [100, 75],
    [150, 100],
    [200, 125],
    [350, 200],
    [420, 300],
    [600, 500],
  ],
  o3_1h: [
    [114.6, 35.81, 36], // printed
    [136.1, 42.53, 43], // printed
    [160, 50],
    [180, 75],
    [250, 125],
    [600, 250],
    [1200, 500],
  ],
  o3_8h: [
    [89.3, 44.65, 45], // printed
    [100, 50],
    [110, 75],
    [120, 100],
    [170, 150],
    [210, 200],
    [400, 300],
    [401, null],
  ],
  co: [
    [5000, 25],
    [10_000, 50],
    [20_000, 75],
    [30_000, 100],
    [45_000, 150],
    [150_000, 500],
  ],
  so2: [
    [62.5, 25],
    [125, 50],
    [200, 66.67, 67],
    [350, 100],
    [2630, 500],
  ],
  no2: [
    [100, 50],
    [118.7, 59.35, 59], // printed as 60, against its own formula
    [130.8, 65.4, 65], // printed
    [200, 100],
    [450, 125],
    [3850, 500],
  ],
};

const vectors = AQI_POLLUTANTS.flatMap((pollutant) =>
  VECTORS[pollutant].map(([ug_m3, index, published]) => ({ pollutant, ug_m3, index, published })),
);

test.each(vectors)('$pollutant $ug_m3 µg/m³ gives $index', ({ pollutant, ug_m3, index, published }) => {
  const got = aqiSubIndex(pollutant, ug_m3);
  if (index === null || got === null) {
    expect(got).toBe(index);
    return;
  }
  expect(got).toBeCloseTo(index, 2);
  expect(publishedIndex(got)).toBe(published ?? index);
});

const TABLE_OF_THE_DECISION: [number, Partial<Record<AqiPollutant, number>>][] = [
  [0, { o3_1h: 0, o3_8h: 0, co: 0, so2: 0, no2: 0, pm10: 0, pm2_5: 0 }],
  [50, { o3_1h: 160, o3_8h: 100, co: 10_000, so2: 125, no2: 100, pm10: 50, pm2_5: 25 }],
  [100, { o3_1h: 200, o3_8h: 120, co: 30_000, so2: 350, no2: 200, pm10: 150, pm2_5: 50 }],
  [150, { o3_1h: 300, o3_8h: 170, co: 45_000, so2: 550, no2: 700, pm10: 250, pm2_5: 80 }],
  [200, { o3_1h: 400, o3_8h: 210, co: 60_000, so2: 800, no2: 1200, pm10: 350, pm2_5: 150 }],
  [300, { o3_1h: 800, o3_8h: 400, co: 90_000, so2: 1600, no2: 2350, pm10: 420, pm2_5: 250 }],
  [400, { o3_1h: 1000, co: 120_000, so2: 2100, no2: 3100, pm10: 500, pm2_5: 350 }],
  [500, { o3_1h: 1200, co: 150_000, so2: 2630, no2: 3850, pm10: 600, pm2_5: 500 }],
];

test.each(TABLE_OF_THE_DECISION)('every breakpoint of index %i', (index, breakpoints) => {
  for (const [pollutant, ug_m3] of Object.entries(breakpoints)) {
    expect([pollutant, aqiSubIndex(pollutant as AqiPollutant, ug_m3)]).toEqual([pollutant, index]);
  }
});

test('the sub-index never falls while the concentration rises', () => {
  for (const pollutant of AQI_POLLUTANTS) {
    const end = pollutant === 'o3_8h' ? 400 : 1.1 * (VECTORS[pollutant].at(-1)?.[0] ?? 0);
    const indices = Array.from({ length: 1001 }, (_, i) => aqiSubIndex(pollutant, (end * i) / 1000));
    expect(indices).toEqual(indices.toSorted((a, b) => (a ?? Number.NaN) - (b ?? Number.NaN)));
    expect(indices).not.toContain(null);
  }
});

test('there is no jump at a breakpoint', () => {
  for (const [index, breakpoints] of TABLE_OF_THE_DECISION) {
    for (const [pollutant, ug_m3] of Object.entries(breakpoints) as [AqiPollutant, number][]) {
      if (ug_m3 > 0) expect(aqiSubIndex(pollutant, ug_m3 - 1e-6)).toBeCloseTo(index, 5);
      const above = aqiSubIndex(pollutant, ug_m3 + 1e-6);
      if (pollutant === 'o3_8h' && ug_m3 === 400) expect(above).toBeNull();
      else expect(above).toBeCloseTo(index, 5);
    }
  }
});

test('half an index is rounded up, also where floating point is a little below it', () => {
  expect(aqiSubIndex('pm2_5', 64.1)).toBeLessThan(123.5);
  expect(publishedIndex(aqiSubIndex('pm2_5', 64.1) ?? 0)).toBe(124);
});

test('what is no concentration has no sub-index', () => {
  expect(aqiSubIndex('pm2_5', -0.1)).toBeNull();
  expect(aqiSubIndex('pm2_5', Number.NaN)).toBeNull();
});

test('the hour of the example: NowCast of dust, one-hour means of gases', () => {
  const dust = [20.6, 19.6, 22.4, 20.3, 16.5, 19.0, 16.5, 19.5, 23.5, 20.5, 24.7, 26.9];
  const index = vnAqi({ pm2_5: nowcast(dust) ?? Number.NaN, o3_1h: 136.1, no2: 118.7 });
  expect(index).toMatchObject({ aqi: 59, dominant: 'no2', subIndices: { pm2_5: 41, o3_1h: 43, no2: 59 } });
  expect(index?.category.name.vi).toBe('Trung bình');
});

test('the day of the example', () => {
  const index = vnAqi({ o3_8h: 89.3, o3_1h: 114.6, no2: 130.8, pm2_5: 55.7 });
  expect(index).toMatchObject({
    aqi: 110,
    dominant: 'pm2_5',
    subIndices: { o3_8h: 45, o3_1h: 36, no2: 65, pm2_5: 110 },
  });
  expect(index?.category.name).toEqual({ vi: 'Kém', en: 'Poor' });
});

/** One-hour means of ozone in the decision, 18:00 of the day before to 24:00. */
const OZONE = [
  15.7, 14.2, 17.7, 18.9, 19.3, 15.7, 19.7, 22.6, 27.1, 29.0, 31.9, 25.3, 34.7, 35.2, 41.6, 45.7, 49.2, 55.8,
  69.6, 78.3, 91.5, 97.7, 81.2, 71.8, 43.5, 34.3, 21.5, 20.5, 19.4, 20.4, 21.3,
];
/** Its 8-hour means, 01:00 to 24:00. */
const OZONE_8H = [
  18.0, 19.4, 21.2, 23.0, 23.8, 25.8, 28.2, 30.9, 33.8, 36.6, 39.9, 44.6, 51.3, 58.4, 66.2, 71.1, 74.4, 73.7,
  71.0, 65.0, 57.8, 48.7, 39.1, 31.6,
];

test('the 8-hour means of ozone of the example, each labelled with its last hour', () => {
  const midnight = dayStart(Date.UTC(2019, 10, 12));
  const hourly = new Map(OZONE.map((mean, i) => [midnight + (i - 6) * HOUR_MS, mean]));
  const means = OZONE_8H.map((_, i) => ({
    hour: i + 1,
    mean: meanOf(hoursUpTo(hourly, midnight + (i + 1) * HOUR_MS, 8), 8)?.mean ?? Number.NaN,
  }));
  // To the printed decimal; 21.25 is printed as 21.2.
  for (const [i, { mean }] of means.entries()) {
    expect(Math.abs(mean - (OZONE_8H[i] ?? Number.NaN))).toBeLessThan(0.0501);
  }
  const highest = means.reduce((top, next) => (next.mean > top.mean ? next : top));
  expect(highest.hour).toBe(17);
  expect(highest.mean).toBeCloseTo(74.3875, 9);
});

test('of the two ozone means the greater sub-index counts; a high 8-hour mean leaves it to the hour', () => {
  expect(vnAqi({ pm10: 10, o3_1h: 190, o3_8h: 110 })).toMatchObject({ aqi: 88, dominant: 'o3_1h' });
  expect(vnAqi({ pm10: 10, o3_1h: 150, o3_8h: 110 })).toMatchObject({ aqi: 75, dominant: 'o3_8h' });
  const above = vnAqi({ pm10: 10, o3_1h: 500, o3_8h: 401 });
  expect(above).toMatchObject({ aqi: 225, dominant: 'o3_1h' });
  expect(above?.subIndices).not.toHaveProperty('o3_8h');
});

test('without PM10 and PM2.5 there is no index, with one of them there is', () => {
  const gases = { so2: 400, co: 1000, no2: 50, o3_1h: 100 };
  expect(vnAqi(gases)).toBeNull();
  expect(vnAqi({ ...gases, pm2_5: Number.NaN })).toBeNull();
  expect(vnAqi({ ...gases, pm10: 0 })?.dominant).toBe('so2');
  expect(vnAqi({ ...gases, pm2_5: 0 })?.dominant).toBe('so2');
  expect(vnAqi({})).toBeNull();
});

test('each index has the category of the decision', () => {
  const nameOf = (pm2_5: number) => vnAqi({ pm2_5 })?.category.name.vi;
  // 25.2 is 50.4 and is published as 50; 25.3 is 50.6 and is 51.
  expect([0, 25.2, 25.3, 50, 51, 80, 81, 150, 151, 250, 251, 9999].map(nameOf)).toEqual([
    'Tốt',
    'Tốt',
    'Trung bình',
    'Trung bình',
    'Kém',
    'Kém',
    'Xấu',
    'Xấu',
    'Rất xấu',
    'Rất xấu',
    'Nguy hại',
    'Nguy hại',
  ]);
  expect(AQI_CATEGORIES.map(({ upTo, colour }) => [upTo, colour])).toEqual([
    [50, '#00e400'],
    [100, '#ffff00'],
    [150, '#ff7e00'],
    [200, '#ff0000'],
    [300, '#8f3f97'],
    [500, '#7e0023'],
  ]);
});
