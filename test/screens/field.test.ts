/** The field has what the screens are tested with: it is asked through the API, as a screen asks. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type {
  AlertAnswer,
  IncidentAnswer,
  LatestReading,
  ReadingsAnswer,
  StationAnswer,
  StationLimitsAnswer,
} from '../../devices/wire/api.ts';
import type { DestinationAnswer } from '../../devices/wire/destination.ts';
import type { EdgeAnswer } from '../../devices/wire/edges.ts';
import { emptyField, type Field, manyStations, startField } from './field.ts';
import { EDGES, LONG_NAME } from './field-stations.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });

describe('the field', () => {
  let field: Field;
  beforeAll(async () => {
    field = await startField({ days: 2 });
  });
  afterAll(() => field?.stop());

  const derived = async (station: string): Promise<Record<string, number | null>> => {
    const { values } = await field.call<{ values: { parameter: string; value: number | null }[] }>(
      `stations/${station}/derived`,
    );
    return Object.fromEntries(values.map(({ parameter, value }) => [parameter, value]));
  };
  const alerts = async (state: string): Promise<AlertAnswer[]> =>
    (await field.call<{ alerts: AlertAnswer[] }>(`alerts?state=${state}&limit=200`)).alerts;

  test('stations are live, silent and new, and one has a long name with markup', async () => {
    const { stations } = await field.call<{ stations: StationAnswer[] }>('stations');
    const status = Object.fromEntries(stations.map((station) => [station.id, station.status]));
    expect(status).toMatchObject({
      'kk-cau-rong': 'live',
      'chot-hoa-bac-1': 'live',
      'tt-ba-na': 'silent',
      'nuoc-cua-dai': 'silent',
      'gt-vinh-dien': 'new',
    });
    expect(new Set(stations.map(({ area }) => area.vi)).size).toBe(3);
    expect(LONG_NAME).toHaveLength(300);
    expect(stations.find(({ id }) => id === 'kk-san-bay')?.name.vi).toBe(LONG_NAME);
  });

  test('the gateway has derived indices from the history', async () => {
    expect(await derived('kk-cau-rong')).toMatchObject({
      vn_aqi: expect.any(Number),
      vn_aqi_day: expect.any(Number),
    });
    expect(await derived('nuoc-cau-do')).toMatchObject({ vn_wqi: expect.any(Number) });
    expect(await derived('chot-hoa-phu')).toMatchObject({ fwi: expect.any(Number) });
    expect(await derived('gt-cau-rong')).toMatchObject({ level_of_service: expect.any(Number) });
    // Its hours of the night came last.
    expect(await derived('kk-hoi-an')).toMatchObject({ pm2_5_24h: expect.any(Number) });
  });

  test('the history is there once, also what came late', async () => {
    const { points } = await field.call<ReadingsAnswer>('readings?station=kk-hoi-an&parameter=pm2_5');
    const times = points.map(([at]) => at);
    expect(times.length).toBeGreaterThan(200);
    expect(new Set(times).size).toBe(times.length);
    const [last = 0] = times.slice(-1);
    const HOUR = 3_600_000;
    expect(times.filter((at) => at > last - 19 * HOUR && at < last - 17 * HOUR).length).toBeGreaterThan(20);
  });

  test('alerts stand in every way', async () => {
    const open = await alerts('open');
    const found = (station: string, limit: string) =>
      open.find((alert) => alert.station === station && alert.limit === limit);
    expect(found('nuoc-cau-do', 'bao-dong-2')).toMatchObject({ level: 'critical', state: 'active' });
    expect(found('kk-cau-rong', 'bui-min')).toMatchObject({ state: 'acknowledged' });
    expect(found('nuoc-cau-do', 'axit-kiem')).toMatchObject({ state: 'latched' });
    expect(found('nuoc-song-han', 'thieu-oxy')).toMatchObject({ level: 'notice' });
    expect(found('gt-cau-rong', 'xe-cham')?.flapping).toBeTruthy();
    // The gateway looks every five seconds.
    await vi.waitFor(
      async () =>
        expect((await alerts('open')).find(({ station }) => station === 'tt-ba-na')?.unverified).toBe(true),
      { timeout: 30_000, interval: 500 },
    );
    const quiet = await alerts('quiet');
    expect(quiet.some(({ shelved }) => shelved !== undefined)).toBe(true);
    expect(quiet.some(({ inhibited }) => inhibited !== undefined)).toBe(true);
    expect((await alerts('cleared')).length).toBeGreaterThan(2);
    const { incidents } = await field.call<{ incidents: IncidentAnswer[] }>('incidents?state=open');
    expect(incidents).toMatchObject([
      { level: 'critical', stations: ['chot-hoa-bac-1', 'chot-hoa-bac-2', 'chot-hoa-bac-3'] },
    ]);
  });

  test('the fleet, quarantine, destinations, people and limits are there', async () => {
    const { edges } = await field.call<{ edges: EdgeAnswer[] }>('edges');
    const online = Object.fromEntries(edges.map((edge) => [edge.name, edge.online]));
    expect(online).toMatchObject({ [EDGES.city]: true, [EDGES.forest]: true, [EDGES.away]: false });
    expect(edges.find(({ name }) => name === EDGES.forest)?.failing).toBe(2);
    const { entries } = await field.call<{ entries: { reason: string }[] }>('quarantine');
    expect(entries.map(({ reason }) => reason).join('\n')).toMatch(/unknown station/);
    expect(entries.length).toBeGreaterThan(5);
    await vi.waitFor(
      async () => {
        const { destinations } = await field.call<{ destinations: DestinationAnswer[] }>('ioc/destinations');
        const [taking, full, picky] = ['taking', 'full', 'picky'].map((id) =>
          destinations.find((destination) => destination.id === id),
        );
        expect(taking).toMatchObject({ status: 'delivering', error: null });
        expect(full).toMatchObject({ status: 'failing' });
        expect(full?.behind).toBeGreaterThan(10);
        expect(picky?.dead_letters).toBeGreaterThan(0);
      },
      { timeout: 30_000, interval: 200 },
    );
    expect((await field.call<{ people: unknown[] }>('people')).people).toHaveLength(4);
    const limits = await field.call<StationLimitsAnswer>('stations/kk-cau-rong/limits');
    expect(limits).toMatchObject({ version: 2, by: 'operator' });
    const { entries: audit } = await field.call<{ entries: { action: string }[] }>('audit');
    expect(audit.map(({ action }) => action)).toContain('alert.shelve');
  });

  test('who is limited to an area sees that area only', async () => {
    const { stations } = await field.call<{ stations: StationAnswer[] }>('stations', { as: 'ranger' });
    expect(new Set(stations.map(({ area }) => area.vi))).toEqual(new Set(['Hòa Vang']));
    const { cookies } = await field.login('viewer');
    expect(cookies).toMatchObject([{ domain: '127.0.0.1', httpOnly: true }]);
  });

  test('while it is live, fresh readings come', async () => {
    const from = Date.now();
    field.live(20);
    await vi.waitFor(
      async () => {
        const { readings } = await field.call<{ readings: LatestReading[] }>('latest');
        expect(readings.some(({ at }) => at >= from)).toBe(true);
      },
      { timeout: 30_000, interval: 100 },
    );
    field.live(0);
  });
});

test('an empty field has users and no station', async () => {
  const field = await emptyField();
  expect(await field.call('stations', { as: 'viewer' })).toMatchObject({ stations: [] });
  await field.stop();
});

test('a field of many has as many as asked for, with values', async () => {
  const field = await manyStations(300);
  const { stations } = await field.call<{ stations: StationAnswer[] }>('stations');
  expect(stations).toHaveLength(300);
  expect(stations.every(({ status }) => status === 'live')).toBe(true);
  await field.stop();
});
