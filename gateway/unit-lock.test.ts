import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testStation } from '../test/support/station.ts';
import { createCatalog } from './catalog.ts';
import { checkPublish } from './ingest-check.ts';
import { openLedger } from './ledger.ts';
import { createUnitLock } from './unit-lock.ts';

const NOW = Date.UTC(2026, 2, 5, 6, 0, 0);

test('a parameter that another version stored in another unit is refused with both, and others pass', () => {
  const ledger = openLedger(mkdtempSync(join(tmpdir(), 'quantrac-units-')));
  const catalog = createCatalog(ledger, () => NOW);
  const parameters = (['ph', 'turbidity'] as const).map((id) => ({ id, period_s: 10 }));
  catalog.announce('edge-a', { stations: [testStation({ id: 'cau-do', parameters })] });
  // What an older version accepted first.
  expect(createUnitLock(ledger).fault('ph', 'mV')).toBeNull();
  const publish = {
    edge: 'edge-a',
    station: 'cau-do',
    topic: 't',
    live: true,
    payload: Buffer.from('[{"bn":"urn:quantrac:cau-do:","n":"ph","v":7},{"n":"turbidity","v":3}]'),
  };
  const { good, refused } = checkPublish({ catalog, units: createUnitLock(ledger) }, publish, NOW);
  expect(good.map(({ parameter }) => parameter)).toEqual(['turbidity']);
  expect(refused.map(({ reason }) => reason)).toEqual([
    'ph is stored in mV, and this version has it in pH: its old readings must be converted first',
  ]);
});
