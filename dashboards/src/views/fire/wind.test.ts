import { expect, test } from 'vitest';
import { NOW, reading, station } from '../../samples.ts';
import type { Post } from './area-levels.ts';
import { windAt } from './wind.ts';

const PLACE = { latitude: 16, longitude: 108 };
type Fields = { speed?: number; direction?: number; ageS?: number; flag?: 1 | 4 };

/** A station so many kilometres to the north; its period is 10 s. */
function post(id: string, km: number, { speed, direction, ageS = 4, flag = 1 }: Fields): Post {
  const fields = { at: NOW - ageS * 1000, flag };
  const readings = new Map(
    [
      speed === undefined ? null : reading('wind_speed', { ...fields, value: speed }),
      direction === undefined ? null : reading('wind_direction', { ...fields, value: direction }),
    ].flatMap((one) => (one === null ? [] : [[one.parameter, one] as const])),
  );
  return {
    station: station(id, { latitude: 16 + km / 111.2, longitude: 108 }, ['wind_speed', 'wind_direction']),
    readings,
  };
}
const told = (posts: readonly Post[]) => {
  const { speed, direction } = windAt(PLACE, posts, NOW);
  return [speed?.station.id ?? null, direction?.station.id ?? null];
};

test('the nearest station that measures it says it, speed and direction each by itself', () => {
  expect(told([post('far', 9, { speed: 4, direction: 90 }), post('near', 1, { speed: 2 })])).toEqual([
    'near',
    'far',
  ]);
});

test('a stale value counts only where nothing fresh is within reach, and says so', () => {
  const stale = post('near', 1, { speed: 2, ageS: 3600 });
  expect(told([stale, post('far', 9, { speed: 4 })])).toEqual(['far', null]);
  expect(windAt(PLACE, [stale], NOW).speed).toMatchObject({ station: { id: 'near' }, stale: true });
});

test('what failed its tests, and what is in another valley, says nothing', () => {
  expect(
    told([post('failed', 1, { speed: 70, flag: 4 }), post('away', 21, { speed: 3, direction: 10 })]),
  ).toEqual([null, null]);
});
