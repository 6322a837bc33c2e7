/** Who is limited to areas: nothing of another area in any answer, list, count or stream, and nothing done there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, HIDDEN, MARK, MARKED_VALUE, person, SEEN, SEEN_AREA, startRig } from './access-rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
let narrow: Caller[];
let operator: Caller;
let whole: Caller;
/** What was made of the hidden station by who sees all. */
const hiddenIds = { alert: '', outOfService: '', rehearsal: '' };

interface Answer {
  readonly status: number;
  readonly text: string;
}
async function call(caller: Caller, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(rig.base + path, {
    method,
    redirect: 'manual',
    headers: { ...caller.headers(), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}
const get = (caller: Caller, path: string): Promise<Answer> => call(caller, 'GET', path);
const json = async <T>(caller: Caller, method: string, path: string, body?: unknown): Promise<T> => {
  const { status, text } = await call(caller, method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return JSON.parse(text) as T;
};

const rule = {
  limits: [{ name: 'cao', parameter: 'ammonium', kind: 'high', level: 'warning', raise: 1, clear: 0.5 }],
};

beforeAll(async () => {
  rig = await startRig();
  const areas = [SEEN_AREA];
  const { accounts } = rig;
  operator = await person(accounts, 'operator', areas, 'session');
  narrow = [
    await person(accounts, 'viewer', areas, 'session'),
    operator,
    await person(accounts, 'technician', areas, 'token'),
  ];
  whole = await person(accounts, 'admin', null, 'session');
  const { alerts } = await json<{ alerts: { id: string }[] }>(
    ...([whole, 'GET', `/api/v1/alerts?station=${HIDDEN}&state=all`] as const),
  );
  hiddenIds.alert = alerts[0]?.id ?? '';
  await json(whole, 'POST', `/api/v1/alerts/${hiddenIds.alert}/note`, { text: `ghi chú ${MARK}` });
  const out = await json<{ id: string }>(whole, 'POST', '/api/v1/out-of-service', {
    ...{ station: HIDDEN, reason: `sửa ${MARK}` },
  });
  hiddenIds.outOfService = out.id;
  await json(whole, 'PUT', `/api/v1/stations/${HIDDEN}/limits`, {
    ...{ based_on: 0, reason: `đặt ${MARK}`, limits: rule.limits },
  });
  const rehearsal = await json<{ id: string }>(whole, 'POST', '/api/v1/rehearsals', {
    ...{ stations: [HIDDEN], from: Date.now() - 3600_000, to: Date.now() - 1000, rule },
  });
  hiddenIds.rehearsal = rehearsal.id;
}, 60_000);
afterAll(() => rig.stop());

const STA = [
  ...[
    'Things',
    'Locations',
    'HistoricalLocations',
    'Datastreams',
    'Sensors',
    'ObservedProperties',
    'Observations',
  ],
  'FeaturesOfInterest',
];
/** What a `*` of SensorThings may stand for: sets, entities, expansions, filters, counts. */
const STA_PATHS = [
  ...STA.flatMap((set) => [set, `${set}?$count=true`, `${set}?$top=1000&$orderby=id desc`]),
  `Things('${HIDDEN}')`,
  `Things('${HIDDEN}')/Datastreams`,
  `Locations('${HIDDEN}')/Things`,
  `Datastreams('${HIDDEN}:ammonium')`,
  `Datastreams('${HIDDEN}:ammonium')/Observations`,
  `FeaturesOfInterest('${HIDDEN}')/Observations`,
  "ObservedProperties('ammonium')/Datastreams",
  `Sensors('probe-${HIDDEN}')`,
  'Things?$expand=Datastreams($expand=Observations,Sensor,ObservedProperty),Locations',
  'ObservedProperties?$expand=Datastreams($expand=Thing)',
  'Sensors?$expand=Datastreams($expand=Thing)',
  'Datastreams?$expand=Observations($count=true)&$count=true',
  'Observations?$filter=result gt 4000&$count=true',
  'Observations?$expand=Datastream($expand=Thing),FeatureOfInterest',
  "Things?$filter=Datastreams/ObservedProperty/name ne 'x'&$count=true",
].map((path) => encodeURI(path));

const QUERIES = [
  '',
  `?station=${HIDDEN}`,
  `?station=${HIDDEN}&parameter=ammonium`,
  '?state=all',
  '?state=quiet',
  '?limit=100',
];

/** All addresses of a route that could tell of the hidden station. */
function addressesOf(url: string): string[] {
  if (url.endsWith('*')) return url.startsWith('/sta') ? STA_PATHS.map((path) => url.replace('*', path)) : [];
  const ids = [HIDDEN, `edge-${MARK}`, ...new Set(Object.values(hiddenIds)), '1', '2'];
  return url.includes(':')
    ? ids.map((id) => url.replaceAll(/:\w+/g, id))
    : QUERIES.map((query) => url + query);
}

const TELLING = new RegExp(`${MARK}|${String(MARKED_VALUE).replace('.', '\\.')}|ammonium`);
/** What was asked for by name may be said again, in a refusal only. */
const withoutEcho = ({ status, text }: Answer): string =>
  status >= 400
    ? text.replaceAll(HIDDEN, '').replaceAll(`edge-${MARK}`, '').replaceAll('ammonium', '')
    : text;

test('no answer to who is limited to areas says anything of a station elsewhere', async () => {
  const leaks: string[] = [];
  let asked = 0;
  let told = 0;
  const routes = rig.gateway.rights.filter(
    ({ method, row }) => method === 'GET' && row.name !== 'stream' && row.role !== 'nobody',
  );
  for (const { url, row } of routes) {
    for (const path of addressesOf(url)) {
      // That there is something to be hidden.
      if (TELLING.test(withoutEcho(await get(whole, path)))) told++;
      for (const caller of narrow) {
        const answer = await get(caller, path);
        asked++;
        if (answer.status === 429 || answer.status >= 500) leaks.push(`${path}: ${answer.status}`);
        // What is one's own may be called as one likes.
        if (row.where !== 'own' && TELLING.test(withoutEcho(answer)))
          leaks.push(`${path} by ${caller.label}: ${answer.status} ${answer.text.slice(0, 300)}`);
      }
    }
  }
  expect(leaks).toEqual([]);
  expect(told).toBeGreaterThan(50);
  expect(asked).toBeGreaterThan(500);
}, 120_000);

test('what is not seen is answered as what does not exist, counts too', async () => {
  const same = async (path: (id: string) => string, [hidden, none]: readonly [string, string]) => {
    const [a, b] = [await get(operator, path(hidden)), await get(operator, path(none))];
    expect([path(hidden), a.status, a.text.replaceAll(hidden, '?')]).toEqual([
      path(hidden),
      b.status,
      b.text.replaceAll(none, '?'),
    ]);
    expect(a.status).toBe(404);
  };
  const stations = [HIDDEN, 'no-such'] as const;
  for (const rest of ['', '/latest', '/derived', '/limits', '/limits/versions', '/books', '/instruments'])
    await same((id) => `/api/v1/stations/${id}${rest}`, stations);
  await same((id) => `/api/v1/stations/${id}/quality?from=2026-03-01&to=2026-03-02`, stations);
  await same((id) => `/api/v1/stations/${id}/late?parameter=ammonium&from=1&to=2`, stations);
  await same((id) => `/api/v1/readings?station=${id}&parameter=ammonium`, stations);
  await same((id) => `/api/v1/export?station=${id}`, stations);
  await same((id) => `/api/v1/quality?station=${id}`, stations);
  await same((id) => `/sta/v1.1/Things('${id}')`, stations);
  await same((id) => `/sta/v1.1/Datastreams('${id}:ammonium')/Observations`, stations);
  for (const rest of ['', '/transitions'])
    await same((id) => `/api/v1/alerts/${id}${rest}`, [hiddenIds.alert, '999']);
  await same((id) => `/api/v1/rehearsals/${id}`, [hiddenIds.rehearsal, '999']);
  for (const set of ['Things', 'Datastreams', 'Observations', 'ObservedProperties'])
    expect(JSON.parse((await get(operator, `/sta/v1.1/${set}?$count=true&$top=0`)).text)).toMatchObject({
      '@iot.count': 1,
    });
  const { alerts, next } = JSON.parse((await get(operator, '/api/v1/alerts?state=all&limit=1')).text);
  expect([alerts.length, alerts[0].station, next]).toEqual([1, SEEN, alerts[0].id]);
});

test('nothing is done to what is not seen', async () => {
  const reason = 'thử';
  const future = { minutes: 5 };
  for (const [method, path, body] of [
    ...(['acknowledge', 'unshelve', 'reset'] as const).map((name) => [
      'POST',
      `alerts/${hiddenIds.alert}/${name}`,
      {},
    ]),
    ['POST', `alerts/${hiddenIds.alert}/note`, { text: reason }],
    ['POST', `alerts/${hiddenIds.alert}/shelve`, { reason, ...future }],
    ['POST', `alerts/${hiddenIds.alert}/correct`, { reason, level: 'critical' }],
    ['POST', `alerts/${hiddenIds.alert}/retract`, { reason }],
    ['PUT', `stations/${HIDDEN}/limits`, { based_on: 1, reason, limits: [] }],
    ['POST', 'out-of-service', { station: HIDDEN, reason }],
    ['POST', `out-of-service/${hiddenIds.outOfService}/end`, {}],
  ] as const) {
    const { status, text } = await call(operator, method as string, `/api/v1/${path}`, body);
    expect([path, status, text.includes('there is no') || text.includes('nothing was')]).toEqual([
      path,
      404,
      true,
    ]);
  }
  const order = (id: string) => ({ stations: [id], from: 1000, to: 2000, rule });
  const [hidden, none] = [
    await call(operator, 'POST', '/api/v1/rehearsals', order(HIDDEN)),
    await call(operator, 'POST', '/api/v1/rehearsals', order('no-such')),
  ];
  expect([hidden.status, hidden.text.replace(HIDDEN, 'no-such')]).toEqual([400, none.text]);
  expect(JSON.parse((await get(whole, `/api/v1/alerts/${hiddenIds.alert}`)).text)).toMatchObject({
    acknowledged_by: null,
    level: 'warning',
    notes: [{ text: `ghi chú ${MARK}` }],
  });
  expect(JSON.parse((await get(whole, `/api/v1/stations/${HIDDEN}/limits`)).text)).toMatchObject({
    version: 1,
  });
});

test('what is seen is shown and done as ever', async () => {
  expect(JSON.parse((await get(operator, '/api/v1/stations')).text)).toMatchObject({
    stations: [{ id: SEEN }],
  });
  expect(JSON.parse((await get(operator, '/api/v1/latest')).text)).toMatchObject({
    readings: [{ value: 7.25 }],
  });
  const { alerts } = JSON.parse((await get(operator, '/api/v1/alerts')).text) as { alerts: { id: string }[] };
  expect(alerts).toHaveLength(1);
  const done = await call(operator, 'POST', `/api/v1/alerts/${alerts[0]?.id}/acknowledge`, {});
  expect(JSON.parse(done.text)).toMatchObject({ station: SEEN, state: 'acknowledged' });
});

/** Listens until the text holds what is waited for, or the stream ends. */
async function listen(caller: Caller) {
  const response = await fetch(`${rig.base}/api/v1/stream`, { headers: caller.headers() });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const until = async (wanted: string | null): Promise<string> => {
    while (wanted === null || !text.includes(wanted)) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += decoder.decode(value, { stream: true });
    }
    return text;
  };
  return { until, cancel: () => reader.cancel() };
}

test('the stream tells of the stations of the areas only', async () => {
  const stream = await listen(operator);
  const wide = await listen(whole);
  await rig.hidden.read(MARKED_VALUE + 1);
  await rig.seen.read(7.5);
  expect(await wide.until(HIDDEN)).toContain(HIDDEN);
  await rig.hidden.read(MARKED_VALUE + 2);
  await rig.seen.read(7.75);
  const text = await stream.until('7.75');
  expect(text).toContain(SEEN);
  expect(text).not.toMatch(TELLING);
  await Promise.all([stream.cancel(), wide.cancel()]);
});

test.each([
  ['is revoked', (name: string) => rig.accounts.endSessions(name, null)],
  ['has another role', (name: string) => rig.accounts.changeUser(name, { role: 'operator' })],
  ['has other areas', (name: string) => rig.accounts.changeUser(name, { areas: ['Sơn Trà'] })],
  ['is removed', (name: string) => rig.accounts.removeUser(name)],
])('an open stream ends when its user %s', async (_what, change) => {
  const name = 'viewer-area-session';
  const viewer = await person(rig.accounts, 'viewer', [SEEN_AREA], 'session');
  const stream = await listen(viewer);
  await rig.seen.read(8);
  expect(await stream.until('event: reading')).toContain(SEEN);
  change(name);
  // It ends by itself: nothing else wakes this.
  await stream.until(null);
});
