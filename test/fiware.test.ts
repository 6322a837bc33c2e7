/**
 * The feed as entities of the Smart Data Models: what real hours and alerts of each kind of station become, each against the
 * schema of its model, and what a webhook with `format: fiware` sends of it.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ParameterId } from '../devices/parameter.ts';
import type { FeedRecord } from '../devices/wire/feed.ts';
import type { Alarm, InventoryStation } from '../devices/wire/messages.ts';
import type { StationKind } from '../devices/word.ts';
import { createAlertBook } from '../gateway/alerts/book.ts';
import { createPeriods } from '../gateway/books/periods.ts';
import { createCatalog } from '../gateway/catalog.ts';
import { openDerivedStore } from '../gateway/derive/derived-store.ts';
import { published } from '../gateway/derive/derived-value.ts';
import { destinationsSchema } from '../gateway/ioc/destinations/index.ts';
import { createFeed } from '../gateway/ioc/feed.ts';
import { fiwareOf } from '../gateway/ioc/fiware/index.ts';
import { createHourlyRecords } from '../gateway/ioc/observations.ts';
import { openLedger } from '../gateway/ledger.ts';
import { openSqliteStore } from '../gateway/store/sqlite.ts';
import type { StoredReading } from '../gateway/store/store.ts';
import { fiwareFaults, requiredOf, strangers } from './support/fiware.ts';
import { testStation } from './support/station.ts';

vi.setConfig({ testTimeout: 30_000 });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EIGHT = Date.UTC(2026, 3, 1, 8);

type Reading = readonly [
  parameter: ParameterId,
  minute: number,
  value: number | null,
  more?: Partial<StoredReading>,
];

/** A reading every half an hour is due of all that the readings are of. */
const stationOf = (
  id: string,
  kind: StationKind,
  parameters: readonly ParameterId[],
  more: Partial<InventoryStation> = {},
): InventoryStation =>
  testStation({
    id,
    kind,
    parameters: parameters.map((parameter) => ({ id: parameter, period_s: 1800, instrument: 'may-1' })),
    ...more,
  });

/** Store, derived values, feed and book of alerts, as the gateway has them, from 08:00 UTC on. */
async function openRig(...stations: readonly InventoryStation[]) {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-fiware-'));
  const clock = { now: EIGHT };
  const now = () => clock.now;
  const ledger = openLedger(folder);
  const store = openSqliteStore(folder, { now });
  const derived = openDerivedStore(folder);
  onTestFinished(async () => {
    ledger.close();
    derived.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const feed = createFeed(ledger, now);
  const catalog = createCatalog(ledger, now);
  const announce = (...announced: readonly InventoryStation[]) =>
    void catalog.announce('edge-a', { stations: [...announced] });
  announce(...stations);
  const alerts = createAlertBook({ ledger, catalog, feed, now, onChange: () => {} });
  const hours = createHourlyRecords({
    ...{ ledger, feed, catalog, store, derived, now },
    periodsOf: createPeriods(ledger).of,
    delayMs: 2 * MINUTE,
    log: pino({ level: 'silent' }),
  });
  const settle = async () => {
    while (await hours.step());
  };
  await settle();
  const records = () => feed.after(0, 1000);
  const entities = () => records().flatMap((record) => fiwareOf(record, catalog) ?? []);
  return {
    ...{ clock, feed, catalog, alerts, announce, records, entities },
    async take(station: string, readings: readonly Reading[]) {
      const stored = readings.map(
        ([parameter, minute, value, more]): StoredReading => ({
          ...{ station, parameter, at: EIGHT + minute * MINUTE, value },
          ...{ flag: 1, reason: null, receivedAt: clock.now, ...more },
        }),
      );
      await store.append(stored);
      hours.stored(stored);
    },
    derive(station: string, values: Partial<Record<ParameterId, number>>) {
      const at = EIGHT + HOUR;
      const put = Object.entries(values).map(([parameter, value]) =>
        published({ station, parameter: parameter as ParameterId, at }, value, { method: 'm', inputs: [] }),
      );
      hours.deriving(put);
      derived.put(put, clock.now);
    },
    /** The hour is over, and what is late is looked at. */
    async hourEnds() {
      clock.now = Math.max(clock.now, EIGHT + HOUR) + 10 * MINUTE;
      await settle();
    },
    alarm(state: Alarm['state'], station: string, parameter: ParameterId, fields: Partial<Alarm> = {}) {
      clock.now += 1000;
      alerts.report(
        {
          ...{ station, parameter, state, limit: 'gioi-han', level: 'warning', value: 9, threshold: 5 },
          ...{ at: clock.now, ...fields },
        },
        'edge-a',
      );
    },
  };
}
type Rig = Awaited<ReturnType<typeof openRig>>;

/** All that is told of these attributes, each entity valid by its schema, and none without what the model asks for. */
function expectValid(rig: Rig, beyond: readonly string[] = []) {
  const entities = rig.entities();
  expect(entities.length).toBeGreaterThan(0);
  for (const entity of entities) {
    expect(fiwareFaults(entity)).toEqual([]);
    expect(strangers(entity).filter((attribute) => !beyond.includes(attribute))).toEqual([]);
    for (const required of requiredOf(entity)) {
      const { [required]: _, ...less } = entity;
      expect(fiwareFaults({ ...less, type: entity.type }).join()).toBe(
        required === 'type' ? '' : ` must have required property '${required}'`,
      );
    }
  }
  return entities;
}

const PERIOD = ['dateObservedFrom', 'dateObservedTo'];
const twice = (parameter: ParameterId, first: number, second: number): Reading[] => [
  [parameter, 0, first],
  [parameter, 30, second],
];

test('an hour of an air station is AirQualityObserved', async () => {
  const station = stationOf('tram-khi', 'air', ['pm2_5', 'co', 'relative_humidity', 'wind_direction'], {
    origin: { vi: 'Phát lại từ Bắc Kinh', en: 'Replayed from Beijing' },
  });
  const rig = await openRig(station);
  await rig.take('tram-khi', [
    ...twice('pm2_5', 40, 50),
    ...twice('co', 900, 1100),
    ...twice('h2s', 3, 5),
    ...twice('air_temperature', -1, -2),
    ...twice('pressure', 1009, 1011),
    ...twice('wind_speed', 2, 3),
    ...twice('wind_direction', 350, 330),
    ['relative_humidity', 0, 54],
  ]);
  rig.derive('tram-khi', { vn_aqi: 212, pm2_5_1h: 45 });
  await rig.hourEnds();
  expect(expectValid(rig, PERIOD)).toEqual([
    {
      id: 'urn:ngsi-ld:AirQualityObserved:tram-khi:2026-04-01T08:00:00Z',
      type: 'AirQualityObserved',
      name: 'Trạm tram-khi',
      alternateName: 'Station tram-khi',
      areaServed: 'Khu vực',
      location: { type: 'Point', coordinates: [108.21, 16.06] },
      source: 'Phát lại từ Bắc Kinh',
      refPointOfInterest: 'urn:ngsi-ld:PointOfInterest:tram-khi',
      refDevice: 'urn:ngsi-ld:Device:tram-khi:may-1',
      // Seven of the eight readings that were due; nothing was due of the parameters that nobody announced.
      reliability: 0.875,
      dateObserved: '2026-04-01T09:00:00Z',
      dateObservedFrom: '2026-04-01T08:00:00Z',
      dateObservedTo: '2026-04-01T09:00:00Z',
      pm25: 45,
      co: 1000,
      sh2: 4,
      temperature: -1.5,
      pressure: 1010,
      windSpeed: 2.5,
      windDirection: -20,
      relativeHumidity: 0.54,
      airQualityIndex: 212,
      airQualityLevel: 'veryBad',
    },
  ]);
});

test('fog is no more than 1, a wind that goes round has no direction', async () => {
  const rig = await openRig(stationOf('tram-khi', 'air', ['relative_humidity', 'wind_direction']));
  await rig.take('tram-khi', [
    ...twice('relative_humidity', 100.4, 100.2),
    ...twice('wind_direction', 80, 260),
  ]);
  await rig.hourEnds();
  const [entity] = expectValid(rig, PERIOD);
  expect(entity).toMatchObject({ relativeHumidity: 1 });
  expect(entity).not.toHaveProperty('windDirection');
});

test('an hour of a water station is WaterQualityObserved; late data correct it under its id', async () => {
  const rig = await openRig(stationOf('song', 'water', ['ph', 'conductivity']));
  await rig.take('song', [
    ...twice('ph', 7, 7.2),
    ...twice('conductivity', 0.4, 0.6),
    ...twice('specific_conductance', 1, 1),
    ...twice('salinity', 2, 2),
    ...twice('dissolved_solids', 300, 320),
    ...twice('turbidity', 12, 14),
    ...twice('dissolved_oxygen', 6, 6.5),
    ...twice('chlorophyll', 8, 9),
    ...twice('cod', 11, 13),
    ...twice('ammonium', 1, 1),
    ...twice('water_temperature', 28, 29),
    // The model has no place for a negative one.
    ...twice('redox', -120, -110),
    ...twice('water_level', 2, 2),
  ]);
  await rig.hourEnds();
  await rig.take('song', [['ph', 15, 8]]);
  await rig.hourEnds();
  const [first, corrected] = expectValid(rig, PERIOD);
  expect(first).toEqual({
    id: 'urn:ngsi-ld:WaterQualityObserved:song:2026-04-01T08:00:00Z',
    type: 'WaterQualityObserved',
    name: 'Trạm song',
    alternateName: 'Station song',
    areaServed: 'Khu vực',
    location: { type: 'Point', coordinates: [108.21, 16.06] },
    refPointOfInterest: 'urn:ngsi-ld:PointOfInterest:song',
    dateObserved: '2026-04-01T09:00:00Z',
    dateObservedFrom: '2026-04-01T08:00:00Z',
    dateObservedTo: '2026-04-01T09:00:00Z',
    temperature: 28.5,
    pH: 7.1,
    conductivity: 0.05,
    conductance: 0.1,
    salinity: 2,
    tds: 310,
    turbidity: 13,
    O2: 6.25,
    Chla: 8.5,
    cod: 12,
    NH4: 1.2878561,
  });
  expect(corrected).toEqual({ ...first, pH: 7.4 });
});

test('an hour of a traffic station is TrafficFlowObserved', async () => {
  const rig = await openRig(
    stationOf('nut-giao', 'traffic', ['traffic_flow', 'traffic_speed', 'occupancy'], { commissioning: true }),
  );
  await rig.take('nut-giao', [
    ...twice('traffic_flow', 1190, 1211),
    ...twice('traffic_speed', 30, 35),
    ...twice('occupancy', 10, 14),
  ]);
  rig.derive('nut-giao', { congestion: 1, level_of_service: 4 });
  await rig.hourEnds();
  expect(expectValid(rig)).toMatchObject([
    {
      id: 'urn:ngsi-ld:TrafficFlowObserved:nut-giao:2026-04-01T08:00:00Z',
      description: 'Trạm đang được lắp đặt: số liệu thử nghiệm.',
      intensity: 1201,
      averageVehicleSpeed: 32.5,
      occupancy: 0.12,
      congested: true,
    },
  ]);
});

test('an hour of a fire post is FireForestStatus', async () => {
  const rig = await openRig(stationOf('chot', 'fire', ['smoke', 'fire_detection', 'relative_humidity']));
  await rig.take('chot', [
    ...twice('smoke', 0, 1),
    ...twice('fire_detection', 0, 0),
    ...twice('relative_humidity', 40, 42),
  ]);
  rig.derive('chot', { fire_level: 4, fwi: 23.5, fire_p_index: 8000 });
  await rig.hourEnds();
  expect(expectValid(rig, ['dateObserved', ...PERIOD])).toMatchObject([
    {
      id: 'urn:ngsi-ld:FireForestStatus:chot:2026-04-01T08:00:00Z',
      smokeDetected: true,
      fireDetected: false,
      fireRiskIndex: 4,
      fireWeatherIndex: 23.5,
      fireForestDailyRiskIndex: 8000,
      relativeHumidity: 0.41,
    },
  ]);
});

test.each([
  ['all say no', twice('smoke', 0, 0), { smokeDetected: false }],
  [
    'one of two says nothing',
    [
      ['smoke', 0, 0],
      ['smoke', 30, null, { flag: 9 }],
    ],
    {},
  ],
  [
    'one of two is doubtful and says yes',
    [
      ['smoke', 0, 0],
      ['smoke', 30, 1, { flag: 3 }],
    ],
    { smokeDetected: true },
  ],
  ['a suspicion', twice('fire_detection', 0, 1), {}],
  ['an alarm', twice('fire_detection', 2, 0), { fireDetected: true }],
  ['flame without a judgement', twice('flame', 0, 1), { fireDetected: true }],
  [
    'flame that the judgement does not share',
    [...twice('flame', 0, 1), ...twice('fire_detection', 0, 0)],
    { fireDetected: false },
  ],
] as [string, Reading[], object][])('of smoke and fire: %s', async (_, readings, expected) => {
  const parameters = [...new Set(readings.map(([parameter]) => parameter))];
  const rig = await openRig(stationOf('chot', 'fire', [...parameters, 'relative_humidity']));
  await rig.take('chot', [...readings, ...twice('relative_humidity', 50, 50)]);
  await rig.hourEnds();
  const [entity] = expectValid(rig, ['dateObserved', ...PERIOD]);
  const { smokeDetected, fireDetected } = Object(entity);
  expect({
    ...(smokeDetected !== undefined && { smokeDetected }),
    ...(fireDetected !== undefined && { fireDetected }),
  }).toEqual(expected);
});

test('half of an hour without smoke is not told as an hour without smoke', async () => {
  const station = stationOf('chot', 'fire', ['relative_humidity']);
  const smoke = { id: 'smoke' as const, period_s: 600, instrument: 'may-1' };
  const rig = await openRig({ ...station, parameters: [...station.parameters, smoke] });
  await rig.take('chot', [...twice('smoke', 0, 0), ...twice('relative_humidity', 50, 50)]);
  await rig.hourEnds();
  expect(expectValid(rig, ['dateObserved', ...PERIOD])[0]).not.toHaveProperty('smokeDetected');
});

test('an alert is one entity from its beginning to its end', async () => {
  const rig = await openRig(stationOf('tram-khi', 'air', ['pm2_5']));
  rig.alarm('raised', 'tram-khi', 'vn_aqi', { value: 212, threshold: 201 });
  const id = Number(rig.alerts.list({ state: 'all', station: 'tram-khi', limit: 1 })[0]?.id);
  rig.alerts.acknowledge(id, 'nguyen-thi-lan', 'gọi 0905 123 456');
  rig.alerts.correct(id, 'nguyen-thi-lan', 'notice', 'sương mù, số 0905 123 456');
  rig.alarm('cleared', 'tram-khi', 'vn_aqi', { value: 90, threshold: 201 });
  const entities = expectValid(rig);
  expect(entities[0]).toEqual({
    id: 'urn:ngsi-ld:Alert:tram-khi:1',
    type: 'Alert',
    name: 'Trạm tram-khi',
    alternateName: 'Station tram-khi',
    areaServed: 'Khu vực',
    location: { type: 'Point', coordinates: [108.21, 16.06] },
    category: 'environment',
    subCategory: 'airPollution',
    severity: 'high',
    alertSource: 'urn:ngsi-ld:PointOfInterest:tram-khi',
    dateIssued: '2026-04-01T08:00:01Z',
    validFrom: '2026-04-01T08:00:01Z',
    description: 'Trạm tram-khi: VN_AQI giờ 212 (ngưỡng 201)',
    data: {
      kind: 'alert.raised',
      level: 'warning',
      state: 'active',
      parameter: 'vn_aqi',
      limit: 'gioi-han',
      value: 212,
      threshold: 201,
      unit: 'index',
      measured: '2026-04-01T08:00:01Z',
    },
  });
  expect(new Set(entities.map((entity) => entity.id)).size).toBe(1);
  expect(entities.find(({ data }) => Object(data).kind === 'alert.corrected')).toMatchObject({
    severity: 'low',
  });
  expect(entities.at(-1)).toMatchObject({
    validTo: '2026-04-01T08:00:02Z',
    description: 'Đã hết: Trạm tram-khi: VN_AQI giờ 212 (ngưỡng 201)',
  });
  expect(JSON.stringify(entities)).not.toMatch(/lan|0905/);
});

test.each([
  ['fire', 'smoke', 'critical', 'security', 'forestFire', 'high'],
  ['fire', 'fire_level', 'warning', 'weather', 'fireRisk', 'critical'],
  ['water', 'ph', 'warning', 'environment', 'waterPollution', 'medium'],
  ['water', 'water_level', 'notice', 'weather', 'floodRisk', 'low'],
  ['traffic', 'congestion', 'warning', 'traffic', 'trafficJam', 'low'],
  ['weather', 'relative_humidity', 'critical', 'weather', 'highHumidity', 'high'],
] as const)(
  'an alert of a %s station about %s, %s',
  async (kind, parameter, level, category, subCategory, severity) => {
    const rig = await openRig(stationOf('tram', kind, ['air_temperature']));
    rig.alarm('raised', 'tram', parameter, { level, value: 5, threshold: 4 });
    const { id } = rig.alerts.list({ state: 'all', station: 'tram', limit: 1 })[0] ?? { id: '' };
    rig.alerts.retract(Number(id), 'lan', 'diễn tập');
    // A station that is withdrawn leaves its alerts: their end is told.
    rig.announce();
    const [raised, retracted] = expectValid(rig);
    expect(raised).toMatchObject({ category, subCategory });
    expect(retracted).toMatchObject({ category, subCategory, data: { kind: 'alert.retracted' } });
    expect(retracted?.description).toMatch(/^Thu hồi: Trạm tram: /);
    rig.announce(stationOf('tram', kind, ['air_temperature']));
    expect(expectValid(rig)[0]).toMatchObject({ severity });
  },
);

test('too little is another subject than too much', async () => {
  const rig = await openRig(stationOf('tram', 'weather', ['air_temperature']));
  const low = { value: 3, threshold: 5 };
  rig.alarm('raised', 'tram', 'air_temperature', low);
  rig.alarm('raised', 'tram', 'relative_humidity', low);
  rig.alarm('raised', 'tram', 'water_level', low);
  const [cold, dry, shallow] = expectValid(rig);
  expect(cold).toMatchObject({ category: 'weather', subCategory: 'lowTemperature' });
  expect(dry).toMatchObject({ category: 'weather', subCategory: 'lowHumidity' });
  expect(shallow).toMatchObject({ category: 'environment' });
  expect(shallow).not.toHaveProperty('subCategory');
});

test('what the models have no place for is no entity', async () => {
  const rig = await openRig(
    stationOf('mua', 'weather', ['rain_rate']),
    stationOf('trong', 'air', ['pm2_5']),
    stationOf('pin', 'water', ['supply_voltage']),
  );
  await rig.take('mua', twice('rain_rate', 1, 2));
  await rig.take('pin', twice('supply_voltage', 11, 11));
  await rig.hourEnds();
  rig.alarm('raised', 'pin', 'supply_voltage');
  expect(rig.records().map(({ kind }) => kind)).toEqual([
    ...['observations', 'observations', 'observations', 'alert.raised'],
  ]);
  rig.alarm('raised', 'trong', 'pm2_5');
  expect(rig.entities()).toHaveLength(1);
  const dust = rig.records().at(-1);
  if (dust === undefined || !('alert' in dust)) throw new Error('there is no alert');
  const others = [
    { ...dust, alert: { ...dust.alert, no_data: true } },
    { ...dust, alert: { ...dust.alert, parameter: '', about: { kind: 'station', id: 'trong' } } },
    { kind: 'station.status', station: { id: 'mua', kind: 'weather', status: 'silent' } },
    { kind: 'edge.status', edge: { name: 'edge-a', online: false } },
    { kind: 'heartbeat', heartbeat: {} },
    { kind: 'observations', observations: { station: 'unknown' } },
  ] as unknown as FeedRecord[];
  for (const record of [...rig.records().slice(0, -1), ...others])
    expect(fiwareOf(record, rig.catalog)).toBe(null);
});

test('a webhook of this format sends signed lists of entities, and passes over what has no model', async () => {
  const rig = await openRig(stationOf('song', 'water', ['ph']), stationOf('mua', 'weather', ['rain_rate']));
  await rig.take('song', twice('ph', 7, 7));
  await rig.take('mua', twice('rain_rate', 1, 1));
  await rig.hourEnds();
  const bodies: { id: unknown; entities: unknown }[] = [];
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = request.headers as Record<string, string>;
    const entities = new Webhook(secret).verify(Buffer.concat(chunks).toString(), headers);
    bodies.push({ id: headers['webhook-id'], entities });
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const [settings] = destinationsSchema.parse([{ id: 'orion', url, secret, format: 'fiware' }]);
  const destination = settings?.open({
    id: 'orion',
    parts: { feed: rig.feed, catalog: rig.catalog } as never,
    now: Date.now,
    log: pino({ level: 'silent' }),
  });
  if (!destination) throw new Error('it was not opened');
  onTestFinished(() => destination.close());
  const { signal } = new AbortController();
  const of = (station: string) =>
    rig.records().find((record) => 'observations' in record && record.observations.station === station);
  const [river, rain] = [of('song'), of('mua')];
  expect([river, rain].map((record) => destination.wants(record as never))).toEqual([true, false]);
  await destination.send(river as never, signal);
  expect(bodies).toEqual([{ id: `feed-${river?.number}`, entities: rig.entities() }]);
  // It was wanted, and its station has been withdrawn since.
  rig.announce();
  await destination.send(river as never, signal);
  await destination.send(rain as never, signal);
  expect(bodies).toHaveLength(1);
  expect(
    destinationsSchema.safeParse([{ id: 'orion', url, secret, format: 'xml' }]).error?.issues[0]?.path,
  ).toEqual([0, 'format']);
});
