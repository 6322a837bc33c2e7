import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createAccounts } from '../accounts.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { hashToken, randomToken } from '../password.ts';
import { createCredentials } from './credentials.ts';
import { USERS_SCHEMA } from './schema.ts';
import { createUsers } from './users.ts';

const PASSWORD = 'sương trên núi Chúa';

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-changes-'));
  const [here, there] = [openLedger(folder), openLedger(folder)];
  onTestFinished(() => {
    for (const { db } of [here, there]) if (db.isOpen) db.close();
  });
  return { here, accounts: createAccounts(here, Date.now), beside: createAccounts(there, Date.now) };
}

test('whoever keeps something open hears of each change of this process at once', async () => {
  const { accounts } = open();
  const heard = vi.fn();
  const stop = accounts.onRevoked(heard);
  const told = async (change: () => unknown) => {
    heard.mockClear();
    await change();
    expect(heard).toHaveBeenCalledOnce();
  };
  await told(() => accounts.putUser('an', { role: 'admin', areas: null, password: null }));
  await told(() => accounts.putUser('lan', { role: 'viewer', areas: null, password: null }));
  await told(() => accounts.changeUser('lan', { role: 'operator' }));
  await told(() => accounts.setPassword('lan', PASSWORD));
  const secret = accounts.startSession('lan', 'a', null) ?? '';
  const { id } = accounts.issueToken('lan', { label: 'x', days: 1 });
  await told(() => accounts.revoke('lan', 'token', id));
  await told(() => accounts.use(secret, 'session'));
  await told(() => accounts.endSessions('lan', null));
  await told(() => accounts.putAccount('edge-a', 'edge', randomToken(), 'random'));
  await told(() => accounts.removeAccount('edge-a'));
  await told(() => accounts.removeUser('lan'));
  heard.mockClear();
  stop();
  accounts.issueLink('an');
  accounts.endSessions('an', null);
  expect(heard).not.toHaveBeenCalled();
});

test('what a command beside it changes is heard within a second, once', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { accounts, beside } = open();
  await beside.putUser('an', { role: 'admin', areas: null, password: null });
  await beside.putUser('lan', { role: 'viewer', areas: null, password: null });
  const heard = vi.fn();
  const stop = accounts.onRevoked(heard);
  vi.advanceTimersByTime(1000);
  heard.mockClear();
  vi.advanceTimersByTime(5000);
  expect(heard).not.toHaveBeenCalled();
  beside.removeUser('lan');
  vi.advanceTimersByTime(1000);
  expect(heard).toHaveBeenCalledOnce();
  stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('a ledger that was closed is asked no more', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { accounts, here } = open();
  accounts.onRevoked(() => {});
  here.close();
  vi.advanceTimersByTime(1000);
  expect(vi.getTimerCount()).toBe(0);
});

test('users, sessions and tokens of an earlier version survive', () => {
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  db.exec(`
    CREATE TABLE user (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT, created_at INTEGER NOT NULL) STRICT;
    CREATE TABLE credential (
      hash TEXT PRIMARY KEY, kind TEXT NOT NULL, user TEXT NOT NULL REFERENCES user(name) ON DELETE CASCADE,
      label TEXT, expires_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO user VALUES ('lan', 'operator', NULL, 5);
    INSERT INTO credential VALUES ('${hashToken('cookie')}', 'session', 'lan', NULL, 9000000000000);
    INSERT INTO credential VALUES ('${hashToken('script')}', 'token', 'lan', 'old', 9000000000000);
  `);
  db.exec(USERS_SCHEMA);
  const ledger: Ledger = { db, transaction: (work) => work(), close: () => db.close() };
  const audit = { record: () => {} };
  const accounts = { ...createUsers(ledger, Date.now, audit), ...createCredentials(ledger, Date.now, audit) };
  expect(accounts.users()).toMatchObject([{ name: 'lan', role: 'operator', areas: null, created_at: 5 }]);
  expect(accounts.find('cookie', 'session')).toMatchObject({ name: 'lan', role: 'operator', areas: null });
  expect(accounts.find('script', 'token')).toMatchObject({ name: 'lan', role: 'operator', areas: null });
  expect(accounts.sessions('lan', null)).toMatchObject([{ id: expect.stringMatching(/^[0-9a-f]{16}$/) }]);
});
