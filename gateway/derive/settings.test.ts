/** What is refused of fire zones and tables, by name and place. */
import { expect, test } from 'vitest';
import { sentence } from '../../devices/kit/yaml-file.ts';
import { rainThresholdMm } from './fire-settings.ts';
import { deriveSettingsSchema } from './settings.ts';

const TABLE = {
  id: 'quang-nam',
  name: { vi: 'Quảng Nam', en: 'Quảng Nam' },
  source: 'a decision',
  valid_from: '2024-01-01',
  up_to: [4000, 8000, 12_000, 16_000],
};
const ZONE = { name: 'ba-na', areas: ['Bà Nà'], table: 'quang-nam', rain_threshold_mm: 5 };
const BY_MONTH = [5, 5, 5, 7, 7, 10, 10, 10, 5, 5, 5, 5];

function faultOf(settings: unknown): string {
  const result = deriveSettingsSchema.safeParse(settings);
  return result.success ? 'none' : sentence(result.error, () => 'file');
}

test.each([
  ['whole', {}, {}, 'none'],
  ['limits that do not rise', { up_to: [4000, 8000, 8000, 16_000] }, {}, 'fire_tables.0.up_to: must rise'],
  ['three limits', { up_to: [4000, 8000, 16_000] }, {}, 'fire_tables.0.up_to'],
  ['a limit with decimals', { up_to: [4000, 8000.5, 9000, 16_000] }, {}, 'fire_tables.0.up_to.1'],
  ['a day that is none', { valid_from: '2024-02-30' }, {}, 'fire_tables.0.valid_from: must be a day'],
  ['no source', { source: '' }, {}, 'fire_tables.0.source'],
  ['the name of a known table', { id: 'research' }, {}, 'fire_tables.0.id: is the name of a known table'],
  [
    'a table that is not there',
    {},
    { table: 'lao-cai' },
    'fire_zones.0.table: "lao-cai" is no fire level table',
  ],
  [
    'eleven months',
    {},
    { rain_threshold_mm: BY_MONTH.slice(1) },
    'fire_zones.0.rain_threshold_mm: Too small: expected array to have exactly 12',
  ],
  [
    'no rain',
    {},
    { rain_threshold_mm: 0 },
    'fire_zones.0.rain_threshold_mm: Too small: expected number to be >0',
  ],
  [
    'no threshold',
    {},
    { rain_threshold_mm: undefined },
    'fire_zones.0.rain_threshold_mm: must be one number',
  ],
  ['no members', {}, { areas: [] }, 'fire_zones.0.stations: a zone needs stations or areas'],
])('fire zones: %s', (_, table, zone, fault) => {
  const settings = { fire_tables: [{ ...TABLE, ...table }], fire_zones: [{ ...ZONE, ...zone }] };
  expect(faultOf(settings)).toContain(fault);
});

test('two tables of one name, and a place in two zones, are refused', () => {
  expect(faultOf({ fire_tables: [TABLE, TABLE] })).toContain(
    'fire_tables.1.id: there are two tables "quang-nam"',
  );
  const fire_zones = [ZONE, { ...ZONE, name: 'chua' }];
  expect(faultOf({ fire_tables: [TABLE], fire_zones })).toContain(
    'fire_zones.1.areas: "Bà Nà" is in two zones',
  );
});

test('the threshold is that of the month in Vietnam', () => {
  const zone = { ...ZONE, stations: [], rain_threshold_mm: BY_MONTH };
  expect(rainThresholdMm(zone, Date.UTC(2026, 2, 31, 16, 59))).toBe(5);
  expect(rainThresholdMm(zone, Date.UTC(2026, 2, 31, 17, 0))).toBe(7);
  expect(rainThresholdMm({ ...zone, rain_threshold_mm: 6 }, 0)).toBe(6);
});
