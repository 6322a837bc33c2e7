/** Every route of the running gateway against every kind of caller: allowed or refused exactly as the table says. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RouteRight } from '../../gateway/access/routes.ts';
import { type Caller, NOBODY, person, SEEN_AREA, startRig } from './access-rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
const callers: Caller[] = [NOBODY];

beforeAll(async () => {
  rig = await startRig();
  for (const role of ['viewer', 'operator', 'technician', 'admin'] as const) {
    for (const proof of ['session', 'token'] as const) {
      callers.push(await person(rig.accounts, role, null, proof));
      // An admin has all areas.
      if (role !== 'admin') callers.push(await person(rig.accounts, role, [SEEN_AREA], proof));
    }
  }
}, 60_000);
afterAll(() => rig.stop());

/** The table read by itself, not by the code that goes by it: 401 or 403 where it must be refused, null where it may go on. */
const RANKS = { viewer: 1, operator: 2, technician: 3, admin: 4 } as const;
function refusalOf({ row }: RouteRight, { session, proof }: Caller): 401 | 403 | null {
  if (row.role === 'nobody') return null;
  if (session === null) return 401;
  const isEnough = RANKS[session.role] >= RANKS[row.role];
  const isProof = row.by === undefined || proof === 'session';
  const isPlace = row.where !== 'province' || session.areas === null;
  return isEnough && isProof && isPlace ? null : 403;
}

/** What the guard says, and no route does. */
const GUARD =
  /log in or send a bearer token|this needs the role|this needs a login in the browser|this is about the whole province/;

/** Nothing is there by these names: what is allowed finds nothing, or says what is wrong with the question. */
const addressOf = (url: string): string =>
  url
    .replace(/:(\w+)/g, (_, name) => (/number|letter/i.test(name) ? '999999' : 'no-such'))
    .replace('*', 'no-such');

async function call({ method, url }: RouteRight, caller: Caller): Promise<{ status: number; text: string }> {
  const stop = new AbortController();
  const response = await fetch(rig.base + addressOf(url), {
    method,
    redirect: 'manual',
    signal: stop.signal,
    headers: {
      ...caller.headers(),
      ...(method !== 'GET' && method !== 'HEAD' && { 'content-type': 'application/json' }),
    },
    ...(method !== 'GET' && method !== 'HEAD' && { body: '{}' }),
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const text = isStream ? '' : await response.text();
  stop.abort();
  return { status: response.status, text };
}

test('every route, called by everybody, is allowed or refused as the table says', async () => {
  const openings: string[] = [];
  let refused = 0;
  let allowed = 0;
  for (const right of rig.gateway.rights) {
    for (const caller of callers) {
      const expected = refusalOf(right, caller);
      const { status, text } = await call(right, caller);
      const isGuard = GUARD.test(text) || (right.method === 'HEAD' && (status === 401 || status === 403));
      const isAsSaid =
        expected === null ? !isGuard && (status !== 429 || right.row.role === 'nobody') : status === expected;
      if (!isAsSaid)
        openings.push(
          `${right.method} ${right.url} (${right.row.name}) by ${caller.label}: ${status} ${text}`,
        );
      // It may have ended what it came with.
      if (expected === null && ['own', 'none'].includes(right.row.where)) caller.renew();
      if (expected === null) allowed++;
      else refused++;
    }
  }
  expect(openings).toEqual([]);
  // That it was all of them: more routes than there were when this was written.
  expect(rig.gateway.rights.length).toBeGreaterThan(90);
  expect(refused).toBeGreaterThan(500);
  expect(allowed).toBeGreaterThan(300);
}, 120_000);

test('what is no route is told to those who are logged in only', async () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${rig.base}/api/v1/no-such-thing`, { method: 'POST', headers });
  expect((await post({})).status).toBe(401);
  const viewer = callers.find(({ session }) => session?.role === 'viewer');
  expect((await post(viewer?.headers() ?? {})).status).toBe(404);
});

test('a credential that is wrong, of another kind or revoked is nobody', async () => {
  const get = (headers: Record<string, string>) => fetch(`${rig.base}/api/v1/session`, { headers });
  const admin = callers.find(({ label }) => label === 'admin-all-session') as Caller;
  const { cookie = '' } = admin.headers();
  const secret = cookie.slice('quantrac_session='.length);
  const token = callers.find(({ label }) => label === 'admin-all-token')?.headers().authorization ?? '';
  expect((await get({ cookie })).status).toBe(200);
  expect((await get({ authorization: token })).status).toBe(200);
  for (const headers of [
    { authorization: `Bearer ${secret}` },
    { cookie: `quantrac_session=${token.slice('Bearer '.length)}` },
    { cookie: `quantrac_session=${secret}x` },
    { cookie, authorization: 'Bearer wrong' },
    { authorization: token.replace('Bearer', 'Basic') },
    { authorization: 'Bearer ' },
  ] as Record<string, string>[])
    expect([headers, (await get(headers)).status]).toEqual([headers, 401]);
  rig.accounts.use(secret, 'session');
  expect((await get({ cookie })).status).toBe(401);
});

test('what changes anything is for operators at least, unless it is of oneself or its own secret is the right', () => {
  const changing = rig.gateway.rights.filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
  const weak = changing.filter(({ row }) => row.role === 'viewer' && row.where !== 'own');
  expect(weak).toEqual([]);
  expect(
    changing.filter(({ row }) => row.role === 'nobody').map(({ method, url }) => `${method} ${url}`),
  ).toEqual(expect.arrayContaining(['POST /api/v1/login', 'POST /api/v1/logout', 'POST /ack/:token']));
  const open = new Set(changing.filter(({ row }) => row.role === 'nobody').map(({ row }) => row.name));
  expect([...open].sort()).toEqual(['ack.link', 'enrol', 'login', 'sms.incoming']);
});
