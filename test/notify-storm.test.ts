/** A storm of alerts: a few messages, nothing of it lost, memory flat, and nobody else waits, also while a channel takes nothing. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { planSchema } from '../devices/wire/notify.ts';
import { memoryChannel, openNoticesRig } from './support/notices.ts';
import { testStation } from './support/station.ts';

const ALERTS = 10_000;
const STATIONS = 100;
const REPEAT_S = 300;
const MOST_GROWTH_MB = 100;
const MOST_NOT_TOLD = 10;
/** Of one piece of work in which the gateway does nothing else; on a machine that is busy. */
const MOST_TURN_MS = 2000;

test('10,000 alerts are a few messages to each, that tell of all of them', { timeout: 180_000 }, async () => {
  const ids = Array.from({ length: STATIONS }, (_, index) => `khi-${index}`);
  const reachable = ['lan', 'hoa'];
  const plan = planSchema.parse({
    id: 'khi',
    steps: [{ people: [...reachable, 'minh'] }],
    repeat_s: REPEAT_S,
    most_repeats: 1,
  });
  const rig = openNoticesRig({
    stations: ids.map((id) => testStation({ id, parameters: [{ id: 'pm2_5', period_s: 60 }] })),
    people: plan.steps.flatMap(({ people }) =>
      people.map((id, index) => ({
        id,
        name: id,
        channels: [
          id === 'minh'
            ? { kind: 'chat:zalo', address: 'u-1' }
            : { kind: 'sms', address: `+8490512345${index}` },
        ],
      })),
    ),
    plans: [],
    channels: (taken) =>
      new Map([
        ['sms', memoryChannel('sms', taken)],
        ['chat:zalo', memoryChannel('chat:zalo', taken, () => new Error('no network'))],
      ]),
  });
  global.gc?.();
  const before = process.memoryUsage().rss;
  let most = 0;
  const longest: Record<string, number> = {};
  const started = performance.now();
  let turn = started;
  const done = (of: string): void => {
    longest[of] = Math.max(longest[of] ?? 0, Math.round(performance.now() - turn));
  };
  /** One turn of the gateway, and those of what it has begun until the next. */
  const timed = async (of: string, work: () => boolean): Promise<boolean> => {
    turn = performance.now();
    const more = work();
    done(of);
    most = Math.max(most, process.memoryUsage().rss);
    turn = performance.now();
    await nextTurn();
    done(`sends after ${of}`);
    return more;
  };
  const works = {
    follow: () => rig.notices.follow(),
    pass: () => rig.notices.pass(),
    pump: () => {
      rig.notices.pump();
      return false;
    },
  };
  /** What the gateway does within a second, and until nothing is left of it. */
  const second = async (): Promise<void> => {
    rig.clock.now += 1000;
    for (const [of, work] of Object.entries(works)) while (await timed(of, work));
    while (Number(left.get(rig.clock.now)?.count) > 0) await timed('pump', works.pump);
  };
  const left = rig.ledger.db.prepare(
    `SELECT (SELECT count(*) FROM notice_message WHERE state = 'sending' OR (state = 'waiting' AND due_at <= ?))
     + (SELECT count(*) FROM notice_timeline) AS count`,
  );
  const seconds = async (count: number): Promise<void> => {
    for (let passed = 0; passed < count; passed++) await second();
  };

  const raise = (from: number, to: number): void =>
    rig.ledger.transaction(() => {
      for (let one = from; one < to; one++)
        rig.report({
          station: ids[one % STATIONS] ?? '',
          parameter: 'pm2_5',
          limit: `high-${Math.floor(one / STATIONS)}`,
          level: 'warning',
          value: 300,
          state: 'raised',
        });
    });
  // A half of them stands already when the plan is set.
  raise(0, ALERTS / 2);
  await second();
  rig.notices.putPlan(plan);
  for (let number = ALERTS / 2; number < ALERTS; number += 500) {
    raise(number, number + 500);
    await second();
  }
  // All are repeated meanwhile, and what failed is tried by then until it is given up.
  await seconds(REPEAT_S + 180);
  const grownMb = (most - before) / 1024 / 1024;
  process.stdout.write(
    `storm: ${ALERTS} alerts, ${rig.taken.length} messages to ${reachable.length} people in ` +
      `${((performance.now() - started) / 1000).toFixed(1)} s, memory +${grownMb.toFixed(0)} MB, ` +
      `longest turns in ms: ${JSON.stringify(longest)}\n`,
  );
  expect(rig.taken.length).toBeLessThanOrEqual(reachable.length * 6);
  for (const message of rig.taken) expect(message.short.length).toBeLessThanOrEqual(134);
  const lines = rig.ledger.db
    .prepare(
      `SELECT count(*) FILTER (WHERE kind = 'told' AND reason LIKE 'lan:%') AS lan,
       count(*) FILTER (WHERE kind = 'told' AND reason LIKE 'hoa:%') AS hoa,
       count(*) FILTER (WHERE kind = 'not told') AS failed FROM alert_transition GROUP BY alert`,
    )
    .all();
  expect(lines).toHaveLength(ALERTS);
  // At first and with the repeat; of what nobody takes that it is tried on, and what became of it, a few times.
  for (const line of lines) {
    expect(line).toMatchObject({ lan: 2, hoa: 2 });
    expect(line.failed).toBeGreaterThanOrEqual(1);
    expect(line.failed).toBeLessThanOrEqual(MOST_NOT_TOLD);
  }
  expect(Math.max(...Object.values(longest))).toBeLessThan(MOST_TURN_MS);
  expect(grownMb).toBeLessThan(MOST_GROWTH_MB);
});
