import { expect, test } from 'vitest';
import { cluster, pointOf, positionOf, spread } from './cluster.ts';

const at = (id: string, latitude: number, longitude: number) => pointOf(id, { latitude, longitude });
const DA_NANG = at('da-nang', 16.06, 108.22);
const SON_TRA = at('son-tra', 16.1, 108.26);
const HUE = at('hue', 16.46, 107.59);
const idsOf = (clusters: readonly { ids: readonly string[] }[]) => clusters.map(({ ids }) => [...ids].sort());

/** Pixels between two middles. */
const apart = (a: { x: number; y: number }, b: { x: number; y: number }, zoom: number) =>
  Math.hypot(a.x - b.x, a.y - b.y) * 256 * 2 ** zoom;

test('a position and its point in the world say the same', () => {
  for (const position of [
    { latitude: 16.06, longitude: 108.22 },
    { latitude: -8, longitude: 0 },
    { latitude: 8.65, longitude: 111.92 },
  ]) {
    const back = positionOf(pointOf('a', position));
    expect(back.latitude).toBeCloseTo(position.latitude, 9);
    expect(back.longitude).toBeCloseTo(position.longitude, 9);
  }
  // Worked example of the OpenStreetMap wiki (Slippy map tilenames): tile 4/9/8 begins at 22.5° E on the equator.
  const { x, y } = at('corner', 0, 22.5);
  expect([x * 2 ** 4, y * 2 ** 4]).toEqual([9, 8]);
});

test('near stations are one cluster from afar and stand alone from near', () => {
  const points = [DA_NANG, SON_TRA, HUE];
  expect(idsOf(cluster(points, 4, 50))).toEqual([['da-nang', 'hue', 'son-tra']]);
  expect(idsOf(cluster(points, 8, 50))).toEqual([['da-nang', 'son-tra'], ['hue']]);
  expect(idsOf(cluster(points, 13, 50))).toEqual([['da-nang'], ['son-tra'], ['hue']]);
});

test('a cluster stands in the middle of its stations and keeps the key of its first', () => {
  const [own] = cluster([DA_NANG, SON_TRA], 8, 50);
  expect(own?.key).toBe('da-nang');
  expect(own?.x).toBeCloseTo((DA_NANG.x + SON_TRA.x) / 2, 12);
  expect(own?.y).toBeCloseTo((DA_NANG.y + SON_TRA.y) / 2, 12);
});

test('whatever lies how, every station is in one cluster, and no two clusters are nearer than the radius', () => {
  // A grid of 30 x 30 with a shift that is no multiple of a cell.
  const points = Array.from({ length: 900 }, (_, index) =>
    at(
      `s-${index}`,
      9 + (index % 30) * 0.43 + ((index * 7) % 13) * 0.01,
      102.3 + Math.floor(index / 30) * 0.27,
    ),
  );
  for (const zoom of [4, 5.5, 7, 9]) {
    const clusters = cluster(points, zoom, 54);
    expect(clusters.flatMap(({ ids }) => ids).sort()).toEqual(points.map(({ id }) => id).sort());
    const nearest = clusters.map((one, index) =>
      Math.min(...clusters.slice(index + 1).map((other) => apart(one, other, zoom))),
    );
    expect(Math.min(...nearest)).toBeGreaterThanOrEqual(54 - 1e-6);
  }
});

test('ten thousand stations at one place are one cluster', () => {
  const points = Array.from({ length: 10_000 }, (_, index) => at(`s-${index}`, 16, 108));
  expect(cluster(points, 10, 54).map(({ ids }) => ids.length)).toEqual([10_000]);
});

test('those of one place are spread so that each mark can be met', () => {
  const [one] = cluster(
    Array.from({ length: 40 }, (_, index) => at(`s-${index}`, 16, 108)),
    15,
    24,
  );
  const places = one ? spread(one, 15, 24) : [];
  expect(places).toHaveLength(40);
  const nearest = places.map((own, index) =>
    Math.min(...places.filter((_, other) => other !== index).map((other) => apart(own, other, 15))),
  );
  expect(Math.min(...nearest)).toBeGreaterThan(24);
});
