import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testStation } from '../test/support/station.ts';
import { createCatalog } from './catalog.ts';
import { openLedger } from './ledger.ts';

const station = (id: string) => testStation({ id, parameters: [{ id: 'pm2_5', period_s: 10 }] });

test('stations are known over a restart, withdrawn when their edge leaves them out, and never taken by another edge', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-catalog-'));
  const ledger = openLedger(folder);
  const catalog = createCatalog(ledger, () => 1);
  const ids = (of = catalog) => of.all().map(({ id, edge }) => `${edge}/${id}`);
  catalog.announce('edge-a', { stations: [station('one'), station('two')] });
  const { foreign } = catalog.announce('edge-b', { stations: [station('two'), station('three')] });
  expect(foreign).toEqual(['two']);
  expect(ids()).toEqual(['edge-a/one', 'edge-a/two', 'edge-b/three']);

  catalog.announce('edge-a', { stations: [station('two')] });
  expect(ids()).toEqual(['edge-a/two', 'edge-b/three']);
  ledger.close();

  const reopened = openLedger(folder);
  const again = createCatalog(reopened, () => 1);
  expect(ids(again).sort()).toEqual(['edge-a/two', 'edge-b/three']);
  expect(again.get('two')?.parameterIds.has('pm2_5')).toBe(true);
  reopened.close();
});
