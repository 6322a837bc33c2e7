import { afterEach, expect, test } from 'vitest';
import type { AlertAnswer } from '../../devices/wire/api.ts';
import { language } from './i18n.ts';
import { alert } from './samples.ts';
import { againstLimit, announceAlert, sourceOf } from './say.ts';

afterEach(() => {
  language.value = 'vi';
});

const raised = (
  evidence: Pick<AlertAnswer['evidence'][number], 'value' | 'threshold'> &
    Partial<AlertAnswer['evidence'][number]>,
  fields: Partial<AlertAnswer> = {},
): AlertAnswer =>
  alert('1', {
    parameter: 'air_temperature',
    evidence: [{ at: 0, unit: 'Cel', state: 'raised', reporter: 'edge-1', ...evidence }],
    ...fields,
  });

/** In Vietnamese and in English. */
const inBoth = (say: (one: AlertAnswer) => string | null, one: AlertAnswer): (string | null)[] =>
  (['vi', 'en'] as const).map((id) => {
    language.value = id;
    return say(one);
  });

test('a value is told against its limit', () => {
  expect(inBoth(againstLimit, raised({ value: 41.2, threshold: 40 }))).toEqual([
    '41,2 °C, vượt ngưỡng 40,0 °C',
    '41.2 °C, above the limit of 40.0 °C',
  ]);
});

test('a rate is told as the change within its time, a fall as well', () => {
  expect(inBoth(againstLimit, raised({ value: 8, threshold: 8, within_s: 600 }))).toEqual([
    'tăng 8,0 °C trong 10 phút, ngưỡng 8,0 °C',
    'rose by 8.0 °C within 10 minutes, limit 8.0 °C',
  ]);
  expect(inBoth(againstLimit, raised({ value: -9, threshold: -8, within_s: 5400 }))).toEqual([
    'giảm 9,0 °C trong 1 giờ 30 phút, ngưỡng 8,0 °C',
    'fell by 9.0 °C within 1 hour 30 minutes, limit 8.0 °C',
  ]);
});

test('a silence is told in time, not in the unit of its parameter', () => {
  const silent = raised({ value: 600, threshold: 600, unit: 's' }, { no_data: true });
  expect(inBoth(againstLimit, silent)).toEqual([
    'Không có số liệu quá 10 phút',
    'No data for more than 10 minutes',
  ]);
  expect(announceAlert(silent)).toContain('No data for more than 10 minutes');
});

test('a limit of a standard names standard and clause', () => {
  const source = { vi: 'QCVN 05:2023/BTNMT, bảng 1', en: 'QCVN 05:2023/BTNMT, table 1' };
  const dusty = raised({ value: 47.3, threshold: 45, unit: 'ug/m3', source }, { parameter: 'pm2_5_24h' });
  expect(inBoth(sourceOf, dusty)).toEqual([
    'Theo QCVN 05:2023/BTNMT, bảng 1',
    'By QCVN 05:2023/BTNMT, table 1',
  ]);
  expect(againstLimit(dusty)).toBe('47.3 µg/m³, above the limit of 45.0 µg/m³');
  expect(sourceOf(raised({ value: 41, threshold: 40 }))).toBeNull();
});
