import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createAccounts } from '../accounts.ts';
import { openLedger, openScratchLedger } from '../ledger.ts';
import { randomToken } from '../password.ts';

function open() {
  const ledger = openScratchLedger();
  onTestFinished(() => ledger.close());
  return { ledger, accounts: createAccounts(ledger, () => 1_760_000_000_000) };
}
/** How long `work` takes in units of one slow hash, so that no clock of a busy machine decides. */
async function inHashes(work: () => Promise<unknown>, hash: () => Promise<unknown>): Promise<number> {
  const time = async (run: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await run();
    return performance.now() - start;
  };
  return (await time(work)) / (await time(hash));
}

test('a machine gets in with its password, of either kind, and with no other', async () => {
  const { accounts, ledger } = open();
  const random = randomToken();
  await accounts.putAccount('edge-a', 'edge', random, 'random');
  await accounts.putAccount('ioc', 'subscriber', 'chosen by somebody');
  const hashes = ledger.db.prepare('SELECT password FROM account ORDER BY name').all();
  expect(hashes.map(({ password }) => String(password).split('$')[0])).toEqual(['sha256', 'scrypt']);
  for (let n = 0; n < 2; n++) {
    expect(await accounts.checkAccount('edge-a', random)).toEqual({ name: 'edge-a', kind: 'edge' });
    expect(await accounts.checkAccount('ioc', 'chosen by somebody')).toEqual({
      name: 'ioc',
      kind: 'subscriber',
    });
    expect(await accounts.checkAccount('edge-a', 'chosen by somebody')).toBeNull();
    expect(await accounts.checkAccount('ioc', random)).toBeNull();
    expect(await accounts.checkAccount('nobody', random)).toBeNull();
  }
});

test('a thousand logins of accounts that were checked once cost less than a few slow hashes', async () => {
  const { accounts } = open();
  const random = randomToken();
  await accounts.putAccount('edge-a', 'edge', random, 'random');
  await accounts.putAccount('edge-b', 'edge', 'chosen by somebody');
  await accounts.checkAccount('edge-b', 'chosen by somebody');
  for (const [name, password] of [
    ['edge-a', random],
    ['edge-b', 'chosen by somebody'],
  ] as const) {
    const cost = await inHashes(
      async () => {
        for (let n = 0; n < 1000; n++) expect(await accounts.checkAccount(name, password)).not.toBeNull();
      },
      () => accounts.checkAccount('nobody', 'x'),
    );
    expect(cost).toBeLessThan(50);
  }
});

test('a wrong password takes a slow hash also where a right one takes none', async () => {
  const { accounts } = open();
  await accounts.putAccount('edge-a', 'edge', randomToken(), 'random');
  const cost = await inHashes(
    async () => {
      for (let n = 0; n < 5; n++) await accounts.checkAccount('edge-a', 'wrong');
    },
    async () => {
      for (let n = 0; n < 5; n++) await accounts.checkAccount('nobody', 'wrong');
    },
  );
  expect(cost).toBeGreaterThan(0.2);
});

test('what was remembered is forgotten with a new password, also one that another process sets', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-machines-'));
  const [here, there] = [openLedger(folder), openLedger(folder)];
  onTestFinished(() => {
    here.close();
    there.close();
  });
  const [accounts, beside] = [createAccounts(here, Date.now), createAccounts(there, Date.now)];
  await accounts.putAccount('edge-a', 'edge', 'the first one');
  expect(await accounts.checkAccount('edge-a', 'the first one')).not.toBeNull();
  const mark = accounts.accountMark('edge-a');
  await beside.putAccount('edge-a', 'edge', 'the second one');
  expect(accounts.accountMark('edge-a')).not.toBe(mark);
  expect(await accounts.checkAccount('edge-a', 'the first one')).toBeNull();
  expect(await accounts.checkAccount('edge-a', 'the second one')).not.toBeNull();
  beside.removeAccount('edge-a');
  expect(accounts.accountMark('edge-a')).toBeNull();
  expect(await accounts.checkAccount('edge-a', 'the second one')).toBeNull();
});

test('what is changed while a password is checked does not let it in', async () => {
  const { accounts } = open();
  await accounts.putAccount('edge-a', 'edge', 'chosen by somebody');
  const checked = accounts.checkAccount('edge-a', 'chosen by somebody');
  accounts.removeAccount('edge-a');
  expect(await checked).toBeNull();
});

test('devices are listed with when they were heard, and removed', async () => {
  const { accounts, ledger } = open();
  await accounts.putAccount('edge-b', 'edge', randomToken(), 'random');
  await accounts.putAccount('edge-a', 'edge', randomToken(), 'random');
  ledger.db.prepare("INSERT INTO edge VALUES ('edge-a', '{}', 77)").run();
  const created_at = 1_760_000_000_000;
  expect(accounts.devices()).toEqual([
    { name: 'edge-a', kind: 'edge', created_at, seen_at: 77 },
    { name: 'edge-b', kind: 'edge', created_at, seen_at: null },
  ]);
  accounts.removeAccount('edge-a');
  expect(accounts.device('edge-a')).toBeNull();
  expect(() => accounts.removeAccount('edge-a')).toThrow('there is no device "edge-a"');
  await expect(accounts.putAccount('live', 'edge', randomToken(), 'random')).rejects.toThrow(
    /meaning of its own/,
  );
});
