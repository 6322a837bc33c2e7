import { expect, onTestFinished, test } from 'vitest';
import { createAccounts } from '../accounts.ts';
import { openScratchLedger } from '../ledger.ts';

const HOUR_MS = 3600_000;
const MINUTE_MS = 60_000;

async function open() {
  const ledger = openScratchLedger();
  onTestFinished(() => ledger.close());
  const clock = { now: 1_760_000_000_000 };
  const accounts = createAccounts(ledger, () => clock.now);
  await accounts.addUser('an', { role: 'admin', areas: null, password: null });
  await accounts.addUser('lan', { role: 'operator', areas: ['Hòa Vang', 'Cẩm Lệ'], password: null });
  const session = (from = '10.0.0.1') => accounts.startSession('lan', from, 'a browser') ?? '';
  return { ledger, clock, accounts, session };
}

test('a session ends after 12 hours, however busy', async () => {
  const { accounts, clock, session } = await open();
  const secret = session();
  const start = clock.now;
  for (; clock.now < start + 12 * HOUR_MS; clock.now += 20 * MINUTE_MS)
    expect(accounts.find(secret, 'session')).toMatchObject({ name: 'lan', role: 'operator' });
  expect(accounts.find(secret, 'session')).toBeNull();
});

test("a viewer's session lasts 30 days while it is used, and not beyond 12 hours when they become more", async () => {
  const { accounts, clock } = await open();
  await accounts.addUser('wall', { role: 'viewer', areas: null, password: null });
  const login = () => accounts.startSession('wall', '10.0.0.1', 'a browser') ?? '';
  const stay = (secret: string, until: number) => {
    for (; clock.now < until; clock.now += 20 * MINUTE_MS)
      if (accounts.find(secret, 'session') === null) return false;
    return accounts.find(secret, 'session') !== null;
  };
  const start = clock.now;
  const secret = login();
  expect(accounts.sessions('wall', null)[0]?.expires_at).toBe(start + 30 * 24 * HOUR_MS);
  expect(stay(secret, start + 30 * 24 * HOUR_MS - 20 * MINUTE_MS)).toBe(true);
  clock.now = start + 30 * 24 * HOUR_MS;
  expect(accounts.find(secret, 'session')).toBeNull();

  const second = login();
  const again = clock.now;
  expect(stay(second, again + 13 * HOUR_MS)).toBe(true);
  accounts.changeUser('wall', { role: 'operator' });
  expect(accounts.find(second, 'session')).toBeNull();
  expect(accounts.sessions('wall', null)).toEqual([]);
});

test('a session ends after 30 minutes without use, and is not on the list then', async () => {
  const { accounts, clock, session } = await open();
  const secret = session();
  clock.now += 29 * MINUTE_MS;
  expect(accounts.find(secret, 'session')).not.toBeNull();
  clock.now += 29 * MINUTE_MS;
  expect(accounts.find(secret, 'session')).not.toBeNull();
  clock.now += 30 * MINUTE_MS;
  expect(accounts.sessions('lan', null)).toEqual([]);
  expect(accounts.find(secret, 'session')).toBeNull();
});

test('use is written down once a minute, and with a full disk a session goes on', async () => {
  const { accounts, clock, ledger, session } = await open();
  const secret = session();
  const start = clock.now;
  const usedAt = () => ledger.db.prepare('SELECT used_at FROM credential').get()?.used_at;
  clock.now += 59_000;
  accounts.find(secret, 'session');
  expect(usedAt()).toBe(start);
  clock.now += 1000;
  accounts.find(secret, 'session');
  expect(usedAt()).toBe(clock.now);
  ledger.db.exec("CREATE TRIGGER full BEFORE UPDATE ON credential BEGIN SELECT RAISE(ABORT, 'no room'); END");
  for (let n = 0; n < 6; n++) {
    clock.now += 20 * MINUTE_MS;
    expect(accounts.find(secret, 'session')).not.toBeNull();
  }
});

test('the list says when, from where and which one asks; one or all are ended', async () => {
  const { accounts, clock, session } = await open();
  const [first, second, third] = [session('10.0.0.1'), session('10.0.0.2'), session('10.0.0.3')];
  const idOf = (secret: string) => accounts.find(secret, 'session')?.id ?? '';
  expect(accounts.sessions('lan', idOf(second))).toMatchObject([
    { from: '10.0.0.3', current: false },
    {
      id: idOf(second),
      from: '10.0.0.2',
      agent: 'a browser',
      created_at: clock.now,
      used_at: clock.now,
      expires_at: clock.now + 12 * HOUR_MS,
      current: true,
    },
    { from: '10.0.0.1', current: false },
  ]);
  const id = idOf(first);
  expect(accounts.revoke('an', 'session', id)).toBe(false);
  expect(accounts.revoke('lan', 'token', id)).toBe(false);
  expect(accounts.revoke('lan', 'session', id)).toBe(true);
  expect(accounts.find(first, 'session')).toBeNull();
  expect(accounts.endSessions('lan', idOf(third))).toBe(1);
  expect(accounts.find(second, 'session')).toBeNull();
  expect(accounts.find(third, 'session')).not.toBeNull();
});

test('of one user the newest 50 sessions stay', async () => {
  const { accounts, session } = await open();
  const secrets = Array.from({ length: 51 }, () => session());
  expect(accounts.sessions('lan', null)).toHaveLength(50);
  expect(accounts.find(secrets[0] ?? '', 'session')).toBeNull();
  expect(accounts.find(secrets[1] ?? '', 'session')).not.toBeNull();
});

test('a link is good once, within an hour, and for nothing else', async () => {
  const { accounts, clock } = await open();
  const [one, late] = [accounts.issueLink('lan'), accounts.issueLink('lan')];
  expect(accounts.find(one, 'session')).toBeNull();
  expect(accounts.find(one, 'token')).toBeNull();
  expect(accounts.use(one, 'link')).toMatchObject({ name: 'lan' });
  expect(accounts.use(one, 'link')).toBeNull();
  clock.now += HOUR_MS;
  expect(accounts.use(late, 'link')).toBeNull();
  expect(() => accounts.issueLink('nobody')).toThrow('there is no user "nobody"');
});

test('a change of the user holds for open sessions and tokens at once', async () => {
  const { accounts, session } = await open();
  const secret = session();
  const { token } = accounts.issueToken('lan', { label: 'báo cáo', days: 1, areas: ['Cẩm Lệ'] });
  expect(accounts.find(token, 'token')).toMatchObject({ role: 'operator', areas: ['Cẩm Lệ'] });
  accounts.changeUser('lan', { role: 'viewer', areas: ['Hòa Vang', 'Cẩm Lệ', 'Sơn Trà'] });
  expect(accounts.find(secret, 'session')).toMatchObject({
    role: 'viewer',
    areas: ['Hòa Vang', 'Cẩm Lệ', 'Sơn Trà'],
  });
  expect(accounts.find(token, 'token')).toMatchObject({ role: 'viewer', areas: ['Cẩm Lệ'] });
  // Nothing in common is nothing at all, and not everything.
  accounts.changeUser('lan', { areas: ['Sơn Trà'] });
  expect(accounts.find(token, 'token')).toBeNull();
  accounts.removeUser('lan');
  expect(accounts.find(secret, 'session')).toBeNull();
  expect(accounts.tokens(null)).toEqual([]);
});

test('a token does no more than its user, for a year at most', async () => {
  const { accounts, clock } = await open();
  const issue = (more: object) => accounts.issueToken('lan', { label: 'x', days: 1, ...more });
  expect(() => issue({ role: 'technician' })).toThrow(/no more than lan: operator, Hòa Vang, Cẩm Lệ/);
  expect(() => issue({ areas: null })).toThrow(/no more than lan/);
  expect(() => issue({ areas: ['Hòa Vang', 'Sơn Trà'] })).toThrow(/no more than lan/);
  expect(() => issue({ days: 366 })).toThrow(/between 1 and 365/);
  expect(() => issue({ days: 0 })).toThrow(/between 1 and 365/);
  expect(() => accounts.issueToken('an', { label: 'x', days: 1, areas: ['Sơn Trà'] })).toThrow(
    /an admin has all areas/,
  );
  expect(
    accounts.issueToken('an', { label: 'x', days: 1, role: 'viewer', areas: ['Sơn Trà'] }),
  ).toMatchObject({ role: 'viewer', areas: ['Sơn Trà'], used_at: null });
  const { id, token } = issue({ days: 365 });
  clock.now += 365 * 24 * HOUR_MS - 1;
  expect(accounts.find(token, 'token')).toMatchObject({ id });
  expect(accounts.tokens('lan')).toMatchObject([{ id, used_at: clock.now }]);
  clock.now += 1;
  expect(accounts.find(token, 'token')).toBeNull();
  expect(accounts.tokens('lan')).toEqual([]);
});

test('of one user there are 100 tokens at most, none is pushed out', async () => {
  const { accounts } = await open();
  for (let n = 0; n < 100; n++) accounts.issueToken('lan', { label: `t${n}`, days: 1 });
  expect(() => accounts.issueToken('lan', { label: 'more', days: 1 })).toThrow(/revoke one first/);
  expect(accounts.tokens('lan')).toHaveLength(100);
});

test('what an earlier version issued goes on with the rights of its user', async () => {
  const { accounts, clock, ledger } = await open();
  const { token, id } = accounts.issueToken('lan', { label: 'x', days: 1 });
  ledger.db.prepare('UPDATE credential SET role = NULL, areas = NULL, created_at = NULL').run();
  expect(accounts.find(token, 'token')).toMatchObject({ role: 'operator', areas: ['Hòa Vang', 'Cẩm Lệ'] });
  expect(accounts.tokens('lan')).toMatchObject([
    { id, role: 'operator', created_at: null, used_at: clock.now },
  ]);
});

test('no secret is in the ledger', async () => {
  const { accounts, ledger, session } = await open();
  const secrets = [
    session(),
    accounts.issueLink('lan'),
    accounts.issueToken('lan', { label: 'x', days: 1 }).token,
  ];
  const rows = JSON.stringify(ledger.db.prepare('SELECT * FROM credential').all());
  for (const secret of secrets) expect(rows).not.toContain(secret);
});
