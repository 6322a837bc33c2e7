import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { startInfluxd } from '../../test/support/influxd.ts';
import { hasProgram } from '../../test/support/programs.ts';
import { openInfluxStore } from './influx.ts';
import { openSqliteStore } from './sqlite.ts';
import { tallyContract } from './tally.contract.ts';

describe('the embedded store counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-tally-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  tallyContract(async () => openSqliteStore(folder));
});

describe.skipIf(!hasProgram('influxd'))('InfluxDB counts', () => {
  let influxd: Awaited<ReturnType<typeof startInfluxd>>;
  beforeAll(async () => {
    influxd = await startInfluxd();
  }, 20_000);
  afterAll(() => influxd.stop());
  tallyContract(async () => openInfluxStore({ kind: 'influx', url: influxd.url, database: 'tally' }));
});
