/** Attacks on the HTTP side with real sockets: paths, headers, methods, other sites' pages, bodies, sessions, and slowness. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTarget, STATION, type Target, TOKEN } from './target.ts';

vi.setConfig({ testTimeout: 60_000 });

let target: Target;
let port = 0;
beforeAll(async () => {
  target = await openTarget();
  port = Number(new URL(target.base).port);
});
afterAll(() => target?.stop());

interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Bytes as they are, so that no client mends them; answers what came until the end. */
async function raw(text: string | Buffer, waitFor: 'end' | 'answer' = 'end'): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    if (waitFor === 'answer') socket.end();
  });
  await once(socket, 'connect');
  socket.write(text);
  await new Promise((resolve) => socket.once('close', resolve));
  const all = Buffer.concat(chunks).toString('latin1');
  const [head = '', ...rest] = all.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') };
}

const line = (path: string, headers: readonly string[] = [], method = 'GET') =>
  [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${TOKEN}`,
    'Connection: close',
    ...headers,
    '',
    '',
  ].join('\r\n');

const json = { 'content-type': 'application/json' };
/** The attacks below count as wrong logins of this address: who logs in rightly comes from another, by the proxy's word. */
const ELSEWHERE = { 'x-forwarded-for': '203.0.113.7' };
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(target.base + path, {
    method: 'POST',
    headers: { ...json, ...ELSEWHERE, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
  });
const logIn = async (name = 'lan'): Promise<string> => {
  const answer = await post('/api/v1/login', { name, password: target.people[name] });
  expect(answer.status).toBe(200);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
};

describe('paths', () => {
  const UP = [
    '..',
    '%2e%2e',
    '%2E%2E',
    '.%2e',
    '%252e%252e',
    '..%00',
    '..;',
    '%c0%ae%c0%ae',
    '%uff0e%uff0e',
    '....',
  ];
  const SEPARATORS = ['/', '%2f', '\\', '%5c', '%252f', '%255c'];
  const BEFORE = [
    '',
    '/assets',
    '/geo',
    '/api/v1',
    '/sta/v1.1',
    '/ack',
    '/login',
    '/api/v1/ioc',
    '/documentation',
    '/docs',
  ];
  const PATHS = BEFORE.flatMap((before) =>
    UP.flatMap((up) =>
      SEPARATORS.map((separator) => `${before}/${`${up}${separator}`.repeat(5)}package.json`),
    ),
  );
  const NAMED = [
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/file:///etc/passwd',
    '/assets/%00',
    '/index.html%00.png',
    '/.git/config',
    '/.env',
    '/../gateway/ledger.db',
    '/~root',
    '/api/v1/export/..%2f..%2fledger.db',
  ];

  test(`none of ${PATHS.length + NAMED.length} ways out of the folder of the screens gives a file`, async () => {
    const open: string[] = [];
    for (let start = 0; start < PATHS.length + NAMED.length; start += 20)
      await Promise.all(
        [...PATHS, ...NAMED].slice(start, start + 20).map(async (path) => {
          const { status, body } = await raw(line(path));
          if (
            status === 200 ||
            status === 0 ||
            status >= 500 ||
            /"name": "quantrac"|root:x:|SQLite format|\[core\]/.test(body)
          )
            open.push(`${path}: ${status}`);
        }),
      );
    expect(open).toEqual([]);
  });

  test('the screens themselves are there, and their folder is not listed', async () => {
    expect((await raw(line('/'))).status).toBe(200);
    expect((await raw(line('/assets/'))).status).toBe(404);
  });
});

describe('headers of answers', () => {
  const EVERYWHERE: Readonly<Record<string, RegExp>> = {
    'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
    'x-content-type-options': /^nosniff$/,
    'referrer-policy': /^no-referrer$/,
    'x-frame-options': /^DENY$/,
    'cross-origin-opener-policy': /^same-origin$/,
    'cross-origin-resource-policy': /^same-origin$/,
    'permissions-policy': /camera=\(\).*geolocation=\(\)/,
  };

  test.each([
    '/',
    '/api/v1/health',
    '/api/v1/stations',
    '/api/v1/nothing',
    '/metrics',
    '/sta/v1.1',
    '/ack/none',
    '/login/none',
  ])('%s has those that protect a browser', async (path) => {
    const { headers } = await target.get(path);
    for (const [name, value] of Object.entries(EVERYWHERE))
      expect([name, headers.get(name)]).toEqual([name, expect.stringMatching(value)]);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe-|\*|http:/);
  });

  test.each([
    '/api/v1/session',
    '/api/v1/stations',
    '/api/v1/latest',
    '/api/v1/alerts?state=open',
    '/api/v1/users',
    '/api/v1/people',
    '/api/v1/quarantine',
    '/api/v1/ioc/feed',
    '/metrics',
    '/sta/v1.1/Things',
    '/ack/none',
    '/api/v1/nothing',
  ])('%s is kept in no cache', async (path) => {
    const answer = await target.get(path);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    await answer.body?.cancel();
  });

  test('the stream, which is written past the framework, is kept in no cache and read as nothing else', async () => {
    const answer = await target.get('/api/v1/stream');
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    await answer.body?.cancel();
  });

  test('a line break in what is said back makes no header', async () => {
    for (const path of [
      '/login/a%0d%0aSet-Cookie:%20x=1',
      '/%0d%0aX-Forged:%201',
      '/api/v1/stations/%0d%0aX-Forged:1',
      '/ack/%0d%0aX-Forged:1',
    ]) {
      const { head } = await raw(line(path));
      expect(head).not.toMatch(/^(x-forged|set-cookie: x)/im);
    }
    const { status, head } = await raw(line('/', ['X-A: b\r\n X-Forged: 1', 'X-B: c\rX-Forged: 1']));
    expect([status, head]).toEqual([400, expect.not.stringMatching(/^x-forged/im)]);
  });
});

describe('requests that are two, or none', () => {
  test.each<[string, string]>([
    [
      'two lengths',
      'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef',
    ],
    [
      'length and chunks',
      'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'],
    ['a null byte in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n'],
    ['a chunk that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['MQTT', '\u0010\u000c\u0000\u0004MQTT\u0004\u0002\u0000\u0000'],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000'],
    ['16 KB of headers and more', `GET / HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(4000)}\r\n`],
    ['a query of 1 MB', `GET /api/v1/latest?x=${'y'.repeat(1_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ])('%s: refused, and the connection ends', async (_, text) => {
    const { status } = await raw(Buffer.from(text, 'latin1'));
    expect(status === 0 || (status >= 400 && status < 500), `${status}`).toBe(true);
    expect((await target.get('/api/v1/health')).status).toBe(200);
  });

  test('a method in a header, a query or a body is no method', async () => {
    const before = await target.known();
    const viewer = await logIn('minh');
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const answer = await fetch(`${target.base}/api/v1/stations?_method=DELETE`, {
        headers: { cookie: viewer, [name]: 'DELETE' },
      });
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    }
    // 0: the connection ends, as with CONNECT.
    for (const method of ['TRACE', 'CONNECT', 'PROPFIND', 'DEBUG', 'PATCH', 'OPTIONS'])
      expect([0, 400, 401, 404, 405]).toContain((await raw(line('/api/v1/stations', [], method))).status);
    expect(await target.known()).toEqual(before);
  });

  test('headers of a proxy make nobody else of a caller', async () => {
    for (const [name, value] of [
      ['x-original-url', '/api/v1/users'],
      ['x-rewrite-url', '/api/v1/users'],
      ['x-forwarded-user', 'lan'],
      ['x-remote-user', 'lan'],
      ['remote-user', 'lan'],
      ['x-forwarded-for', '127.0.0.1'],
    ] as const)
      expect((await target.get('/api/v1/session', { [name]: value })).status).toBe(401);
  });
});

describe("another site's page", () => {
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
        path.endsWith('login') ? { name: 'minh', password: target.people.minh } : { note: 'forged' },
        { cookie, ...headers },
      );
      expect([path, answer.status]).toEqual([
        path,
        expect.toSatisfy((status: number) => [400, 403, 415].includes(status)),
      ]);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
    expect((await openAlerts()).map(({ acknowledged_by }) => acknowledged_by)).toEqual([null]);
    expect((await target.get('/api/v1/session', { cookie })).status).toBe(200);
  });

  test('no other site may read an answer', async () => {
    const answer = await target.get('/api/v1/stations', {
      authorization: `Bearer ${TOKEN}`,
      origin: 'https://evil.example',
    });
    for (const name of ['access-control-allow-origin', 'access-control-allow-credentials'])
      expect(answer.headers.get(name)).toBeNull();
  });
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
  await target.edge.publishAsync(`quantrac/v1/edge-a/${STATION.id}/alarms`, JSON.stringify(told), { qos: 1 });
}
const openAlerts = async () =>
  (
    (await (await target.get('/api/v1/alerts?state=open')).json()) as {
      alerts: { id: string; acknowledged_by: string | null }[];
    }
  ).alerts;

describe('sessions', () => {
  test('a cookie is of no use after its logout, and cannot be chosen by who sends it', async () => {
    const cookie = await logIn();
    expect(cookie).toMatch(/=[\w-]{30,}$/);
    expect((await post('/api/v1/logout', '{}', { cookie })).status).toBe(204);
    expect((await target.get('/api/v1/session', { cookie })).status).toBe(401);
    const chosen = 'quantrac_session=a-session-that-the-attacker-has-chosen-0000';
    const answer = await post(
      '/api/v1/login',
      { name: 'lan', password: target.people.lan },
      { cookie: chosen },
    );
    expect(answer.headers.get('set-cookie')).not.toContain('attacker');
    expect((await target.get('/api/v1/session', { cookie: chosen })).status).toBe(401);
  });

  test('the cookie is for HTTP only, of this site, and ends', async () => {
    const answer = await post('/api/v1/login', { name: 'lan', password: target.people.lan });
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly/i);
    expect(answer.headers.get('set-cookie')).toMatch(/SameSite=(Lax|Strict)/i);
    expect(answer.headers.get('set-cookie')).toMatch(/Max-Age=\d+/i);
    const secure = await post(
      '/api/v1/login',
      { name: 'lan', password: target.people.lan },
      { 'x-forwarded-proto': 'https' },
    );
    expect(secure.headers.get('set-cookie')).toMatch(/^__Host-.*Secure/i);
  });

  test('a one-time link logs in once, and what is no link never', async () => {
    const first = await target.get(`/login/${target.link}`, ELSEWHERE);
    expect(first.headers.get('set-cookie')).toContain('session=');
    for (const link of [
      target.link,
      'x',
      '%00',
      'a'.repeat(100),
      target.link.toUpperCase(),
      `${target.link}x`,
    ]) {
      const answer = await target.get(`/login/${link}`, {});
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.headers.get('location') ?? '/').toBe('/');
    }
  });

  test.each([
    'Basic dXNlcjpwYXNz',
    'Bearer',
    'Bearer ',
    'Bearer null',
    'Bearer undefined',
    'bearer  x',
    `Token ${'x'.repeat(5000)}`,
    'Bearer __proto__',
    "Bearer ' OR 1=1 --",
  ])('the credential %s lets nobody in', async (authorization) => {
    expect((await target.get('/api/v1/session', { authorization })).status).toBe(401);
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
});

describe('bodies', () => {
  const POLLUTION =
    '{"__proto__":{"role":"admin","polluted":true},"constructor":{"prototype":{"polluted":true}},"name":"x","password":"x"}';

  test('a key that is a property of every object pollutes none', async () => {
    for (const path of [
      '/api/v1/login',
      '/api/v1/rehearsals',
      '/api/v1/out-of-service',
      '/api/v1/users',
      '/api/v1/tokens',
      '/api/v1/notify/sms',
      '/api/v1/alerts/1/acknowledge',
      `/api/v1/stations/${STATION.id}/limits`,
    ])
      for (const method of ['POST', 'PUT']) {
        const answer = await fetch(target.base + path, {
          method,
          headers: { ...json, authorization: `Bearer ${TOKEN}` },
          body: POLLUTION,
        });
        expect([method, path, answer.status]).toEqual([
          method,
          path,
          expect.toSatisfy((status: number) => status >= 400 && status < 500),
        ]);
      }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { role?: unknown }).role).toBeUndefined();
  });

  test.each<[string, string, number[]]>([
    ['nested 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, [400, 413]],
    ['a list of 30,000 brackets', '['.repeat(30_000), [400]],
    ['100 KB', JSON.stringify({ name: 'x'.repeat(100_000), password: 'x' }), [413]],
    ['no JSON', '{"name":', [400]],
    ['a number without end', `{"name":1e999,"password":"x"}`, [400]],
    ['nothing', '', [400]],
    ['another shape', '[]', [400]],
  ])('a body that is %s is refused', async (_, body, statuses) => {
    const answer = await post('/api/v1/login', body);
    expect(statuses).toContain(answer.status);
  });

  test('a body that is packed is not unpacked', async () => {
    const answer = await fetch(`${target.base}/api/v1/login`, {
      method: 'POST',
      headers: { ...json, 'content-encoding': 'gzip' },
      body: Buffer.alloc(60_000, 31),
    });
    expect([400, 415]).toContain(answer.status);
  });

  test('a body without a length that never ends is cut off at the bound', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const { status } = await raw(
      `POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`,
      'answer',
    );
    expect([0, 413]).toContain(status);
  });
});

describe('slowness and floods', () => {
  test('headers and bodies byte by byte are cut off, and others are served meanwhile', async () => {
    const begun = performance.now();
    const drip = async (text: string): Promise<number> => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      await once(socket, 'connect');
      let at = 0;
      const timer = setInterval(() => socket.writable && socket.write(text.slice(at, ++at) || 'x'), 300);
      await once(socket, 'close');
      clearInterval(timer);
      return performance.now() - begun;
    };
    const slow = [
      ...Array.from({ length: 100 }, () =>
        drip(`GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ${'a'.repeat(10_000)}`),
      ),
      drip(
        'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n'.concat(
          '{',
        ),
      ),
    ];
    expect((await target.get('/api/v1/health')).status).toBe(200);
    for (const ms of await Promise.all(slow)) expect(ms).toBeLessThan(50_000);
    expect((await target.get('/api/v1/health')).status).toBe(200);
  });

  test('a caller may ask for an export 60 times a minute, and for the rest goes on', async () => {
    const other = await openTarget();
    try {
      const token = { authorization: `Bearer ${TOKEN}` };
      const times = async (count: number, path: string): Promise<Map<number, number>> => {
        const seen = new Map<number, number>();
        for (let done = 0; done < count; done += 50)
          await Promise.all(
            Array.from({ length: 50 }, async () => {
              const answer = await other.get(path, token);
              await answer.body?.cancel();
              seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
            }),
          );
        return seen;
      };
      const exports = await times(100, `/api/v1/export?station=${STATION.id}&parameter=ph&from=0&to=1`);
      expect(exports.get(429)).toBe(40);
      const refused = await other.get(`/api/v1/export?station=${STATION.id}&parameter=ph&from=0&to=1`, token);
      expect([
        refused.status,
        refused.headers.get('retry-after'),
        refused.headers.get('content-type'),
      ]).toEqual([429, expect.stringMatching(/^\d+$/), expect.stringContaining('problem+json')]);
      expect((await times(100, '/api/v1/session')).get(429)).toBeUndefined();
    } finally {
      await other.stop();
    }
  });

  test('one user takes 50 streams and no more', async () => {
    const cookie = await logIn();
    const streams = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const ending = new AbortController();
        const answer = await fetch(`${target.base}/api/v1/stream`, {
          headers: { cookie },
          signal: ending.signal,
        });
        return { status: answer.status, ending };
      }),
    );
    expect((await target.get('/api/v1/health')).status).toBe(200);
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(50);
    expect(streams.filter(({ status }) => status === 429)).toHaveLength(10);
    for (const { ending } of streams) ending.abort();
  });
});

test('the address in a message is that of the settings, whatever host a request names', async () => {
  const answer = await raw(
    `GET /api/v1/session HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
  );
  expect(answer.body).not.toContain('evil.example');
  const used = await raw(
    'GET /login/none HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-For: 203.0.113.8\r\nConnection: close\r\n\r\n',
  );
  expect(used.head).toMatch(/location: \/\r?$/im);
});
