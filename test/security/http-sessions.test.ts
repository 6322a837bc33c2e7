/** Cookies, links and tokens that are chosen, used twice, or none. */
import { expect, test } from 'vitest';
import { ELSEWHERE, json, useTarget } from './http-rig.ts';
import { openTarget } from './target.ts';

const { logIn, post, target } = useTarget();

test('a cookie is of no use after its logout, and cannot be chosen by who sends it', async () => {
  const cookie = await logIn();
  expect(cookie).toMatch(/=[\w-]{30,}$/);
  expect((await post('/api/v1/logout', '{}', { cookie })).status).toBe(204);
  expect((await target().get('/api/v1/session', { cookie })).status).toBe(401);
  const chosen = 'quantrac_session=a-session-that-the-attacker-has-chosen-0000';
  const answer = await post(
    '/api/v1/login',
    { name: 'lan', password: target().people.lan },
    { cookie: chosen },
  );
  expect(answer.headers.get('set-cookie')).not.toContain('attacker');
  expect((await target().get('/api/v1/session', { cookie: chosen })).status).toBe(401);
});

test('the cookie is for HTTP only, of this site, and ends', async () => {
  const answer = await post('/api/v1/login', { name: 'lan', password: target().people.lan });
  expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly/i);
  expect(answer.headers.get('set-cookie')).toMatch(/SameSite=(Lax|Strict)/i);
  expect(answer.headers.get('set-cookie')).toMatch(/Max-Age=\d+/i);
  const secure = await post(
    '/api/v1/login',
    { name: 'lan', password: target().people.lan },
    { 'x-forwarded-proto': 'https' },
  );
  expect(secure.headers.get('set-cookie')).toMatch(/^__Host-.*Secure/i);
});

test('a one-time link logs in once, and what is no link never', async () => {
  const first = await target().get(`/login/${target().link}`, ELSEWHERE);
  expect(first.headers.get('set-cookie')).toContain('session=');
  for (const link of [
    target().link,
    'x',
    '%00',
    'a'.repeat(100),
    target().link.toUpperCase(),
    `${target().link}x`,
  ]) {
    const answer = await target().get(`/login/${link}`, {});
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('location') ?? '/').toBe('/');
  }
});

test.each(
  [
    'Basic dXNlcjpwYXNz',
    'Bearer',
    'Bearer ',
    'Bearer null',
    'Bearer undefined',
    'bearer  x',
    `Token ${'x'.repeat(5000)}`,
    'Bearer __proto__',
    "Bearer ' OR 1=1 --",
  ].map((credential) => [credential.slice(0, 30), credential]),
)('the credential %s lets nobody in', async (_, authorization) => {
  expect((await target().get('/api/v1/session', { authorization })).status).toBe(401);
});

test('a wrong password and a name that nobody has are told with the same words, in about the same time', async () => {
  const other = await openTarget();
  try {
    const ask = async (name: string) => {
      const begun = performance.now();
      const answer = await fetch(`${other.base}/api/v1/login`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ name, password: 'not-this-one' }),
      });
      return { text: `${answer.status} ${await answer.text()}`, ms: performance.now() - begun };
    };
    await ask('warm');
    const known = await ask('lan');
    const unknown = await ask('nobody-has-this-name');
    expect(known.text).toBe(unknown.text);
    // Both check a password: without that the second would take a hundredth of the first.
    expect(unknown.ms).toBeGreaterThan(known.ms / 10);
  } finally {
    await other.stop();
  }
});
