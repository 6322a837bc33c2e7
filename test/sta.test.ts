/** OGC SensorThings of a running gateway: the queries that its clients ask, over HTTP, and Observations over MQTT. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HOUR_MS } from '../devices/local-time.ts';
import { topics } from '../devices/wire/topics.ts';
import { addDevice, withAccounts } from '../gateway/admin.ts';
import type { Gateway } from '../gateway/app.ts';
import { startGateway } from '../gateway/main.ts';
import { lastWholeHour } from './support/hour.ts';
import { testStation } from './support/station.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 30_000 });

const TOKEN = 'a-token-for-this-test-only';
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-sta-'));
const flags = {
  ...{ data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN },
  'derive.delay_s': 0,
};
const END = await lastWholeHour();
const MINUTE_MS = 60_000;

const RIVER = testStation({
  id: 'song-han',
  kind: 'water',
  name: { vi: 'Sông Hàn', en: 'Han river' },
  latitude: 16.07,
  longitude: 108.22,
  parameters: [
    { id: 'ph', period_s: 60, instrument: 'Aqua 1' },
    { id: 'water_level', period_s: 60, instrument: 'Radar "X/2"' },
  ],
});
const STREET = testStation({
  id: 'cau-giay',
  name: { vi: 'Cầu Giấy', en: 'Cau Giay' },
  origin: { vi: 'bản ghi', en: 'a recording' },
  latitude: 21.03,
  longitude: 105.8,
  parameters: [{ id: 'pm2_5', period_s: 900 }],
});

let gateway: Gateway;
let edge: MqttClient;
let subscriber: MqttClient;
let base = '';

const get = async (path: string) => {
  const url = path.startsWith('http') ? path : `${base}/${path}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const ids = (body: { value: { '@iot.id': string }[] }) => body.value.map((one) => one['@iot.id']);
const iso = (at: number) => new Date(at).toISOString();
const publish = (topic: string, senml: unknown) =>
  edge.publishAsync(topic, JSON.stringify(senml), { qos: 1 });

beforeAll(async () => {
  let password = { edge: '', subscriber: '' };
  await withAccounts({ flags }, async (accounts) => {
    password = {
      edge: await addDevice(accounts, 'edge-a', 'edge'),
      subscriber: await addDevice(accounts, 'ioc-centre', 'subscriber'),
    };
  });
  gateway = await startGateway({ flags });
  base = `http://127.0.0.1:${gateway.ready.httpPort}/sta/v1.1`;
  const connect = (username: string, key: string) =>
    connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
      ...{ username, password: key, clientId: username, reconnectPeriod: 0 },
    });
  [edge, subscriber] = [
    await connect('edge-a', password.edge),
    await connect('ioc-centre', password.subscriber),
  ];
  await edge.publishAsync(topics.inventory('edge-a'), JSON.stringify({ stations: [RIVER, STREET] }), {
    ...{ qos: 1, retain: true },
  });
  const readings = (station: string, parameter: string, count: number, stepMs: number) =>
    Array.from({ length: count }, (_, index) => ({
      n: `urn:quantrac:${station}:${parameter}`,
      t: (END - (count - index) * stepMs) / 1000,
      v: index,
      ...(index === 3 && { qf: 3, qr: 'spike; rate of change' }),
    }));
  await publish(topics.backlog('edge-a', RIVER.id), readings(RIVER.id, 'ph', 14, MINUTE_MS));
  await publish(topics.backlog('edge-a', RIVER.id), readings(RIVER.id, 'water_level', 5, MINUTE_MS));
  await publish(topics.backlog('edge-a', STREET.id), readings(STREET.id, 'pm2_5', 12, 15 * MINUTE_MS));
  await vi.waitFor(
    async () => expect(ids((await get('Datastreams')).body)).toContain('cau-giay:vn_aqi'),
    10_000,
  );
});

afterAll(async () => {
  await edge?.endAsync(true);
  await subscriber?.endAsync(true);
  await gateway?.stop();
  rmSync(dataDir, { recursive: true });
});

describe('entities', () => {
  test('the root lists the sets and what is conformed to', async () => {
    const { body } = await get('');
    expect(body.value).toContainEqual({ name: 'FeaturesOfInterest', url: `${base}/FeaturesOfInterest` });
    expect(body.value).toHaveLength(8);
    expect(JSON.stringify(body.serverSettings)).toContain(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`);
  });

  test('nobody without a login', async () => {
    expect((await fetch(`${base}/Things`)).status).toBe(401);
  });

  test.each([
    ['Things', 2],
    ['Locations', 2],
    ['HistoricalLocations', 2],
    ['FeaturesOfInterest', 2],
    ['Sensors', 2],
    ['ObservedProperties', 3],
    ['Datastreams', 3],
    ['Observations', 31],
  ])('every link of every one of %s leads somewhere', async (set, least) => {
    const { body } = await get(`${set}?$count=true&$top=30`);
    expect(body['@iot.count']).toBeGreaterThanOrEqual(least);
    for (const entity of body.value) {
      const self = await get(entity['@iot.selfLink']);
      expect(self.body['@iot.id']).toBe(entity['@iot.id']);
      const links = Object.entries(entity).filter(([name]) => name.endsWith('@iot.navigationLink'));
      expect(links.length).toBeGreaterThan(0);
      for (const [name, link] of links) {
        const { status, body: linked } = await get(`${link}`);
        expect(status, name).toBe(200);
        expect(linked.value, name).not.toEqual([]);
      }
    }
  });

  test('a station with its place, and whose values are a recording', async () => {
    const { body } = await get(
      "Things('cau-giay')?$expand=Locations,Datastreams($filter=properties/derived eq false)",
    );
    expect(body).toMatchObject({
      name: 'Cầu Giấy',
      properties: { kind: 'air', name_en: 'Cau Giay', origin_en: 'a recording' },
      Locations: [
        { encodingType: 'application/geo+json', location: { type: 'Point', coordinates: [105.8, 21.03] } },
      ],
      Datastreams: [
        {
          '@iot.id': 'cau-giay:pm2_5',
          unitOfMeasurement: { name: 'ug/m3', symbol: 'µg/m³' },
          properties: { period_s: 900, origin: 'bản ghi' },
        },
      ],
    });
    expect(body.Datastreams[0]).not.toHaveProperty('phenomenonTime');
    const own = await get("Datastreams('cau-giay:pm2_5')");
    expect(own.body.phenomenonTime).toBe(`${iso(END - 3 * HOUR_MS)}/${iso(END - 15 * MINUTE_MS)}`);
  });

  test('a reading is of a moment, with flag, reasons and the time at which it came', async () => {
    const at = END - 11 * MINUTE_MS;
    const { body } = await get(
      `Observations('song-han:ph:${at}')?$expand=Datastream($select=id),FeatureOfInterest`,
    );
    expect(body).toMatchObject({
      phenomenonTime: iso(at),
      result: 3,
      resultQuality: { scheme: 'QARTOD', flag: 3, meaning: 'suspect', reasons: ['spike', 'rate of change'] },
      Datastream: { '@iot.id': 'song-han:ph' },
      FeatureOfInterest: { '@iot.id': 'song-han' },
    });
    expect(Object.keys(body.Datastream)).toEqual(['@iot.id']);
    expect(Date.parse(body.resultTime)).toBeGreaterThan(at);
  });

  test('a derived value is of an interval and says how it came about', async () => {
    const { body } = await get(
      "Datastreams('cau-giay:pm2_5_1h')/Observations?$orderby=phenomenonTime desc&$top=1",
    );
    expect(body.value[0]).toMatchObject({
      phenomenonTime: `${iso(END - HOUR_MS)}/${iso(END)}`,
      result: 9.5,
      parameters: { inputs: [{ parameter: 'pm2_5' }] },
    });
    const sensor = await get("Datastreams('cau-giay:pm2_5_1h')/Sensor");
    expect(sensor.body['@iot.id']).toBe('derived:pm2_5_1h');
  });

  test.each<[string, object | null]>([
    ["Things('song-han')/name", { name: 'Sông Hàn' }],
    ["Things('song-han')/properties/kind", { kind: 'water' }],
    ["Datastreams('song-han:ph')/Thing/@iot.id", null],
    ["Datastreams('song-han:ph')/Thing/$ref", { '@iot.selfLink': "/Things('song-han')" }],
    [
      "Things('song-han')/Datastreams/$ref",
      { value: [{}, { '@iot.selfLink': "/Datastreams('song-han:water_level')" }] },
    ],
    [
      "Things('song-han')/Datastreams('song-han:ph')/Observations?$top=0&$count=true",
      { '@iot.count': 14, value: [] },
    ],
    ["Things('cau-giay')/Datastreams('song-han:ph')", null],
    ["Things('nowhere')", null],
    ["Observations('song-han:ph:1')", null],
    ['Things(1)', null],
  ])('%s', async (path, expected) => {
    const { status, body } = await get(path);
    expect(status).toBe(expected === null ? 404 : 200);
    if (expected !== null)
      expect(JSON.parse(JSON.stringify(body).replaceAll(base, ''))).toMatchObject(expected);
  });

  test('a value alone', async () => {
    const response = await fetch(`${base}/Things('song-han')/name/$value`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toBe('Sông Hàn');
  });
});

describe('queries', () => {
  test('the newest of every Datastream, nested', async () => {
    const { body } = await get(
      'Things?$select=name&$orderby=name&$expand=Datastreams($select=id;$filter=properties/derived eq false;$expand=Observations($top=1;$orderby=phenomenonTime desc;$select=result))',
    );
    expect(body.value.map(({ name }: { name: string }) => name)).toEqual(['Cầu Giấy', 'Sông Hàn']);
    const [, river] = body.value;
    expect(river.Datastreams).toMatchObject([
      { '@iot.id': 'song-han:ph', Observations: [{ result: 13 }] },
      { '@iot.id': 'song-han:water_level', Observations: [{ result: 4 }] },
    ]);
    expect(river.Datastreams[0]['Observations@iot.nextLink']).toContain(
      "Datastreams('song-han:ph')/Observations?",
    );
    expect(Object.keys(river.Datastreams[0].Observations[0])).toEqual(['result']);
  });

  test.each<[string, string[]]>([
    ["Things?$filter=name eq 'Sông Hàn'", ['song-han']],
    ["Things?$filter=startswith(properties/area,'Khu') and not endswith(name,'n')", ['cau-giay']],
    ["Things?$filter=Datastreams/ObservedProperty/id eq 'ph'", ['song-han']],
    [
      "Things?$filter=st_within(Locations/location, geography'POLYGON((108 15.9, 108.4 15.9, 108.4 16.2, 108 16.2, 108 15.9))')",
      ['song-han'],
    ],
    [
      "Locations?$filter=st_within(location, geography'POLYGON((105 20, 106 20, 106 22, 105 22, 105 20))')",
      ['cau-giay'],
    ],
    [
      "Datastreams?$filter=Thing/id eq 'song-han'&$orderby=ObservedProperty/id desc",
      ['song-han:water_level', 'song-han:ph'],
    ],
    ["Sensors?$filter=substringof('Radar',name)", ['Radar "X/2"']],
    ['Things?$top=1&$skip=1', ['song-han']],
    ['Things?$orderby=name desc', ['song-han', 'cau-giay']],
  ])('%s', async (path, expected) => {
    const { status, body } = await get(path);
    expect(status).toBe(200);
    expect(ids(body)).toEqual(expected);
  });

  test('times, values and quality of Observations', async () => {
    const results = async (query: string) => {
      const { body } = await get(`Datastreams('song-han:ph')/Observations?${query}`);
      return body.value.map(({ result }: { result: number }) => result);
    };
    const at = (minutes: number) =>
      new Date(END - minutes * MINUTE_MS + 7 * HOUR_MS).toISOString().replace('Z', '%2B07:00');
    expect(await results(`$filter=phenomenonTime ge ${at(3)} and phenomenonTime lt ${at(1)}`)).toEqual([
      12, 11,
    ]);
    expect(await results(`$filter=${at(3)} lt phenomenonTime&$orderby=phenomenonTime asc`)).toEqual([12, 13]);
    expect(await results('$filter=result gt 11 or result lt 1&$orderby=result desc')).toEqual([13, 12, 0]);
    expect(await results('$filter=resultQuality/flag ne 1')).toEqual([3]);
    expect(await results(`$filter=resultTime gt ${at(0)}&$top=2`)).toEqual([13, 12]);
    expect(await results('$skip=2&$top=2')).toEqual([11, 10]);
  });

  test.each(['asc', 'desc'])(
    'pages of all Datastreams, %s: each Observation once, in order',
    async (order) => {
      const query = `$orderby=phenomenonTime ${order}&$filter=not (Datastream/properties/derived eq true)`;
      const whole = (await get(`Observations?$top=1000&$count=true&${query}`)).body;
      expect(whole['@iot.count']).toBe(31);
      const times = whole.value.map((one: { phenomenonTime: string }) => one.phenomenonTime);
      expect(times).toEqual(order === 'asc' ? times.toSorted() : times.toSorted().reverse());
      const paged: string[] = [];
      for (let next = `Observations?$top=4&${query}`; next !== undefined; ) {
        const { body } = await get(next);
        paged.push(...ids(body));
        expect(body.value.length).toBeLessThanOrEqual(4);
        next = body['@iot.nextLink'];
      }
      expect(paged).toEqual(ids(whole));
      expect(new Set(paged).size).toBe(31);
    },
  );

  test('pages of other entities', async () => {
    const first = (await get('ObservedProperties?$top=2&$count=true&$select=id')).body;
    expect(first.value).toHaveLength(2);
    const second = (await get(first['@iot.nextLink'])).body;
    expect(ids(second)).not.toContain(ids(first)[0]);
    expect(second['@iot.count']).toBe(first['@iot.count']);
  });

  test('rows by Datastream', async () => {
    const query = "$resultFormat=dataArray&$filter=Datastream/Thing/id eq 'song-han'&$top=1000";
    const { body } = await get(`Observations?${query}`);
    expect(body.value).toHaveLength(2);
    const ph = body.value.find((one: { dataArray: unknown[] }) => one.dataArray.length === 14);
    expect(ph).toMatchObject({
      'Datastream@iot.navigationLink': `${base}/Datastreams('song-han:ph')`,
      'dataArray@iot.count': 14,
      components: ['id', 'phenomenonTime', 'resultTime', 'result', 'resultQuality', 'parameters'],
    });
    expect(ph.dataArray[0].slice(0, 2)).toEqual([`song-han:ph:${END - MINUTE_MS}`, iso(END - MINUTE_MS)]);
  });

  test.each<[string, number, string]>([
    ['Things?$filter=nam eq 1', 400, 'Things have no "nam"'],
    ['Things?$filter=name eq', 400, '$filter: a value is missing'],
    ['Things?$select=size', 400, '$select: Things have no "size"'],
    ['Things?$expand=Observations', 400, 'Things have no link "Observations"'],
    ['Things?$filter=Datastreams/Observations/result gt 5', 501, 'Datastreams/Observations/result'],
    ['Things?$resultFormat=dataArray', 400, 'collections of Observations'],
    ['Observations?$skip=10001', 400, '$skip'],
    ['Things?$top=1&$top=2', 400, '$top is given twice'],
    ['Observations?$skiptoken=x', 400, '$skiptoken'],
  ])('%s is refused', async (path, status, reason) => {
    const { status: got, body } = await get(path);
    expect(got).toBe(status);
    expect(body.detail).toContain(reason);
  });
});

describe('subscribers', () => {
  test('hear each Observation once, of all Datastreams or of one, and nothing else', async () => {
    const heard: { topic: string; message: Record<string, unknown> }[] = [];
    subscriber.on('message', (topic, payload) =>
      heard.push({ topic, message: JSON.parse(payload.toString()) }),
    );
    const granted = await subscriber.subscribeAsync([
      'v1.1/Observations',
      "v1.1/Datastreams('song-han:ph')/Observations",
    ]);
    expect(granted.map(({ qos }) => qos)).toEqual([0, 0]);
    for (const topic of [
      '#',
      'v1.1/#',
      'v1.1/+',
      'quantrac/v1/live/+',
      'quantrac/v1/limits/song-han',
      "v1.1/Datastreams('nowhere:ph')/Observations",
    ])
      await expect(subscriber.subscribeAsync(topic), topic).rejects.toThrow();
    const now = Date.now();
    const senml = ['ph', 'water_level'].map((parameter) => ({
      ...{ n: `urn:quantrac:song-han:${parameter}`, t: now / 1000, v: 7.25 },
    }));
    await publish(topics.readings('edge-a', RIVER.id), senml);
    const heardOfRiver = () => heard.filter(({ message }) => `${message['@iot.id']}`.startsWith('song-han:'));
    await vi.waitFor(() => expect(heardOfRiver()).toHaveLength(3), 5000);
    const ofRiver = heardOfRiver();
    expect(ofRiver.map(({ topic }) => topic).sort()).toEqual([
      "v1.1/Datastreams('song-han:ph')/Observations",
      ...['v1.1/Observations', 'v1.1/Observations'],
    ]);
    const { message } = ofRiver.find(({ topic }) => topic.includes('Datastreams')) ?? {
      message: {} as Record<string, unknown>,
    };
    expect(message).toMatchObject({ result: 7.25, Datastream: { '@iot.id': 'song-han:ph' } });
    const { body } = await get(`Observations('${message['@iot.id']}')`);
    for (const name of ['phenomenonTime', 'resultTime', 'result', 'resultQuality'])
      expect(message[name]).toEqual(body[name]);
  });

  test('may publish nothing', async () => {
    const closed = new Promise<void>((resolve) => subscriber.once('close', () => resolve()));
    subscriber.publish('v1.1/Observations', '{}', { qos: 0 });
    await closed;
    const { body } = await get("Datastreams('song-han:ph')/Observations?$top=1");
    expect(body.value[0].result).toBe(7.25);
  });
});
