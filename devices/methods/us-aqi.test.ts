import { expect, test } from 'vitest';
import { converter, type UnitId } from '../unit.ts';
import { nowcast } from './nowcast.ts';
import { inTableUnit, US_AQI_POLLUTANTS, type UsAqiPollutant, usAqi, usAqiSubIndex } from './us-aqi.ts';

/** How the published table writes each pollutant: its unit and decimals, and from where to where it goes. */
const WRITTEN: Record<
  UsAqiPollutant,
  { unit: UnitId; gas?: string; step: number; first: number; end: number }
> = {
  pm2_5: { unit: 'ug/m3', step: 0.1, first: 0, end: 325.4 },
  pm10: { unit: 'ug/m3', step: 1, first: 0, end: 604 },
  o3_8h: { unit: 'ppb', gas: 'o3', step: 1, first: 0, end: 200 },
  o3_1h: { unit: 'ppb', gas: 'o3', step: 1, first: 125, end: 604 },
  co_8h: { unit: 'ppm', gas: 'co', step: 0.1, first: 0, end: 50.4 },
  so2: { unit: 'ppb', gas: 'so2', step: 1, first: 0, end: 1004 },
  no2: { unit: 'ppb', gas: 'no2', step: 1, first: 0, end: 2049 },
};

const inMicrograms = (pollutant: UsAqiPollutant, value: number): number => {
  const { unit, gas } = WRITTEN[pollutant];
  return converter(unit, 'ug/m3', gas)?.(value) ?? Number.NaN;
};

test.each<[UsAqiPollutant, number, number | null]>([
  ['pm2_5', 9.0, 50],
  ['pm2_5', 9.09, 50],
  ['pm2_5', 9.1, 51],
  ['pm2_5', 12.0, 56],
  ['pm2_5', 35.4, 100],
  ['pm2_5', 35.9, 102],
  ['pm2_5', 55.5, 151],
  ['pm2_5', 125.5, 201],
  ['pm2_5', 225.5, 301],
  ['pm2_5', 325.4, 500],
  ['pm10', 54.9, 50],
  ['pm10', 72, 59],
  ['pm10', 154, 100],
  ['pm10', 155, 101],
  ['pm10', 604, 500],
  ['o3_8h', 78, 126],
  ['o3_1h', 162, 147],
  ['co_8h', 8.4, 90],
  ['so2', 140, 130],
  ['no2', 110, 103],
  // The ends of the table.
  ['o3_8h', 201, null],
  ['o3_1h', 124, null],
  ['pm2_5', 900, 500],
  ['pm2_5', -1, null],
])('%s %d in the unit of the table gives %s', (pollutant, value, index) => {
  expect(usAqiSubIndex(pollutant, inMicrograms(pollutant, value))).toBe(index);
});

/** The table as it is published: at the ends of each range, in its own unit. */
const RANGES: Record<string, Partial<Record<UsAqiPollutant, [number, number]>>> = {
  '0 50': { pm2_5: [0, 9], pm10: [0, 54], o3_8h: [0, 54], co_8h: [0, 4.4], so2: [0, 35], no2: [0, 53] },
  '51 100': {
    pm2_5: [9.1, 35.4],
    pm10: [55, 154],
    o3_8h: [55, 70],
    co_8h: [4.5, 9.4],
    so2: [36, 75],
    no2: [54, 100],
  },
  '101 150': {
    pm2_5: [35.5, 55.4],
    pm10: [155, 254],
    o3_8h: [71, 85],
    o3_1h: [125, 164],
    co_8h: [9.5, 12.4],
    so2: [76, 185],
    no2: [101, 360],
  },
  '151 200': {
    pm2_5: [55.5, 125.4],
    pm10: [255, 354],
    o3_8h: [86, 105],
    o3_1h: [165, 204],
    co_8h: [12.5, 15.4],
    so2: [186, 304],
    no2: [361, 649],
  },
  '201 300': {
    pm2_5: [125.5, 225.4],
    pm10: [355, 424],
    o3_8h: [106, 200],
    o3_1h: [205, 404],
    co_8h: [15.5, 30.4],
    so2: [305, 604],
    no2: [650, 1249],
  },
  '301 500': {
    pm2_5: [225.5, 325.4],
    pm10: [425, 604],
    o3_1h: [405, 604],
    co_8h: [30.5, 50.4],
    so2: [605, 1004],
    no2: [1250, 2049],
  },
};

test.each(Object.entries(RANGES))('the ends of the ranges of %s', (indices, columns) => {
  for (const [pollutant, ends] of Object.entries(columns)) {
    const got = ends.map((value) =>
      usAqiSubIndex(pollutant as UsAqiPollutant, inMicrograms(pollutant as UsAqiPollutant, value)),
    );
    expect([pollutant, ...got].join(' ')).toBe(`${pollutant} ${indices}`);
  }
});

test('every step of the table comes back from µg/m³ as it is, and the index never falls', () => {
  for (const pollutant of US_AQI_POLLUTANTS) {
    const { step, first, end } = WRITTEN[pollutant];
    const steps = Array.from(
      { length: Math.round(end / step) + 1 },
      (_, i) => Math.round(i * step * 10) / 10,
    );
    expect(steps.map((value) => inTableUnit(pollutant, inMicrograms(pollutant, value)))).toEqual(steps);
    const indices = steps.map((value) => usAqiSubIndex(pollutant, inMicrograms(pollutant, value)));
    expect(indices.filter((index) => index === null)).toHaveLength(first / step);
    const present = indices.filter((index) => index !== null);
    expect(present).toEqual(present.toSorted((a, b) => a - b));
  }
});

test("the agency's NowCast is the same mean, cut to the table's decimals", () => {
  const n1 = [20.6, 19.6, 22.4, 20.3, 16.5, 19.0, 16.5, 19.5, 23.5, 20.5, 24.7, 26.9];
  const n3 = [100, 90, 80, 70, 60, 50, 40, 30, 25, 20, 20, 20];
  expect(inTableUnit('pm2_5', nowcast(n1) ?? Number.NaN)).toBe(20.2);
  expect(inTableUnit('pm2_5', nowcast(n3) ?? Number.NaN)).toBe(90.0);
});

test('the greatest sub-index counts and is named; no pollutant is a must', () => {
  expect(usAqi({ pm2_5: 35.9, pm10: 72 })).toMatchObject({
    aqi: 102,
    dominant: 'pm2_5',
    subIndices: { pm2_5: 102, pm10: 59 },
    category: { name: { en: 'Unhealthy for sensitive groups' }, colour: '#ff7e00' },
  });
  expect(usAqi({ no2: inMicrograms('no2', 110) })).toMatchObject({ aqi: 103, dominant: 'no2' });
  expect(usAqi({ o3_1h: inMicrograms('o3_1h', 100) })).toBeNull();
  expect(usAqi({})).toBeNull();
});
