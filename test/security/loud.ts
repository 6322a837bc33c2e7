/**
 * A process of its own for log.test.ts: a whole gateway at the level debug, through which every secret that a gateway knows goes by
 * every way on which something fails, and names that would like to be lines of the log.
 */
import { connectAsync } from 'mqtt';
import { topics } from '../../devices/wire/topics.ts';
import { logIn } from './raw-mqtt.ts';
import { openTarget, STATION, TOKEN } from './target.ts';

/** In each of these: what the log must not have. Not the word secret itself, which marks its place. */
const S = 'GEHEIM';
const EVIL = 'x\n{"level":60,"msg":"forged"}\r\n\u001b[2J\u2028';
/** Nobody listens there: every delivery fails, with its address in the error. */
const NOWHERE = '127.0.0.1:1';

const target = await openTarget({
  log_level: 'debug',
  ioc: {
    destinations: [
      {
        id: 'hook',
        url: `http://user:${S}1@${NOWHERE}/in?token=${S}2`,
        secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
        headers: { 'x-api-key': `${S}3` },
      },
      { id: 'broker', type: 'mqtt', url: `mqtt://${NOWHERE}`, username: 'user', password: `${S}4` },
    ],
  },
  notify: {
    public_url: 'http://127.0.0.1:1',
    retry_s: 0,
    sms_incoming: { secret: `${S}5` },
    channels: {
      email: { host: '127.0.0.1', port: 1, user: 'user', password: `${S}6`, from: 'gateway@example.vn' },
      sms: {
        via: 'http',
        url: `http://${NOWHERE}/send?key={key}`,
        body: '{"to":"{to}","text":"{text}"}',
        secrets: { key: `${S}7` },
      },
    },
  },
});
const json = { 'content-type': 'application/json' };
const admin = { ...json, authorization: `Bearer ${TOKEN}` };
const call = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
  const answer = await fetch(target.base + path, {
    method,
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, cookie: answer.headers.get('set-cookie') ?? '', text: await answer.text() };
};

// Logins that fail and succeed, by password, link, bearer and cookie.
await call('POST', '/api/v1/login', json, { name: 'lan', password: `${S}8` });
await call('POST', '/api/v1/login', json, { name: `${S}9`, password: target.people.lan });
await call('POST', '/api/v1/login', json, { name: 'lan', password: target.people.lan });
await call('GET', `/login/${target.link}`, {});
await call('GET', `/login/${target.link}`, {});
await call('GET', `/ack/${S}10-0123456789`, {});
await call('GET', '/api/v1/stations', { authorization: `Bearer ${S}11` });
await call('GET', '/api/v1/stations', { authorization: `Basic ${Buffer.from(`a:${S}`).toString('base64')}` });
await call('GET', '/api/v1/stations', { cookie: `quantrac_session=${S}12` });
await call('GET', `/api/v1/stations?token=${S}13&password=${S}14`, admin);
await call(
  'POST',
  '/api/v1/notify/sms',
  { ...json, authorization: `Bearer ${S}15` },
  { from: '+84905123456', text: 'OK 1' },
);
await call('POST', '/api/v1/login', json, `{"password":"${S}16"`);

// People and how they are reached; an alert that is told, and cannot be.
await call('PUT', '/api/v1/people/lan', admin, {
  name: 'Lan',
  channels: [
    { kind: 'email', address: `${S}17@example.vn` },
    { kind: 'sms', address: '+84905123456' },
  ],
});
const person = await call('POST', '/api/v1/people/lan/test', admin, {});
await target.edge.publishAsync(
  topics.alarms('edge-a', STATION.id),
  JSON.stringify({
    station: STATION.id,
    parameter: 'ph',
    limit: 'acid',
    level: 'critical',
    state: 'raised',
    at: Date.now(),
    value: 4,
    threshold: 5,
  }),
  { qos: 1 },
);
for (const id of ['hook', 'broker']) await call('POST', `/api/v1/ioc/destinations/${id}/test`, admin, {});

// The broker: wrong passwords, names and topics that would be lines of their own.
(await logIn(target, { account: 'edge-b', clientId: 'x', password: `${S}18` })).end();
// Not secrets of ours, but what somebody may type where a name belongs.
for (const account of [`${S}19@example.vn`, `mqtt://name:${S}20@host`, `token=${S}21`, '+84905123456'])
  (await logIn(target, { account, clientId: 'x', password: 'wrong' })).end();
(await logIn(target, { account: EVIL, clientId: EVIL, password: 'wrong' })).end();
const client = await logIn(target, { account: 'edge-b', clientId: EVIL });
client.send({
  cmd: 'publish',
  topic: EVIL,
  payload: Buffer.from('1'),
  qos: 1,
  messageId: 1,
  retain: false,
  dup: false,
});
await client.closed;
const hears = await connectAsync(`mqtt://127.0.0.1:${target.mqttPort}`, {
  username: 'edge-b',
  password: target.devices['edge-b'] ?? '',
  clientId: 'edge-b',
  reconnectPeriod: 0,
});
await hears.subscribeAsync(EVIL).catch(() => {});
await hears.endAsync(true);

// HTTP: the same.
await call(
  'POST',
  '/api/v1/login',
  { ...json, 'user-agent': 'x'.repeat(5000) },
  { name: EVIL, password: EVIL },
);
await call('GET', `/${encodeURIComponent(EVIL)}`, admin);
await call('GET', `/api/v1/stations/${encodeURIComponent(EVIL)}`, admin);

process.stdout.write(
  JSON.stringify({
    // What else must not be in the log: passwords and links that are really in force.
    secrets: [
      ...Object.values(target.devices),
      ...Object.values(target.people),
      target.link,
      TOKEN,
      S,
      '905123456',
    ],
    person,
  }),
);
await target.stop();
process.exit(0);
