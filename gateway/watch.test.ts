import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openBookRig } from '../test/support/alert-book.ts';
import { testStation } from '../test/support/station.ts';
import { startWatch } from './watch.ts';

test('a ledger that cannot be written does not end the gateway, and is tried again', async () => {
  let looks = 0;
  const said: string[] = [];
  const log = pino({}, { write: (line: string) => void said.push(line) });
  const alerts = {
    standing() {
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

test('an alert that several sensors decided is verified while one of them tells', () => {
  const parameters = [{ id: 'co', period_s: 1 } as const, { id: 'smoke', period_s: 1 } as const];
  const rig = openBookRig({
    stations: ['post', 'other'].map((id) => testStation({ id, kind: 'fire', parameters })),
  });
  const because = (['post', 'other'] as const).map((station) => ({
    station,
    parameter: 'co' as const,
    at: rig.clock.now,
    value: 9000,
  }));
  rig.report({ station: 'post', parameter: 'fire_detection', state: 'raised', because });
  rig.pass(120, () => rig.feedLive('post', 'other'));
  expect(rig.book.get(1)?.unverified).toBe(false);
  rig.pass(120, () => rig.feedLive('other'));
  expect(rig.book.get(1)?.unverified).toBe(false);
  rig.pass(120);
  expect(rig.book.get(1)).toMatchObject({ state: 'active', unverified: true });
});
