/** VN_WQI of a sensor station over the embedded store. */
import { expect, test } from 'vitest';
import { HOUR_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { createRig } from './test-rig.ts';

const T0 = Date.UTC(2026, 2, 5, 2, 0, 0);
const END = T0 + HOUR_MS;
const SAMPLE: Partial<Record<ParameterId, number>> = {
  ph: 7.2,
  dissolved_oxygen: 6.4,
  water_temperature: 28,
  cod: 18,
  ammonium: 0.45,
};
const parameters = Object.keys(SAMPLE).map((id) => ({ id: id as ParameterId, period_s: 900 }));
const readings = (sample: Partial<Record<ParameterId, number>>) =>
  Object.entries(sample).flatMap(([id, value]) =>
    [0, 1, 2, 3].map((quarter) => [id, T0 + quarter * 900_000, value] as [ParameterId, number, number]),
  );

test('a sensor station has an index with its groups, and the label that they are too few', async () => {
  await using rig = createRig({ kind: 'water', parameters });
  await rig.take(...readings(SAMPLE));
  rig.now = END + 60_000;
  await rig.settle();
  // Sub-indices of the vectors: DO 90.123, COD 70, ammonium 62.5; their mean is 74.2.
  expect(rig.value('vn_wqi', END)).toMatchObject({
    value: 74,
    flag: 1,
    body: {
      method: 'vn-wqi-1460-2019',
      groups: ['I', 'IV'],
      complete: false,
      parts: { ph: 100, dissolved_oxygen: 90.123275, cod: 70, ammonium: 62.5 },
      note: { vi: 'tham khảo (chưa đủ nhóm thông số): nhóm I, IV; nhóm IV có 3 thông số' },
    },
  });
});

test('an input with too few values of the hour takes no part; without group IV nothing is published', async () => {
  await using rig = createRig({ kind: 'water', parameters });
  const { ph, ...others } = SAMPLE;
  await rig.take(
    ...readings({ ph: ph ?? 7 }),
    ...readings(others).filter(([, time]) => time < T0 + 1_000_000),
  );
  rig.now = END + 60_000;
  await rig.settle();
  const value = rig.value('vn_wqi', END);
  expect(value).toMatchObject({ value: null, flag: 9 });
  expect(value?.body.inputs).toContainEqual(
    expect.objectContaining({ parameter: 'cod', value: null, have: 2, of: 4 }),
  );
  expect(value?.body.note?.en).toContain('no parameter of group IV');
});

test('a level gauge has no index at all', async () => {
  await using rig = createRig({ kind: 'water', parameters: [{ id: 'water_temperature', period_s: 900 }] });
  await rig.take(...readings({ water_temperature: 25 }));
  rig.now = END + 60_000;
  await rig.settle();
  expect(rig.derived.newest('tram-thu')).toEqual([]);
});
