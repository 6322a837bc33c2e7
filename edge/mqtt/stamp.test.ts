import { expect, test } from 'vitest';
import type { Zone } from './message.ts';
import { parseStamp } from './stamp.ts';

const HANOI: Zone = { name: 'Asia/Ho_Chi_Minh', origin: 'given' };
const PARIS: Zone = { name: 'Europe/Paris', origin: 'assumed' };

test.each([
  ['with nine digits', '2022-07-18T09:34:15.775023242+00:00', HANOI, '2022-07-18T09:34:15.775Z'],
  ['with Z', '2020-02-12T15:15:45Z', HANOI, '2020-02-12T15:15:45.000Z'],
  ['with an offset', '2026-11-21T12:00:00+07:00', PARIS, '2026-11-21T05:00:00.000Z'],
  ['with a short offset', '2026-11-21 12:00:00+0530', PARIS, '2026-11-21T06:30:00.000Z'],
  ['local in Hanoi', '2019-11-03T19:34:28', HANOI, '2019-11-03T12:34:28.000Z'],
  ['local in a summer', '2026-07-01T12:00:00', PARIS, '2026-07-01T10:00:00.000Z'],
  ['local in a winter', '2026-12-01T12:00:00', PARIS, '2026-12-01T11:00:00.000Z'],
  ['local at midnight', '2026-12-01T00:00:00', HANOI, '2026-11-30T17:00:00.000Z'],
  ['seconds', 1_763_600_000, HANOI, '2025-11-20T00:53:20.000Z'],
  ['seconds in a text', '1763600000', HANOI, '2025-11-20T00:53:20.000Z'],
  ['milliseconds', 1_763_600_000_123, HANOI, '2025-11-20T00:53:20.123Z'],
  ['nanoseconds', '1763600000123456789', HANOI, '2025-11-20T00:53:20.123Z'],
])('a time %s', (_, raw, zone, expected) => {
  const stamp = parseStamp(raw, zone as Zone);
  expect(stamp && new Date(stamp.at).toISOString()).toBe(expected);
});

test.each([
  '2026-02-31T00:00:00Z',
  '2026-13-01T00:00:00Z',
  'now',
  '',
  '12:30',
  12,
  Number.NaN,
  null,
  {},
  '9'.repeat(1000),
])('%j is no time', (raw) => {
  expect(parseStamp(raw, HANOI)).toBeNull();
});

test('local time in a zone that nobody has said can only be the present', () => {
  expect(parseStamp('2026-07-01T12:00:00', PARIS)?.present).toBe(true);
  expect(parseStamp('2026-07-01T12:00:00', HANOI)?.present).toBe(false);
  expect(parseStamp('2026-07-01T12:00:00Z', PARIS)?.present).toBe(false);
});
