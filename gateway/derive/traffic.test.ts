/** Traffic over the embedded store: nights that teach the free-flow speed, then a jam. */
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { createRig } from './test-rig.ts';

const MINUTE = 60_000;
/** Midnight in Vietnam. */
const DAY = Date.UTC(2026, 2, 1, 17, 0, 0);
const INTERVAL = 5 * MINUTE;
const parameters = (['traffic_flow', 'traffic_speed', 'occupancy'] as const).map((id) => ({
  id: id as ParameterId,
  period_s: 60,
}));
type Row = [ParameterId, number, number];
const minutes = (from: number, to: number, flow: number, speed: number, occupancy: number): Row[] => {
  const rows: Row[] = [];
  for (let at = from; at < to; at += MINUTE)
    rows.push(['traffic_flow', at, flow], ['traffic_speed', at, speed], ['occupancy', at, occupancy]);
  return rows;
};
const SITE = { station: 'tram-thu', lanes: 2, passenger_cars: 0.5 };

test('density, level of service and congestion against the own nights', async () => {
  await using rig = createRig({ kind: 'traffic', parameters }, { traffic: { sites: [SITE] } });
  for (let night = 0; night < 3; night++)
    await rig.take(...minutes(DAY + night * DAY_MS, DAY + night * DAY_MS + 5 * HOUR_MS, 60, 50, 1));
  const seven = DAY + 2 * DAY_MS + 7 * HOUR_MS;
  await rig.take(
    ...minutes(seven - 2 * INTERVAL, seven + INTERVAL, 1200, 60, 10),
    ...minutes(seven + INTERVAL, seven + 5 * INTERVAL, 900, 15, 40),
  );
  rig.now = seven + 5 * INTERVAL + 2 * MINUTE;
  await rig.settle();
  expect(rig.value('free_flow_speed', DAY + 2 * DAY_MS + 5 * HOUR_MS)).toMatchObject({
    value: 50,
    body: { have: 180 },
  });
  expect(rig.value('free_flow_speed', DAY + DAY_MS + 5 * HOUR_MS)?.body.note?.en).toBe(
    'learning: 120 of 180 intervals at night',
  );
  expect(rig.value('traffic_density', seven + INTERVAL)?.value).toBe(20);
  // 20 vehicles a km on two lanes, each half a car: 5 a km and lane, level A.
  expect(rig.value('level_of_service', seven + INTERVAL)?.value).toBe(1);
  const jam = [2, 3, 4, 5].map((interval) => rig.value('congestion', seven + interval * INTERVAL)?.value);
  expect(jam).toEqual([0, 0, 1, 1]);
  expect(rig.live.filter(({ parameter, value }) => parameter === 'congestion' && value === 1)).toHaveLength(
    2,
  );
  // It does not clear because data stop: nobody knows.
  rig.now += 2 * INTERVAL;
  await rig.settle();
  expect(rig.value('congestion', seven + 7 * INTERVAL)).toMatchObject({ value: null, flag: 9 });
});

test('without lanes and equivalents of the site there is a density and no level of service', async () => {
  await using rig = createRig({ kind: 'traffic', parameters });
  await rig.take(...minutes(DAY, DAY + INTERVAL, 600, 60, 5));
  rig.now = DAY + INTERVAL + MINUTE;
  await rig.settle();
  expect(rig.value('traffic_density', DAY + INTERVAL)?.value).toBe(10);
  expect(rig.value('level_of_service', DAY + INTERVAL)).toMatchObject({ value: null });
  expect(rig.value('congestion', DAY + INTERVAL)?.body.note?.en).toContain('free-flow speed is not known');
});
