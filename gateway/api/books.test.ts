/** Books, quality and export of a running gateway, over HTTP and MQTT. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf } from '../../devices/local-time.ts';
import type { BooksAnswer, ReadingsAnswer, StationQuality } from '../../devices/wire/api.ts';
import { decodeSenml } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { startGateway } from '../main.ts';

const TOKEN = 'a-token-for-this-test-only';
const HOUR = 3_600_000;
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-books-api-'));
const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };
const AT = Date.now() - 2 * HOUR;
const FROM = AT - (AT % HOUR);

let gateway: Gateway;
let edge: MqttClient;
const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  fetch(`http://127.0.0.1:${gateway.ready.httpPort}/api/v1/${path}`, { headers });
const detail = async (path: string) => {
  const response = await get(path);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return [response.status, ((await response.json()) as { detail: string }).detail];
};

beforeAll(async () => {
  const password = await withAccounts({ flags }, (accounts) => addDevice(accounts, 'edge-a', 'edge'));
  gateway = await startGateway({ flags });
  edge = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    username: 'edge-a',
    password,
    clientId: 'edge-a',
    reconnectPeriod: 0,
  });
  const publish = (topic: string, message: unknown) =>
    edge.publishAsync(topic, JSON.stringify(message), { qos: 1 });
  const parameters = [
    { id: 'ph', period_s: 300 },
    { id: 'salinity', period_s: 300 },
  ] as const;
  await publish(topics.inventory('edge-a'), {
    stations: [
      testStation({ id: 'cau-do', parameters: [...parameters] }),
      testStation({ id: 'empty', parameters: [{ id: 'ph', period_s: 60 }] }),
    ],
  });
  await publish(topics.backlog('edge-a', 'cau-do'), [
    { bn: 'urn:quantrac:cau-do:', bt: AT / 1000, n: 'ph', v: 7.25 },
    { n: 'ph', t: 1, v: -1, qf: 4, qr: '=HYPERLINK("http://x"), ngoài khoảng' },
    { n: 'ph', t: 2, qf: 9, qr: 'không trả lời' },
    { n: 'salinity', t: 0.5, u: 'ppt', v: 0.1 },
    { n: 'salinity', t: 3, v: 'wrong' },
  ]);
});
afterAll(async () => {
  await edge.endAsync(true);
  await gateway.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('the books of a station are told by point and hour, and add up', async () => {
  const books = (await (await get(`stations/cau-do/books?from=${AT}&to=${AT + 1}`)).json()) as BooksAnswer;
  expect(books).toMatchObject({ station: 'cau-do', from: FROM, to: FROM + HOUR, until: FROM + HOUR });
  expect(books.edge).toMatchObject({ name: 'edge-a', known: 'unknown' });
  const ph = books.hours.find(({ parameter }) => parameter === 'ph');
  expect(ph).toMatchObject({ hour: FROM, good: 1, flagged: 1, missed: 1, queued: 0, quarantined: 0 });
  expect(ph?.missed_why).toEqual([{ cause: 'không trả lời', count: 1 }]);
  for (const hour of books.hours) {
    const { expected, extra, good, flagged, missed, queued, quarantined } = hour;
    expect(good + flagged + missed + queued + quarantined).toBe(expected + extra);
  }
  const day = (await (await get('stations/cau-do/books')).json()) as BooksAnswer;
  expect(day.hours.find(({ quarantined }) => quarantined === 1)?.quarantined_why).toEqual([
    { reason: 'value "v" is no finite number', count: 1 },
  ]);
});

test('what the edge tells of waiting and lost readings is in the books, and in the metrics', async () => {
  const publish = (topic: string, message: unknown) =>
    edge.publishAsync(topic, JSON.stringify(message), { qos: 1 });
  const hour = FROM - 20 * HOUR;
  await publish(topics.inventory('edge-a'), {
    stations: [
      testStation({
        id: 'cau-do',
        parameters: [
          { id: 'ph', period_s: 300 },
          { id: 'salinity', period_s: 300 },
        ],
      }),
      testStation({ id: 'empty', parameters: [{ id: 'ph', period_s: 60 }] }),
    ],
  });
  await publish(topics.status('edge-a'), {
    online: true,
    uptime_s: 60,
    waiting: { alarms: 0, live: 2, backlog: 30 },
    thinned: 5,
    dropped: 7,
    outbox: { megabytes: 32, of_megabytes: 64, holds_hours: null },
  });
  const lost = {
    outbox: '1',
    number: 1,
    entries: [{ station: 'cau-do', parameter: 'ph', hour, cause: 'dropped', readings: 7 }],
  };
  const waiting = [{ station: 'cau-do', hour: FROM, points: { ph: 5, salinity: 1 } }];
  await publish(topics.account('edge-a'), { at: Date.now(), waiting, lost });
  await publish(topics.account('edge-a'), { at: Date.now(), lost });
  const books = (await (
    await get(`stations/cau-do/books?from=${hour}&to=${Date.now()}`)
  ).json()) as BooksAnswer;
  expect(books.edge).toMatchObject({ online: true, waiting: 6, known: 'counted' });
  const dropped = books.hours.find((book) => book.hour === hour && book.parameter === 'ph');
  expect(dropped).toMatchObject({ expected: 0, extra: 7, missed: 7 });
  expect(dropped?.missed_why).toEqual([{ cause: 'dropped at the edge: its outbox was full', count: 7 }]);
  for (const { expected, extra, good, flagged, missed, queued, quarantined } of books.hours)
    expect(good + flagged + missed + queued + quarantined).toBe(expected + extra);

  const response = await fetch(`http://127.0.0.1:${gateway.ready.httpPort}/metrics`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const lines = (await response.text()).split('\n');
  for (const line of [
    'quantrac_edge_online{edge="edge-a"} 1',
    'quantrac_edge_waiting{edge="edge-a",lane="backlog"} 30',
    'quantrac_edge_waiting{edge="edge-a",lane="live"} 2',
    'quantrac_edge_thinned_readings{edge="edge-a"} 5',
    'quantrac_edge_dropped_readings{edge="edge-a"} 7',
    'quantrac_edge_outbox_ratio{edge="edge-a"} 0.5',
    'quantrac_mqtt_clients_held_back 0',
    'quantrac_mqtt_inflight_bytes 0',
    'quantrac_quarantine_entries 1',
    'quantrac_store_keep_days{class="raw"} 400',
    'quantrac_store_keep_days{class="day"} 36500',
  ])
    expect(lines).toContain(line);
  expect(lines).toContainEqual(expect.stringMatching(/^quantrac_quarantine_bytes [1-9]/));
  // Readings of an hour that is over: their rollups wait, or are made by now.
  expect(lines).toContainEqual(expect.stringMatching(/^quantrac_store_rollup_hours_waiting \d+$/));
  const names = new Set(lines.flatMap((line) => /^(quantrac_\w+)/.exec(line)?.[1] ?? []));
  for (const name of names) expect(lines).toContainEqual(expect.stringMatching(`^# HELP ${name} \\S`));
});

test('a year by the hour is answered whole, and what is cut is said', async () => {
  const at = FROM - 30 * HOUR;
  for (let start = 0; start < 11_001; start += 4000) {
    const records = Array.from({ length: Math.min(4000, 11_001 - start) }, (_, index) => ({
      ...(index === 0 && { bn: 'urn:quantrac:cau-do:', bt: at / 1000 }),
      n: 'salinity',
      u: 'ppt',
      t: start + index,
      v: 1,
    }));
    await edge.publishAsync(topics.backlog('edge-a', 'cau-do'), JSON.stringify(records), { qos: 1 });
  }
  const ask = async (query: string) =>
    (await (await get(`readings?station=cau-do&parameter=salinity&${query}`)).json()) as ReadingsAnswer;
  const all = await ask(`from=${at}&to=${at + 11_001_000}`);
  expect([all.cut, all.points.length, all.points[0]?.[0]]).toEqual([true, 11_000, at + 1000]);
  const most = await ask(`from=${at + 1000}&to=${at + 11_001_000}`);
  expect([most.cut, most.points.length]).toEqual([false, 11_000]);
});

test('the four numbers of each station are told for a Vietnamese day', async () => {
  const { day, stations } = (await (await get(`quality?day=${dayOf(AT)}`)).json()) as {
    day: string;
    stations: StationQuality[];
  };
  expect(day).toBe(dayOf(AT));
  expect(stations.map(({ station }) => station)).toEqual(['cau-do', 'empty']);
  expect(stations[0]).toMatchObject({ clean: 3, good: 2, live: 0, dung: 2 / 3, song: 0 });
  expect(stations[1]).toMatchObject({ received: 0, dung: null, sach: null, song: null });
  expect(await (await get(`quality?day=${dayOf(AT)}&limit=1`)).json()).toMatchObject({
    stations: [{ station: 'cau-do' }],
    next: 'cau-do',
  });
  expect(await (await get(`quality?day=${dayOf(AT)}&cursor=cau-do`)).json()).toMatchObject({
    stations: [{ station: 'empty' }],
    next: null,
  });
});

test('what is wrong with a question is said', async () => {
  expect(await detail('stations/nowhere/books')).toEqual([404, 'there is no station "nowhere"']);
  expect(await detail('stations/cau-do/books?from=9000000&to=3600000')).toEqual([
    400,
    'from: must be before to',
  ]);
  expect(await detail(`stations/cau-do/books?from=0&to=${8 * 24 * HOUR}`)).toEqual([
    400,
    'from: at most 7 days before to',
  ]);
  expect(await detail('stations/cau-do/books?from=0&to=3600000')).toEqual([
    400,
    expect.stringMatching(/^from: readings before 20.* are not kept any more$/),
  ]);
  expect(await detail('quality?day=1999-01-01')).toEqual([
    400,
    expect.stringMatching(/^day: readings before/),
  ]);
  expect((await detail('stations/cau-do/books?from=x'))[0]).toBe(400);
  expect((await detail('stations/cau-do/books?from=0&to=1e300'))[0]).toBe(400);
  expect(await detail('quality?day=2026-02-30')).toEqual([400, 'day: must be a day as 2026-03-05']);
  expect(await detail('quality?day=2999-01-01')).toEqual([400, 'day: has not begun yet']);
  expect((await detail('quality?station=nowhere'))[0]).toBe(404);
  expect(await detail('export?station=cau-do&parameter=ph,phh')).toEqual([
    400,
    'parameter: "phh" is no known parameter',
  ]);
  expect((await detail('export?station=nowhere'))[0]).toBe(404);
  expect((await detail('export?station=cau-do&from=5&to=5'))[0]).toBe(400);
  expect((await detail('export?station=cau-do&format=xlsx'))[0]).toBe(400);
  for (const path of ['stations/cau-do/books', 'quality', 'export?station=cau-do'])
    expect([path, (await get(path, {})).status]).toEqual([path, 401]);
});

test('a CSV file opens in Excel as Vietnamese, runs nothing, and has units, flags and reasons', async () => {
  const query = `export?station=cau-do&from=${AT}&to=${AT + 10_000}`;
  const response = await get(query);
  expect(response.headers.get('content-type')).toContain('text/csv');
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="quantrac_cau-do_${dayOf(AT)}_${dayOf(AT + 9999)}.csv"`,
  );
  const bytes = Buffer.from(await response.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const lines = bytes.toString('utf8').slice(1).split('\r\n');
  const local = (at: number) => new Date(at + 7 * HOUR).toISOString().replace('Z', '+07:00');
  expect(lines).toEqual([
    'station,parameter,time,value,unit,flag,reason,received_at',
    expect.stringContaining(`cau-do,ph,${local(AT)},7.25,pH,1,,`),
    expect.stringContaining(
      `cau-do,ph,${local(AT + 1000)},-1,pH,4,"'=HYPERLINK(""http://x""), ngoài khoảng",`,
    ),
    expect.stringContaining(`cau-do,ph,${local(AT + 2000)},,pH,9,không trả lời,`),
    expect.stringContaining(`cau-do,salinity,${local(AT + 500)},0.1,ppt,1,,`),
    '',
  ]);
  const bare = await (await get(`${query}&mark=none&parameter=salinity`)).text();
  expect(bare.split('\r\n').map((line) => line.slice(0, 15))).toEqual([
    'station,paramet',
    'cau-do,salinity',
    '',
  ]);
});

test('a SenML file says the same, and ingest would take it', async () => {
  const response = await get(`export?station=cau-do&from=${AT}&to=${AT + 10_000}&format=senml`);
  expect(response.headers.get('content-type')).toContain('application/senml+json');
  const decoded = decodeSenml(await response.text(), 'cau-do', Date.now());
  if (decoded.kind !== 'records') throw new Error(decoded.reason);
  expect(decoded.refused).toEqual([]);
  expect(decoded.readings.map(({ parameter, at, value, flag }) => [parameter, at - AT, value, flag])).toEqual(
    [
      ['ph', 0, 7.25, 1],
      ['ph', 1000, -1, 4],
      ['ph', 2000, null, 9],
      ['salinity', 500, 0.1, 1],
    ],
  );
  const empty = await get('export?station=empty&format=senml');
  expect(await empty.json()).toEqual([]);
});

test('the description of the API names books, quality and export', async () => {
  const { paths } = (await (await get('openapi.json', {})).json()) as { paths: Record<string, unknown> };
  for (const path of ['stations/{id}/books', 'quality', 'export'])
    expect(Object.keys(paths)).toContain(`/api/v1/${path}`);
});
