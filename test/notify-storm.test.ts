/** A storm of alerts: a few messages, nothing of it lost, memory flat. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openNoticesRig } from './support/notices.ts';
import { testStation } from './support/station.ts';

const ALERTS = 10_000;
const STATIONS = 100;
const MOST_GROWTH_MB = 100;

test('10,000 alerts are a few messages to each, that tell of all of them', { timeout: 180_000 }, async () => {
  const ids = Array.from({ length: STATIONS }, (_, index) => `khi-${index}`);
  const people = ['lan', 'minh', 'hoa'];
  const rig = openNoticesRig({
    stations: ids.map((id) => testStation({ id, parameters: [{ id: 'pm2_5', period_s: 60 }] })),
    people: people.map((id, index) => ({
      id,
      name: id,
      channels: [{ kind: 'sms', address: `+8490512345${index}` }],
    })),
    plans: [{ id: 'khi', steps: [{ people }], most_repeats: 0 }],
  });
  global.gc?.();
  const before = process.memoryUsage().rss;
  let most = 0;
  let longestMs = 0;
  const started = performance.now();
  const timed = (work: () => unknown): void => {
    const begun = performance.now();
    work();
    longestMs = Math.max(longestMs, performance.now() - begun);
  };
  for (let number = 0; number < ALERTS; number += 500) {
    rig.ledger.transaction(() => {
      for (let one = number; one < number + 500; one++)
        rig.report({
          station: ids[one % STATIONS] ?? '',
          parameter: 'pm2_5',
          limit: `high-${Math.floor(one / STATIONS)}`,
          level: 'warning',
          value: 300,
          state: 'raised',
        });
    });
    rig.clock.now += 1000;
    for (let more = true; more; ) timed(() => (more = rig.notices.follow()));
    timed(rig.notices.pump);
    most = Math.max(most, process.memoryUsage().rss);
    await nextTurn();
  }
  rig.clock.now += 60_000;
  timed(rig.notices.pump);
  await rig.run();
  const seconds = (performance.now() - started) / 1000;
  const grownMb = (most - before) / 1024 / 1024;
  process.stdout.write(
    `storm: ${ALERTS} alerts, ${rig.taken.length} messages to ${people.length} people in ${seconds.toFixed(1)} s, ` +
      `longest step ${longestMs.toFixed(0)} ms, memory +${grownMb.toFixed(0)} MB\n`,
  );
  expect(rig.taken.length).toBeLessThanOrEqual(people.length * 3);
  for (const message of rig.taken) expect(message.short.length).toBeLessThanOrEqual(134);
  const told = rig.ledger.db
    .prepare("SELECT count(*) AS count FROM alert_transition WHERE kind = 'told' GROUP BY alert")
    .all()
    .map(({ count }) => count);
  expect(told).toHaveLength(ALERTS);
  expect(new Set(told)).toEqual(new Set([people.length]));
  expect(grownMb).toBeLessThan(MOST_GROWTH_MB);
});
