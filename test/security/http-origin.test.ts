/** What the page of another site has the browser of a user do. */
import { expect, test } from 'vitest';
import { useTarget } from './http-rig.ts';
import { STATION, TOKEN } from './target.ts';

const { logIn, post, target } = useTarget();

const FOREIGN: readonly (readonly [string, Record<string, string>])[] = [
  ['another origin', { origin: 'https://evil.example' }],
  ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['no origin that it would tell', { origin: 'null' }],
  ['a name that begins as ours', { origin: 'http://127.0.0.1.evil.example' }],
  ['another site by its own word', { 'sec-fetch-site': 'cross-site' }],
  ['a sister of this site', { 'sec-fetch-site': 'same-site' }],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['a form with files', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['a form of plain text', { 'content-type': 'text/plain' }],
];

test.each(FOREIGN)('from %s nothing is changed in the name of who is logged in', async (_, headers) => {
  const cookie = await logIn();
  await alarm();
  const [alert] = await openAlerts();
  for (const path of [`/api/v1/alerts/${alert?.id}/acknowledge`, '/api/v1/logout', '/api/v1/login']) {
    const answer = await post(
      path,
      path.endsWith('login') ? { name: 'minh', password: target().people.minh } : { note: 'forged' },
      { cookie, ...headers },
    );
    expect([path, answer.status]).toEqual([
      path,
      expect.toSatisfy((status: number) => [400, 403, 415].includes(status)),
    ]);
    expect(answer.headers.get('set-cookie')).toBeNull();
  }
  expect((await openAlerts()).map(({ acknowledged_by }) => acknowledged_by)).toEqual([null]);
  expect((await target().get('/api/v1/session', { cookie })).status).toBe(200);
});

test('no other site may read an answer', async () => {
  const answer = await target().get('/api/v1/stations', {
    authorization: `Bearer ${TOKEN}`,
    origin: 'https://evil.example',
  });
  for (const name of ['access-control-allow-origin', 'access-control-allow-credentials'])
    expect(answer.headers.get(name)).toBeNull();
});

async function alarm(): Promise<void> {
  const told = {
    station: STATION.id,
    parameter: 'ph',
    limit: 'acid',
    level: 'critical',
    state: 'raised',
    at: Date.now(),
    value: 4,
    threshold: 5,
  };
  await target().edge.publishAsync(`quantrac/v1/edge-a/${STATION.id}/alarms`, JSON.stringify(told), {
    qos: 1,
  });
}
const openAlerts = async () =>
  (
    (await (await target().get('/api/v1/alerts?state=open')).json()) as {
      alerts: { id: string; acknowledged_by: string | null }[];
    }
  ).alerts;
