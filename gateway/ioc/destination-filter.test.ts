/** What passes a destination's filter when its station was withdrawn; the rest is tried in destinations/webhook.test.ts. */
import { expect, test } from 'vitest';
import type { FeedRecord } from '../../devices/wire/feed.ts';
import type { Catalog } from '../catalog.ts';
import { createFilter, type FeedFilter } from './destination-filter.ts';

const nobody = { get: () => undefined, all: () => [] } as unknown as Catalog;

test('a withdrawn station is of the kind that its status says; what nobody knows of it keeps nothing back', () => {
  const status = (kind: string) =>
    ({ number: 1, kind: 'station.status', station: { id: 'gone', kind, status: 'withdrawn' } }) as FeedRecord;
  const hour = { number: 2, kind: 'observations', observations: { station: 'gone' } } as FeedRecord;
  const passes = (filter: FeedFilter, record: FeedRecord) => createFilter(filter, nobody)(record);
  expect(passes({ station_kinds: ['air'] }, status('air'))).toBe(true);
  expect(passes({ station_kinds: ['air'] }, status('water'))).toBe(false);
  expect(passes({ areas: ['Hải Châu'] }, status('air'))).toBe(true);
  expect(passes({ areas: ['Hải Châu'], station_kinds: ['water'] }, status('air'))).toBe(false);
  expect(passes({ areas: ['Hải Châu'], station_kinds: ['air'] }, hour)).toBe(true);
});
