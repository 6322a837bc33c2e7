import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startWatch } from './watch.ts';

test('a ledger that cannot be written does not end the gateway, and is tried again', async () => {
  let looks = 0;
  const said: string[] = [];
  const log = pino({}, { write: (line: string) => void said.push(line) });
  const alerts = {
    open() {
      looks++;
      throw new Error('database or disk is full');
    },
  };
  const parts = { alerts, catalog: {}, live: {}, now: Date.now, log };
  const watch = startWatch(parts as unknown as Parameters<typeof startWatch>[0], 5);
  onTestFinished(() => watch.stop());
  await vi.waitFor(() => expect(looks).toBeGreaterThan(1));
  expect(said[0]).toContain('database or disk is full');
});
