import { expect, test } from 'vitest';
import { readBoundaries } from './boundary-file.ts';
import { nameFieldOf } from './name-field.ts';

type At = readonly number[];
const square = ([x = 0, y = 0]: At, size = 0.1): At[] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];
const feature = (properties: object, coordinates: unknown = [square([108, 16])], type = 'Polygon') => ({
  type: 'Feature',
  properties,
  geometry: { type, coordinates },
});
const read = (features: unknown[]) => readBoundaries(JSON.stringify({ type: 'FeatureCollection', features }));
const fault = (text: string) => {
  const result = readBoundaries(text);
  return result.kind === 'fault' ? result.fault : result.kind;
};
const faultOf = (features: unknown[]) => fault(JSON.stringify({ type: 'FeatureCollection', features }));

test('areas come with their names, islands and holes', () => {
  const result = read([
    feature({ Ten_Xa: 'Hòa Bắc', Ma_Xa: '20194' }),
    feature(
      { Ten_Xa: 'Hoàng Sa', Ma_Xa: '20333' },
      [[square([112, 16])], [square([111, 15], 0.5), square([111.1, 15.1])]],
      'MultiPolygon',
    ),
  ]);
  if (result.kind !== 'ok') throw new Error(result.fault.kind);
  expect(result.shapes.map(({ name }) => name)).toEqual(['Hòa Bắc', 'Hoàng Sa']);
  expect(result.shapes[1]?.polygons.map((rings) => rings.length)).toEqual([1, 2]);
  expect(result.shapes[0]?.polygons[0]?.[0]).toContainEqual([108, 16]);
});

test('a single feature, a bare area, a mark at the beginning, heights and an open ring are taken', () => {
  const open = square([108, 16]).slice(0, 4);
  for (const json of [
    feature({}, [open.map(([x, y]) => [x, y, 12])]),
    { type: 'Polygon', coordinates: [open] },
    { type: 'MultiPolygon', coordinates: [[open]] },
  ]) {
    const result = readBoundaries(`\uFEFF${JSON.stringify(json)}`);
    if (result.kind !== 'ok') throw new Error(result.fault.kind);
    const ring = result.shapes[0]?.polygons[0]?.[0];
    expect(ring).toHaveLength(5);
    expect(ring?.[0]).toEqual(ring?.at(-1));
  }
});

test('what is no GeoJSON is refused', () => {
  expect(fault('<kml/>')).toEqual({ kind: 'notJson' });
  expect(fault('')).toEqual({ kind: 'notJson' });
  for (const json of [null, 3, [], {}, { type: 'Topology' }, { type: 'FeatureCollection' }])
    expect(fault(JSON.stringify(json))).toEqual({ kind: 'notGeoJson' });
  expect(faultOf([])).toEqual({ kind: 'empty' });
});

test('what is no area is refused with its number, its name and what it is', () => {
  const good = feature({ name: 'Hòa Bắc' });
  expect(faultOf([good, feature({ name: 'Trạm 1' }, [108, 16], 'Point')])).toEqual({
    ...{ kind: 'notPolygon', feature: 2, name: 'Trạm 1', type: 'Point' },
  });
  expect(faultOf([good, { type: 'Feature', properties: null, geometry: null }])).toMatchObject({
    ...{ kind: 'notPolygon', feature: 2, name: '', type: 'null' },
  });
});

test.each([
  ['another country', [2.35, 48.85], 'outside'],
  ['metres of VN-2000', [548_123.4, 1_776_543.2], 'projected'],
  ['latitude first', [16, 108], 'swapped'],
  ['nothing at all', [0, 0], 'outside'],
])('coordinates of %s are refused with the point', (_, at, kind) => {
  const bad = feature({ name: 'Xã 2' }, [[...square([108, 16]).slice(0, 3), at, [108, 16]]]);
  expect(faultOf([feature({ name: 'Xã 1' }), bad])).toEqual({
    ...{ kind, feature: 2, name: 'Xã 2', x: String(at[0]), y: String(at[1]) },
  });
});

test.each([
  ['no rings', []],
  [
    'a ring of two points',
    [
      [
        [108, 16],
        [108.1, 16],
      ],
    ],
  ],
  [
    'text for a number',
    [
      [
        ['108', '16'],
        [108, 16],
        [108.1, 16],
        [108, 16],
      ],
    ],
  ],
  ['numbers for points', [[108, 16, 109, 17]]],
  ['no list', 'x'],
])('%s is refused as a broken border', (_, coordinates) => {
  expect(faultOf([feature({ name: 'Xã 1' }, coordinates)])).toEqual({
    kind: 'badRing',
    feature: 1,
    name: 'Xã 1',
  });
});

test('a file of many points becomes as small as a map can draw, and no area is lost', () => {
  const wavy = (index: number): At[] => {
    const ring = Array.from({ length: 500 }, (_, i): At => {
      const angle = (i * 2 * Math.PI) / 500;
      const radius = 0.02 + 0.0003 * Math.sin(i * 2.399) + 0.004 * Math.sin(angle * 5);
      return [106 + index * 0.1 + radius * Math.cos(angle), 10 + radius * Math.sin(angle)];
    });
    return [...ring, ring[0] as At];
  };
  const features = Array.from({ length: 10 }, (_, index) => feature({ name: `Xã ${index}` }, [wavy(index)]));
  const result = readBoundaries(JSON.stringify({ type: 'FeatureCollection', features }), 800);
  if (result.kind !== 'ok') throw new Error(result.fault.kind);
  const points = result.shapes.map(({ polygons }) => polygons.flat(2).length);
  expect(points.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(800);
  expect(points).toHaveLength(10);
  expect(Math.min(...points)).toBeGreaterThan(8);
});

test.each([
  ['the usual field of a province', { OBJECTID: 'a1b2', TEN_XA: 'Hòa Bắc', TEN_TINH: 'Đà Nẵng' }, 'TEN_XA'],
  ['GADM', { GID_3: 'VNM.1.2.3', NAME_1: 'Đà Nẵng', NAME_3: 'Hòa Bắc' }, 'NAME_3'],
  [
    'the post-2025 files',
    { ma_xa: '20194', ten_xa: 'Xã Hòa Vang', cap: 'Xã', ten_tinh: 'Đà Nẵng' },
    'ten_xa',
  ],
  ['numbers only', { code: 20194, area_km2: 12.5 }, null],
])('the names are found in %s', (_, properties, field) => {
  expect(nameFieldOf([properties])).toBe(field);
});

test('without a usual field it is the one with the most different names', () => {
  expect(
    nameFieldOf([
      { cap: 'Xã', don_vi: 'Hòa Bắc' },
      { cap: 'Xã', don_vi: 'Hòa Liên' },
    ]),
  ).toBe('don_vi');
});
