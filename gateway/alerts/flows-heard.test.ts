import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLedger } from '../ledger.ts';
import { createFlowsHeard } from './flows-heard.ts';

test('flows that say again and again that none runs are silent since they said so first', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-flows-heard-'));
  const ledger = openLedger(folder);
  onTestFinished(() => {
    ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let now = 0;
  const flows = createFlowsHeard(ledger, () => now);
  expect(flows.last()).toBeNull();
  const hear = (at: number, online: boolean) => {
    now = at;
    flows.heard(online);
    return flows.last();
  };
  expect(hear(10, true)).toEqual({ online: true, at: 10 });
  expect(hear(20, true)).toEqual({ online: true, at: 20 });
  expect(hear(30, false)).toEqual({ online: false, at: 30 });
  expect(hear(40, false)).toEqual({ online: false, at: 30 });
  expect(createFlowsHeard(ledger, () => 50).last()).toEqual({ online: false, at: 30 });
  expect(hear(50, true)).toEqual({ online: true, at: 50 });
  expect(hear(60, false)).toEqual({ online: false, at: 60 });
});
