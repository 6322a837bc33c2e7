import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { UserFault } from '../devices/kit/fault.ts';
import { openLedger } from './ledger.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'quantrac-ledger-'));

function setVersion(dataDir: string, version: (now: number) => number): void {
  const db = new DatabaseSync(join(dataDir, 'ledger.db'));
  const { user_version: now } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  db.exec(`PRAGMA user_version=${version(now)}`);
  db.close();
}

test('a ledger is opened again as it is', () => {
  const dataDir = folder();
  openLedger(dataDir).close();
  openLedger(dataDir).close();
});

test('a ledger of a newer release is left alone, in words', () => {
  const dataDir = folder();
  openLedger(dataDir).close();
  setVersion(dataDir, (now) => now + 1);
  expect(() => openLedger(dataDir)).toThrow(/ledger\.db: this ledger is of a newer Quantrac/);
});

test('a ledger that an older release has lowered is left alone, in words', () => {
  const dataDir = folder();
  openLedger(dataDir).close();
  setVersion(dataDir, () => 17);
  expect(() => openLedger(dataDir)).toThrow(UserFault);
  expect(() => openLedger(dataDir)).toThrow(/an older Quantrac has worked on this ledger/);
});
