import { expect, test } from 'vitest';
import { tableOf } from './categories.ts';
import { deriveSettingsSchema } from './settings.ts';

const OWN = {
  id: 'quang-tri',
  name: { vi: 'Quảng Trị', en: 'Quang Tri' },
  source: 'Decision 1/2026',
  valid_from: '2026-01-01',
  up_to: [4000, 8000, 12_000, 16_000],
};
const settings = deriveSettingsSchema.parse({ fire_tables: [OWN] });

test('a fire level is told with the table it was read from, a known one or one of the province', () => {
  expect(tableOf('fire-level/thua-thien-hue-33-2022', settings)).toMatchObject({
    name: { vi: 'Thừa Thiên Huế, QĐ 33/2022/QĐ-UBND' },
    up_to: [5000, 10_000, 15_000, 20_000],
  });
  expect(tableOf('fire-level/quang-tri', settings)).toEqual({
    name: OWN.name,
    source: OWN.source,
    up_to: OWN.up_to,
  });
});

test('a table that has left the settings since, and what is no level, have none', () => {
  expect(tableOf('fire-level/gone', settings)).toBeNull();
  expect(tableOf('fire-p-pham-ngoc-hung/5-mm', settings)).toBeNull();
});
