import { scryptSync } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createAccounts } from '../accounts.ts';
import { withActor } from '../actor.ts';
import { createAudit } from '../audit/audit.ts';
import { type Ledger, openScratchLedger } from '../ledger.ts';
import type { NewUser } from './users.ts';

const GOOD = 'sương trên núi Chúa';
const OTHER = 'thuyền thúng Mỹ Khê';
const ADMIN: NewUser = { role: 'admin', areas: null, password: GOOD };
const OPERATOR: NewUser = { role: 'operator', areas: ['Hòa Vang'], password: GOOD };

function open(ledger: Ledger = openScratchLedger()) {
  onTestFinished(() => ledger.close());
  const clock = { now: 1_760_000_000_000 };
  const accounts = createAccounts(ledger, () => clock.now);
  const entries = () =>
    createAudit(ledger, () => clock.now).page({ order: 'oldest', after: null, limit: 200, areas: null })
      .entries;
  return { ledger, clock, accounts, entries };
}

test('a user has role and areas, logs in by password, and is listed without it', async () => {
  const { accounts, clock } = open();
  await accounts.addUser('lan', OPERATOR);
  expect(await accounts.checkUser('lan', GOOD)).toEqual({
    name: 'lan',
    role: 'operator',
    areas: ['Hòa Vang'],
  });
  expect(await accounts.checkUser('lan', OTHER)).toBeNull();
  expect(await accounts.checkUser('nobody', GOOD)).toBeNull();
  expect(accounts.users()).toEqual([
    {
      name: 'lan',
      role: 'operator',
      areas: ['Hòa Vang'],
      created_at: clock.now,
      password_changed_at: clock.now,
      last_login_at: null,
    },
  ]);
  clock.now += 1000;
  accounts.startSession('lan', '10.0.0.1', 'a browser');
  expect(accounts.profile('lan')).toMatchObject({ last_login_at: clock.now, language: 'vi' });
  await expect(accounts.addUser('lan', OPERATOR)).rejects.toMatchObject({ kind: 'conflict' });
});

test('a scrypt hash of an earlier version lets in and becomes argon2id', async () => {
  const { accounts, ledger } = open();
  const salt = Buffer.from('0123456789abcdef');
  const key = scryptSync('ngắn', salt, 32, { N: 16_384, r: 8, p: 1 });
  ledger.db
    .prepare('INSERT INTO user (name, role, password, created_at) VALUES (?, ?, ?, 1)')
    .run('cu', 'viewer', `scrypt$16384$${salt.toString('base64')}$${key.toString('base64')}`);
  const hash = () => String(ledger.db.prepare("SELECT password FROM user WHERE name = 'cu'").get()?.password);
  expect(await accounts.checkUser('cu', 'sai')).toBeNull();
  expect(hash()).toMatch(/^scrypt/);
  expect(await accounts.checkUser('cu', 'ngắn')).toEqual({ name: 'cu', role: 'viewer', areas: null });
  expect(hash()).toMatch(/^\$argon2id\$/);
  expect(await accounts.checkUser('cu', 'ngắn')).not.toBeNull();
});

test('the last admin is neither removed nor made less', async () => {
  const { accounts } = open();
  await accounts.addUser('an', ADMIN);
  const last = /"an" is the last admin/;
  expect(() => accounts.removeUser('an')).toThrow(last);
  expect(() => accounts.changeUser('an', { role: 'technician' })).toThrow(last);
  await expect(accounts.putUser('an', OPERATOR)).rejects.toThrow(last);
  accounts.changeUser('an', { role: 'admin' });
  await accounts.addUser('binh', ADMIN);
  accounts.removeUser('an');
  expect(accounts.hasUser('an')).toBe(false);
  expect(() => accounts.removeUser('binh')).toThrow(/last admin/);
});

test('an admin has all areas', async () => {
  const { accounts } = open();
  await expect(accounts.addUser('an', { ...ADMIN, areas: ['Hòa Vang'] })).rejects.toThrow(
    /an admin has all areas/,
  );
  await accounts.addUser('lan', OPERATOR);
  expect(() => accounts.changeUser('lan', { role: 'admin' })).toThrow(/an admin has all areas/);
  accounts.changeUser('lan', { role: 'admin', areas: null });
  expect(accounts.profile('lan')).toMatchObject({ role: 'admin', areas: null });
});

test.each(['gateway', 'Token', 'nobody'])('nobody is called %s', async (name) => {
  await expect(open().accounts.putUser(name, OPERATOR)).rejects.toThrow(/meaning of its own/);
});

test('a weak password is refused wherever one is set', async () => {
  const { accounts } = open();
  const weak = 'matkhau12345';
  await expect(accounts.addUser('lan', { ...OPERATOR, password: weak })).rejects.toThrow(
    /everybody tries first/,
  );
  await accounts.addUser('lan', OPERATOR);
  await expect(accounts.setPassword('lan', weak)).rejects.toThrow(/everybody tries first/);
  await expect(accounts.putUser('lan', { ...OPERATOR, password: 'ngắn' })).rejects.toThrow(/at least 12/);
  expect(await accounts.checkUser('lan', GOOD)).not.toBeNull();
});

test('a new password ends the other sessions and links, and no token', async () => {
  const { accounts } = open();
  await accounts.addUser('lan', OPERATOR);
  const own = accounts.startSession('lan', 'a', null) ?? '';
  const other = accounts.startSession('lan', 'b', null) ?? '';
  const link = accounts.issueLink('lan');
  const { token } = accounts.issueToken('lan', { label: 'báo cáo', days: 1 });
  await accounts.setPassword('lan', OTHER, accounts.find(own, 'session')?.id);
  expect(accounts.find(own, 'session')).not.toBeNull();
  expect(accounts.find(other, 'session')).toBeNull();
  expect(accounts.use(link, 'link')).toBeNull();
  expect(accounts.find(token, 'token')).not.toBeNull();
  expect(await accounts.checkUser('lan', GOOD)).toBeNull();
  await accounts.setPassword('lan', GOOD);
  expect(accounts.find(own, 'session')).toBeNull();
});

test('who is removed while their password is checked does not get in', async () => {
  const { accounts } = open();
  await accounts.addUser('lan', OPERATOR);
  const checked = accounts.checkUser('lan', GOOD);
  accounts.removeUser('lan');
  expect(await checked).toBeNull();
  expect(accounts.startSession('lan', 'a', null)).toBeNull();
});

test('each change is on the audit log with who, and without any secret', async () => {
  const { accounts, entries, ledger } = open();
  const secrets: string[] = [GOOD, OTHER];
  await withActor({ name: 'an', from: '10.0.0.9' }, async () => {
    await accounts.addUser('lan', OPERATOR);
    accounts.changeUser('lan', { areas: ['Hòa Vang', 'Cẩm Lệ'] });
    accounts.setLanguage('lan', 'en');
    await accounts.setPassword('lan', OTHER);
    secrets.push(accounts.startSession('lan', '10.0.0.1', null) ?? '', accounts.issueLink('lan'));
    const { id, token } = accounts.issueToken('lan', { label: 'báo cáo', days: 1, role: 'viewer' });
    secrets.push(token);
    accounts.revoke('lan', 'token', id);
    accounts.endSessions('lan', null);
    await accounts.putAccount('edge-a', 'edge', GOOD);
    accounts.removeAccount('edge-a');
    accounts.removeUser('lan');
  });
  const hashes = ledger.db.prepare('SELECT password FROM user').all().map(String);
  expect(entries().map(({ action, what }) => [action, what.replace(/[0-9a-f]{16}/, 'id')])).toEqual([
    ['user.put', 'users/lan'],
    ['user.put', 'users/lan'],
    ['user.put', 'users/lan'],
    ['password.set', 'users/lan'],
    ['login', 'users/lan'],
    ['link.issue', 'users/lan'],
    ['token.issue', 'users/lan/tokens/id'],
    ['token.revoke', 'users/lan/tokens/id'],
    ['session.revoke', 'users/lan/sessions'],
    ['device.put', 'devices/edge-a'],
    ['device.remove', 'devices/edge-a'],
    ['user.remove', 'users/lan'],
  ]);
  expect(new Set(entries().map(({ who, from }) => `${who} ${from}`))).toEqual(new Set(['an 10.0.0.9']));
  expect(entries()[1]).toMatchObject({
    before: { areas: ['Hòa Vang'] },
    after: { areas: ['Hòa Vang', 'Cẩm Lệ'] },
  });
  const log = JSON.stringify(entries());
  for (const secret of [...secrets, ...hashes]) expect(log).not.toContain(secret);
  expect(log).not.toMatch(/argon2|scrypt/);
});

test('what the audit log cannot take does not happen', async () => {
  const { accounts, ledger } = open();
  await accounts.addUser('an', ADMIN);
  await accounts.addUser('lan', OPERATOR);
  const session = accounts.startSession('lan', 'a', null) ?? '';
  ledger.db.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END");
  expect(() => accounts.removeUser('lan')).toThrow('no room');
  expect(() => accounts.changeUser('lan', { role: 'viewer' })).toThrow('no room');
  await expect(accounts.setPassword('lan', OTHER)).rejects.toThrow('no room');
  expect(() => accounts.endSessions('lan', null)).toThrow('no room');
  await expect(accounts.addUser('minh', OPERATOR)).rejects.toThrow('no room');
  expect(() => accounts.issueToken('lan', { label: 'x', days: 1 })).toThrow('no room');
  expect(accounts.find(session, 'session')).toMatchObject({ name: 'lan', role: 'operator' });
  expect(await accounts.checkUser('lan', GOOD)).not.toBeNull();
  expect(accounts.users().map(({ name }) => name)).toEqual(['an', 'lan']);
  expect(accounts.tokens(null)).toEqual([]);
});
