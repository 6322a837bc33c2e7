import { expect, test } from 'vitest';
import { formatMoment, formatNumber, isSwitch, unitLabel } from './format.ts';
import { reasonText } from './reason.ts';
import { TEXTS } from './texts/texts.ts';

test('numbers have the decimals of their parameter and the comma of the language', () => {
  expect(formatNumber(1234.56, 'pm2_5', 'vi')).toBe('1.234,6');
  expect(formatNumber(1234.56, 'pm2_5', 'en')).toBe('1,234.6');
  expect(formatNumber(7.1, 'ph', 'vi')).toBe('7,10');
});

test('units are written as people write them, an unknown one as it is', () => {
  expect(unitLabel('ug/m3', 'vi')).toBe('µg/m³');
  expect(unitLabel('1/h', 'vi')).toBe('xe/h');
  expect(unitLabel('1/h', 'en')).toBe('veh/h');
  expect(unitLabel('pH', 'vi')).toBe('');
  expect(unitLabel('furlong', 'vi')).toBe('furlong');
});

test('smoke and flame are yes or no, an occupancy is not', () => {
  expect(isSwitch('smoke')).toBe(true);
  expect(isSwitch('occupancy')).toBe(false);
});

test('times are those of Vietnam, with the date only on another day', () => {
  const now = Date.parse('2026-03-02T01:00:00Z');
  expect(formatMoment(Date.parse('2026-03-01T17:30:00Z'), now, 'vi')).toBe('00:30');
  expect(formatMoment(Date.parse('2026-03-01T16:30:00Z'), now, 'vi')).toBe('23:30 01/03');
  expect(formatMoment(Date.parse('2026-03-01T16:30:00Z'), now, 'en')).toBe('23:30 01/03');
});

test('a moment of another year of Vietnam has its year', () => {
  const now = Date.parse('2026-03-02T01:00:00Z');
  expect(formatMoment(Date.parse('2025-12-31T16:59:00Z'), now, 'vi')).toBe('23:59 31/12/2025');
  expect(formatMoment(Date.parse('2025-12-31T17:00:00Z'), now, 'vi')).toBe('00:00 01/01');
  expect(formatMoment(Date.parse('2024-03-02T01:00:00Z'), now, 'en')).toBe('08:00 02/03/2024');
});

test('the reasons that we know are translated, any other is shown as it was sent', () => {
  expect(reasonText('outside 0..14', TEXTS.vi)).toBe('ngoài khoảng 0 đến 14');
  expect(reasonText('unusual: outside -5..50', TEXTS.vi)).toBe('bất thường: ngoài khoảng -5 đến 50');
  expect(reasonText('outside 0..100.5', TEXTS.en)).toBe('outside 0 to 100.5');
  expect(reasonText('no answer within 500 ms', TEXTS.vi)).toBe('thiết bị không trả lời trong 500 ms');
  expect(reasonText('<b>lamp</b> weak', TEXTS.vi)).toBe('<b>lamp</b> weak');
});
