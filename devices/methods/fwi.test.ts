import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dailyFfmc, fineFuelMoisture, hourlyFfmc } from './ffmc.ts';
import { FWI_START, type Fwi, type FwiNoon, type FwiState, stepFwi } from './fwi.ts';

const CODES = ['ffmc', 'dmc', 'dc', 'isi', 'bui', 'fwi', 'dsr'] as const;

/** The codes of each day of a series. */
function season(noons: readonly FwiNoon[], start: FwiState = FWI_START): Fwi[] {
  let state = start;
  return noons.map((noon) => {
    const day = stepFwi(state, noon);
    state = day;
    return day;
  });
}

test('the published season of cffdrs, every value within its rounding', () => {
  // Source, licence and tolerance: the README beside the file.
  const file = join(import.meta.dirname, '../../test/reference/fwi-daily-standard-start.csv');
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const columns = header.split(',');
  const rows = lines.map((line) => {
    const cells = line.split(',').map(Number);
    return (column: string): number => cells[columns.indexOf(column)] ?? Number.NaN;
  });
  expect(rows).toHaveLength(48);

  const days = season(
    rows.map((of) => ({
      t: of('TEMP'),
      rh: of('RH'),
      wind_kmh: of('WS'),
      rain_mm: of('PREC'),
      month: of('MON'),
      latitude: of('LAT'),
    })),
  );
  const wrong = rows.flatMap((of, i) =>
    CODES.filter((code) => {
      const published = of(code.toUpperCase());
      const error = Math.abs((days[i]?.[code] ?? Number.NaN) - published);
      return !(error <= Math.max(1e-9, 1e-3 * Math.abs(published)));
    }).map((code) => `row ${i + 1} ${code}: ${days[i]?.[code]}, published ${of(code.toUpperCase())}`),
  );
  expect(wrong).toEqual([]);
});

test('what lies between the first two published days', () => {
  const april = { month: 4, latitude: 40 };
  const [first, second] = season([
    { t: 17, rh: 42, wind_kmh: 25, rain_mm: 0, ...april },
    { t: 20, rh: 21, wind_kmh: 25, rain_mm: 2.4, ...april },
  ]);
  expect(fineFuelMoisture(FWI_START.ffmc)).toBeCloseTo(16.30751, 5);
  expect(fineFuelMoisture(first?.ffmc ?? Number.NaN)).toBeCloseTo(13.36225, 5);
  expect(fineFuelMoisture(second?.ffmc ?? Number.NaN)).toBeCloseTo(14.95922, 5);
  expect(second?.dmc).toBeCloseTo(6.36076 + 4.0411, 5);
});

describe('Vietnamese latitudes, March', () => {
  const WEATHER = [
    [31, 55, 9, 0],
    [33, 48, 12, 0],
    [34, 45, 15, 0],
    [35, 40, 18, 2.0],
    [36, 38, 20, 0],
    [30, 80, 8, 12.0],
    [33, 50, 10, 0],
    [35, 42, 16, 0],
  ] as const;
  const at = (latitude: number): Fwi[] =>
    season(WEATHER.map(([t, rh, wind_kmh, rain_mm]) => ({ t, rh, wind_kmh, rain_mm, month: 3, latitude })));
  const rounded = (days: readonly Fwi[], codes: readonly (keyof Fwi)[]): number[][] =>
    days.map((day) => codes.map((code) => Number(day[code].toFixed(2))));

  test('Hà Nội, 21.03° N', () => {
    expect(rounded(at(21.03), ['ffmc', 'dmc', 'dc', 'isi', 'bui', 'fwi'])).toEqual([
      [87.83, 8.43, 20.28, 4.94, 8.42, 4.88],
      [89.68, 11.42, 25.93, 7.49, 11.38, 8.42],
      [90.52, 14.68, 31.75, 9.82, 14.61, 11.91],
      [89.68, 16.31, 37.76, 10.13, 16.27, 12.86],
      [92.13, 20.19, 43.94, 15.9, 20.12, 19.95],
      [54.54, 10.47, 30.39, 0.4, 11.25, 0.26],
      [85.0, 13.34, 36.04, 3.48, 13.86, 4.52],
      [90.94, 16.87, 42.04, 10.98, 16.87, 13.92],
    ]);
  });

  test('Đà Nẵng, 16.05° N: the drought code grows faster', () => {
    expect(rounded(at(16.05), ['dc', 'bui', 'fwi'])).toEqual([
      [21.78, 8.57, 4.93],
      [28.93, 11.5, 8.46],
      [36.25, 14.67, 11.94],
      [43.76, 16.88, 13.09],
      [51.44, 20.38, 20.07],
      [39.05, 12.54, 0.27],
      [46.19, 15.5, 4.84],
      [53.7, 18.9, 14.7],
    ]);
    expect(rounded(at(16.05), ['ffmc', 'dmc', 'isi'])).toEqual(rounded(at(21.03), ['ffmc', 'dmc', 'isi']));
  });

  test('Cà Mau, 9.18° N: the duff moisture code too', () => {
    expect(rounded(at(9.18), ['dmc', 'dc', 'bui', 'fwi'])).toEqual([
      [8.46, 21.78, 8.59, 4.94],
      [11.48, 28.93, 11.53, 8.47],
      [14.78, 36.25, 14.77, 11.97],
      [16.44, 43.76, 16.95, 13.11],
      [20.36, 51.44, 20.47, 20.11],
      [10.56, 39.05, 12.6, 0.27],
      [13.47, 46.19, 15.58, 4.86],
      [17.04, 53.7, 19.0, 14.74],
    ]);
  });
});

describe('long drought and soaked ground, where the published season does not come', () => {
  // Computed with a second implementation, in Python, from the equations of 1985: Đà Nẵng in May.
  const [HOT, STORM, RAIN, DRY_AFTER_RAIN, SOAKED, FLOODED] = [
    [36, 38, 15, 0],
    [33, 60, 12, 20],
    [34, 55, 10, 8],
    [35, 45, 12, 0],
    [28, 85, 8, 40],
    [26, 95, 4, 90],
  ] as const;
  test.each([
    [
      'buildup beyond 80',
      [92, 120, 400],
      HOT,
      [92.2213, 124.313, 407.684, 12.5161, 141.079, 41.7603, 20.1058],
    ],
    [
      'rain on duff of 120',
      [92, 120, 400],
      STORM,
      [72.5107, 55.39, 332.527, 1.24903, 78.2107, 5.22688, 0.507993],
    ],
    [
      'rain on duff of 70',
      [92, 70, 300],
      RAIN,
      [77.6658, 41.8809, 285.549, 1.51576, 61.2889, 5.30512, 0.52153],
    ],
    [
      'dry duff over wet ground',
      [90, 150, 30],
      DRY_AFTER_RAIN,
      [90.697, 153.723, 37.504, 8.66504, 150.833, 33.4814, 13.5979],
    ],
    [
      'rain on wet litter',
      [20, 40, 100],
      SOAKED,
      [31.4151, 14.1209, 32.7271, 0.00749691, 14.0844, 0.00548767, 2.71197e-6],
    ],
    [
      'rain on soaked litter',
      [10, 5, 10],
      FLOODED,
      [9.60403, 1.93928, 5.884, 1.28471e-6, 2.12645, 4.05008e-7, 1.31759e-13],
    ],
  ] as const)('%s', (_, [ffmc, dmc, dc], [t, rh, wind_kmh, rain_mm], expected) => {
    const day = stepFwi({ ffmc, dmc, dc }, { t, rh, wind_kmh, rain_mm, month: 5, latitude: 16.05 });
    expect(CODES.map((code) => Number(day[code].toPrecision(6)))).toEqual(expected);
  });
});

describe('day lengths', () => {
  /** What a dry day of 20 °C and 50 % adds to the codes is its day length times a constant, and half its factor. */
  const dayLength = (latitude: number, month: number): number => {
    const day = stepFwi(FWI_START, { t: 20, rh: 50, wind_kmh: 10, rain_mm: 0, month, latitude });
    return Number(((day.dmc - FWI_START.dmc) / (1.894 * 21.1 * 50 * 1e-4)).toFixed(6));
  };
  const droughtFactor = (latitude: number, month: number): number => {
    const day = stepFwi(FWI_START, { t: 20, rh: 50, wind_kmh: 10, rain_mm: 0, month, latitude });
    return Number((2 * (day.dc - FWI_START.dc) - 0.36 * 22.8).toFixed(6));
  };
  const year = (of: (month: number) => number): number[] => Array.from({ length: 12 }, (_, i) => of(i + 1));

  test.each([
    [
      [30.1, 65],
      [6.5, 7.5, 9.0, 12.8, 13.9, 13.9, 12.4, 10.9, 9.4, 8.0, 7.0, 6.0],
    ],
    [
      [10.1, 30],
      [7.9, 8.4, 8.9, 9.5, 9.9, 10.2, 10.1, 9.7, 9.1, 8.6, 8.1, 7.8],
    ],
    [[-9.9, 0, 10], Array(12).fill(9)],
    [
      [-29.9, -10],
      [10.1, 9.6, 9.1, 8.5, 8.1, 7.8, 7.9, 8.3, 8.9, 9.4, 9.9, 10.2],
    ],
    [
      [-60, -30],
      [11.5, 10.5, 9.2, 7.9, 6.8, 6.2, 6.5, 7.4, 8.7, 10.0, 11.2, 11.8],
    ],
  ])('of the duff moisture code at latitudes %j', (latitudes, hours) => {
    for (const latitude of latitudes) expect(year((month) => dayLength(latitude, month))).toEqual(hours);
  });

  test.each([
    [
      [20.1, 65],
      [-1.6, -1.6, -1.6, 0.9, 3.8, 5.8, 6.4, 5.0, 2.4, 0.4, -1.6, -1.6],
    ],
    [[-19.9, 0, 20], Array(12).fill(1.4)],
    [
      [-60, -20],
      [6.4, 5.0, 2.4, 0.4, -1.6, -1.6, -1.6, -1.6, -1.6, 0.9, 3.8, 5.8],
    ],
  ])('of the drought code at latitudes %j', (latitudes, factors) => {
    for (const latitude of latitudes)
      expect(year((month) => droughtFactor(latitude, month))).toEqual(factors);
  });

  test('a month that is none is refused', () => {
    const noon = { t: 20, rh: 50, wind_kmh: 10, rain_mm: 0, month: 13, latitude: 16 };
    expect(() => stepFwi(FWI_START, noon)).toThrow('no day length for month 13 at latitude 16');
  });
});

test('hourly FFMC', () => {
  const hour = { t: 33, rh: 48, wind_kmh: 12, rain_mm: 0 };
  expect(hourlyFfmc(85, hour)).toBeCloseTo(86.0153, 4);
  expect(hourlyFfmc(85, { ...hour, rain_mm: 0.6 })).toBeCloseTo(75.1664, 4);
  expect(hourlyFfmc(85, { t: 25, rh: 95, wind_kmh: 5, rain_mm: 0 })).toBeCloseTo(83.761, 4);
  // Hours of the same weather are one longer step.
  expect(hourlyFfmc(85, hour, 3)).toBeCloseTo(hourlyFfmc(hourlyFfmc(hourlyFfmc(85, hour), hour), hour), 6);
});

test('a shower on litter that is wet through', () => {
  // Computed like the values above; more rain would only fill it up to 250 %.
  expect(dailyFfmc(10, { t: 26, rh: 95, wind_kmh: 4, rain_mm: 3.5 })).toBeCloseTo(14.8079, 4);
});

test('saturated air, bone dry and soaked fuel stay within the code', () => {
  for (const before of [0, 101])
    for (const rh of [0, 100, 100.5])
      for (const rain_mm of [0, 300]) {
        const code = dailyFfmc(before, { t: 30, rh, wind_kmh: 10, rain_mm });
        expect(code).toBeGreaterThanOrEqual(0);
        expect(code).toBeLessThanOrEqual(101);
      }
  const nothing = stepFwi(
    { ffmc: 0, dmc: 0, dc: 0 },
    { t: -20, rh: 100.5, wind_kmh: 0, rain_mm: 50, month: 1, latitude: 21 },
  );
  expect(nothing).toMatchObject({ dmc: 0, dc: 0, bui: 0 });
  for (const code of CODES) expect(nothing[code]).toBeGreaterThanOrEqual(0);
});
