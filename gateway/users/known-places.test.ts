import { expect, onTestFinished, test, vi } from 'vitest';
import { createAttempts } from '../../devices/kit/attempts.ts';
import { openScratchLedger } from '../ledger.ts';
import { createKnownPlaces } from './known-places.ts';

const HOME = '10.0.0.1';

test('where names got in is known over a restart, by its hash only, and not of names that nobody has', () => {
  const ledger = openScratchLedger();
  onTestFinished(() => ledger.close());
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const now = () => 1_760_000_000_000;
  const start = () => createAttempts({ now, known: createKnownPlaces(ledger, 'user', now) });
  const guess = (attempts: ReturnType<typeof start>): void => {
    for (let n = 0; n < 100; n++) attempts.enter('lan', `10.7.${n}.1`);
    attempts.enter('lan', '10.0.0.77');
  };
  ledger.db.exec("INSERT INTO user (name, role, created_at) VALUES ('lan', 'viewer', 1)");
  const before = start();
  for (const name of ['lan', 'link x']) before.succeeded(name, HOME);
  guess(before);
  expect(before.enter('lan', HOME)).toBe(0);
  vi.runAllTimers();
  const rows = ledger.db.prepare('SELECT * FROM known_place').all();
  expect(rows).toMatchObject([{ kind: 'user', name: 'lan' }]);
  expect(JSON.stringify(rows)).not.toContain(HOME);
  const after = start();
  guess(after);
  // Its neighbour has used the network's own try.
  expect(after.enter('lan', '10.0.0.78')).toBeGreaterThan(0);
  expect(after.enter('lan', HOME)).toBe(0);
  // Of a name the newest places are kept, and with the name they go.
  for (let n = 0; n < 80; n++) after.succeeded('lan', `10.9.${n}.1`);
  vi.runAllTimers();
  expect(ledger.db.prepare('SELECT count(*) AS n FROM known_place').get()).toEqual({ n: 50 });
  ledger.db.exec("DELETE FROM user; INSERT INTO user (name, role, created_at) VALUES ('an', 'viewer', 1)");
  after.succeeded('an', HOME);
  vi.runAllTimers();
  expect(ledger.db.prepare('SELECT name FROM known_place').all()).toEqual([{ name: 'an' }]);
});
