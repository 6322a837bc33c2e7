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

const sign = (parameter: string, value: number, threshold: number, unit = '/', station = 'ho-1') => ({
  station,
  parameter,
  unit,
  at: 0,
  value,
  threshold,
});

test('a fire is told by its signs, not by the number that stands for it', () => {
  const because = [sign('smoke', 1, 1), sign('air_temperature', 44.6, 38, 'Cel')];
  const fire = raised({ value: 2, threshold: 2, unit: 'index', because }, { parameter: 'fire_detection' });
  expect(inBoth(againstLimit, fire)).toEqual([
    'Dấu hiệu cháy: khói; nhiệt độ không khí 44,6 °C (ngưỡng 38,0 °C)',
    'Signs of fire: smoke; air temperature 44.6 °C (limit 38.0 °C)',
  ]);
  const suspected = raised({ value: 1, threshold: 1, unit: 'index' }, { parameter: 'fire_detection' });
  expect(inBoth(againstLimit, suspected)).toEqual(['Nghi có cháy', 'Fire suspected']);
});

test('a danger level is told as the sign by the road has it', () => {
  const level = raised({ value: 5, threshold: 4, unit: 'index' }, { parameter: 'fire_level' });
  expect(inBoth(againstLimit, level)).toEqual([
    'cấp V, vượt ngưỡng cấp IV',
    'level V, above the limit of level IV',
  ]);
});

test('a value that is at its limit is not called above it', () => {
  expect(inBoth(againstLimit, raised({ value: 40, threshold: 40 }))).toEqual([
    '40,0 °C, chạm ngưỡng 40,0 °C',
    '40.0 °C, at the limit of 40.0 °C',
  ]);
});
