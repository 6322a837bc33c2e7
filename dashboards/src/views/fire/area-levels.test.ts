import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../../devices/local-time.ts';
import { NOW, reading, station } from '../../samples.ts';
import { areaLevels, areaToShow, isOld, type Post } from './area-levels.ts';

const VALLEY = { vi: 'Hòa Vang', en: 'Hoa Vang' };

const post = (
  id: string,
  level: number | null | undefined,
  fields: { kind?: 'fire' | 'weather'; at?: number; area?: typeof VALLEY } = {},
): Post => ({
  station: station(id, { kind: fields.kind ?? 'fire', area: fields.area ?? VALLEY }),
  readings:
    level === undefined
      ? new Map()
      : new Map([
          [
            'fire_level',
            reading('fire_level', { value: level, at: fields.at ?? NOW, flag: level === null ? 9 : 1 }),
          ],
        ]),
});
const told = (posts: readonly Post[]) =>
  areaLevels(posts, NOW).map(({ area, level, posts: all }) => [
    area.vi,
    level?.value ?? null,
    all[0]?.station.id,
  ]);

test('an area has the worst level of its posts, and the worst area is the first', () => {
  const hills = { vi: 'Nam Giang', en: 'Nam Giang' };
  expect(told([post('a', 2), post('b', 4), post('c', 5, { area: hills })])).toEqual([
    ['Nam Giang', 5, 'c'],
    ['Hòa Vang', 4, 'b'],
  ]);
});

test('a level of a day before does not stand for today', () => {
  expect(told([post('silent', 5, { at: NOW - DAY_MS }), post('live', 2)])).toEqual([['Hòa Vang', 2, 'live']]);
});

test('an old level of one area does not lead those of today; it is old when the next one should be there', () => {
  const hills = { vi: 'Nam Giang', en: 'Nam Giang' };
  const at = NOW - DAY_MS - 2 * HOUR_MS;
  expect(told([post('old', 5, { at, area: hills }), post('today', 1)])).toEqual([
    ['Hòa Vang', 1, 'today'],
    ['Nam Giang', 5, 'old'],
  ]);
  const made = NOW - DAY_MS;
  expect([isOld({ at: made }, NOW), isOld({ at: made - 61 * 60_000 }, NOW)]).toEqual([false, true]);
});

test('a post whose level is not published does not hide that of the others', () => {
  expect(told([post('none', null), post('b', 1), post('never', undefined)])).toEqual([['Hòa Vang', 1, 'b']]);
});

test('without any level the area is there, without a value', () => {
  expect(told([post('never', undefined), post('none', null)])).toEqual([['Hòa Vang', null, 'none']]);
  expect(areaLevels([], NOW)).toEqual([]);
});

test('a weather station counts with a level of its own only, and after a fire post of the same level', () => {
  expect(told([post('weather', null, { kind: 'weather' })])).toEqual([]);
  expect(told([post('weather', 3, { kind: 'weather' }), post('fire', 3)])).toEqual([['Hòa Vang', 3, 'fire']]);
  expect(told([post('fire', 3), post('weather', 4, { kind: 'weather' })])).toEqual([
    ['Hòa Vang', 4, 'weather'],
  ]);
});

test('the named area is shown, else the one that was looked at last, else the worst', () => {
  const all = areaLevels([post('a', 2), post('b', 4, { area: { vi: 'Nam Giang', en: 'Nam Giang' } })], NOW);
  const shown = (named: string, last: string) => {
    const { area, shown: one } = areaToShow(all, named, last);
    return [area, one?.area.vi];
  };
  expect(shown('', '')).toEqual(['', 'Nam Giang']);
  expect(shown('', 'Hòa Vang')).toEqual(['Hòa Vang', 'Hòa Vang']);
  expect(shown('Nam Giang', 'Hòa Vang')).toEqual(['Nam Giang', 'Nam Giang']);
  // Its posts are gone, or those of another person are seen.
  expect(shown('', 'Cẩm Lệ')).toEqual(['', 'Nam Giang']);
  expect(shown('Cẩm Lệ', 'Hòa Vang')).toEqual(['Cẩm Lệ', undefined]);
});
