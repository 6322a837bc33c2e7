/**
 * The Algerian recording has codes beside its weather, but not those of that weather: its dry days fit, its wet ones only as if
 * its millimetres of rain had been taken for inches, and the day lengths are those of the month before. With both mistakes
 * repeated it is a second witness of rain and seasons, by measured weather; without them it must not be followed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stepFwi } from './fwi.ts';

const RECORDING = '../simulator/recordings/fire_weather_algeria_daily_2012-06_2012-09.csv';
const CODES = ['ffmc', 'dmc', 'dc', 'isi', 'bui', 'fwi'] as const;

/** Both places are in the row of more than 30° N. */
const LATITUDE = 36;
const MM_PER_INCH = 25.4;

interface Row {
  readonly place: string;
  readonly month: number;
  readonly t: number;
  readonly rh: number;
  readonly wind_kmh: number;
  readonly rain_mm: number;
  readonly codes: Readonly<Record<(typeof CODES)[number], number>>;
}

const rows = readFileSync(join(import.meta.dirname, RECORDING), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line): Row => {
    const [place = '', day = '', ...cells] = line.split(',');
    const [t = 0, rh = 0, wind_kmh = 0, rain_mm = 0, ffmc = 0, dmc = 0, dc = 0, isi = 0, bui = 0, fwi = 0] =
      cells.map(Number);
    const month = Number(day.slice(5, 7));
    return { place, month, t, rh, wind_kmh, rain_mm, codes: { ffmc, dmc, dc, isi, bui, fwi } };
  });

/** Each day with the day before at its place. */
const pairs = rows.flatMap((row, i) => {
  const before = rows[i - 1];
  return before?.place === row.place ? [{ row, before }] : [];
});

/** How many days have all of these codes within 0.3, or 3 % of what was recorded. */
function fitting(
  days: typeof pairs,
  codes: readonly (typeof CODES)[number][],
  inches = 1,
  months = 0,
): number {
  return days.filter(({ row, before }) => {
    const step = stepFwi(before.codes, {
      ...row,
      rain_mm: row.rain_mm * inches,
      month: row.month - months,
      latitude: LATITUDE,
    });
    return codes.every(
      (code) => Math.abs(step[code] - row.codes[code]) <= Math.max(0.3, 0.03 * row.codes[code]),
    );
  }).length;
}

test('on days without rain the fine fuel moisture code follows', () => {
  const dry = pairs.filter(({ row }) => row.rain_mm === 0);
  expect(dry).toHaveLength(132);
  // The rest are first days of a month, where the recording begins anew, and single slips.
  expect(fitting(dry, ['ffmc'])).toBeGreaterThanOrEqual(127);
});

test('all six codes follow once rain is inches and the month the one before, and not otherwise', () => {
  expect(pairs).toHaveLength(242);
  expect(fitting(pairs, CODES, MM_PER_INCH, 1)).toBeGreaterThanOrEqual(205);
  expect(fitting(pairs, CODES)).toBeLessThan(70);
});
