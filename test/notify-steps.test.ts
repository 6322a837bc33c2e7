/** How plans go on when nobody can be told: outages, duty, clocks that were ahead, plans and people that are changed. */
import { expect, test, vi } from 'vitest';
import { createLogger } from '../devices/kit/log.ts';
import { DAYS, personSchema, planSchema } from '../devices/wire/notify.ts';
import { nextDuty } from '../gateway/notify/duty.ts';
import { createPlans } from '../gateway/notify/plans.ts';
import { memoryChannel, type NoticesRig, openNoticesRig } from './support/notices.ts';
import { testStation } from './support/station.ts';

vi.setConfig({ testTimeout: 60_000 });

const MINUTE_S = 60;
const LAN = '+84905123451';
const MINH = '+84905123452';
const person = (id: string, address: string, fields: object = {}) => ({
  id,
  name: `Nguyễn ${id}`,
  channels: [{ kind: 'sms', address }],
  ...fields,
});
const lan = (fields: object = {}) => person('lan', LAN, fields);
const minh = (fields: object = {}) => person('minh', MINH, fields);
const hours = (from: string, to: string) => [{ days: [...DAYS], from, to }];
const PLAN = { id: 'chay-rung', steps: [{ people: ['lan'] }], repeat_s: 300, most_repeats: 3 };
const RIG: NoticesRig = {
  // Far from each other: no incident.
  stations: ['chot-1', 'chot-2'].map((id, index) =>
    testStation({ id, kind: 'fire', latitude: 16 - index, parameters: [{ id: 'smoke', period_s: 60 }] }),
  ),
  people: [lan(), minh()],
  plans: [PLAN],
};
const NOBODY = 'not told nobody of the step is on duty (chay-rung, step 1)';

/** SMS that `down` says are not taken. */
const failing =
  (down: (address: string) => boolean): NonNullable<NoticesRig['channels']> =>
  (taken) => {
    const channel = memoryChannel('sms', taken);
    const send: typeof channel.send = async (address, message, signal) => {
      if (down(address)) throw new Error('no network');
      await channel.send(address, message, signal);
    };
    return new Map([['sms', { ...channel, send }]]);
  };
const toWhom = (rig: ReturnType<typeof openNoticesRig>) => rig.taken.map(({ to }) => to);

test('an outage longer than all repeats: told after it, and repeated as often as the plan says', async () => {
  const down = { is: true };
  const rig = openNoticesRig({ ...RIG, channels: failing(() => down.is) });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(40 * MINUTE_S);
  expect(rig.taken).toEqual([]);
  down.is = false;
  await rig.wait(4 * MINUTE_S);
  expect(rig.taken).toHaveLength(1);
  await rig.wait(60 * MINUTE_S);
  expect(rig.taken).toHaveLength(4);
});

test('who cannot be reached is tried on without repeating it to the others for ever', async () => {
  const down = { is: true };
  const rig = openNoticesRig({
    ...RIG,
    plans: [{ ...PLAN, steps: [{ people: ['lan'] }, { people: ['minh'], after_s: 600 }] }],
    channels: failing((to) => to === MINH && down.is),
  });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(120 * MINUTE_S);
  // At once, once before the next step is taken, and three times with it.
  expect(toWhom(rig)).toEqual(Array(5).fill(LAN));
  down.is = false;
  await rig.wait(4 * MINUTE_S);
  expect(toWhom(rig).slice(5)).toEqual([MINH]);
});

test('a plan without repeats tries on until somebody was reached, and tells once', async () => {
  const down = { is: true };
  const rig = openNoticesRig({
    ...RIG,
    plans: [{ ...PLAN, most_repeats: 0 }],
    channels: failing(() => down.is),
  });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(20 * MINUTE_S);
  down.is = false;
  await rig.wait(60 * MINUTE_S);
  expect(rig.taken).toHaveLength(1);
});

test('below critical nobody is on duty: the timeline says so, and who comes on duty is told then', async () => {
  // It is 10:00.
  const duty = hours('12:30', '18:00');
  const rig = openNoticesRig({
    ...RIG,
    people: [lan({ duty }), minh()],
    plans: [{ ...PLAN, repeat_s: 7200 }],
  });
  rig.report({ station: 'chot-1', state: 'raised', level: 'warning' });
  await rig.wait(149 * MINUTE_S);
  expect(rig.taken).toEqual([]);
  expect(rig.timeline(1)).toEqual([NOBODY]);
  await rig.wait(2 * MINUTE_S);
  expect(toWhom(rig)).toEqual([LAN]);
});

test.each([
  ['thu', '07:00', Date.UTC(2026, 3, 2, 0)],
  ['mon', '19:00', Date.UTC(2026, 3, 6, 12)],
  ['wed', '10:00', Date.UTC(2026, 3, 8, 3)],
  ['wed', '10:01', Date.UTC(2026, 3, 1, 3, 1)],
] as const)('on a Wednesday at 10:00 the next duty from %s %s begins within a week', (day, from, begins) => {
  const duty = [{ days: [day], from, to: '06:00' }];
  expect(nextDuty({ duty }, Date.UTC(2026, 3, 1, 3))).toBe(begins);
});

test('nobody of a step is enabled: the timeline says so, and who is enabled again is told', async () => {
  const rig = openNoticesRig({ ...RIG, people: [lan({ enabled: false }), minh()] });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(20 * MINUTE_S);
  expect(rig.timeline(1)).toEqual([NOBODY]);
  rig.notices.people.put(personSchema.parse(lan()));
  await rig.wait(4 * MINUTE_S);
  expect(toWhom(rig)).toEqual([LAN]);
});

test.each([
  ['while the gateway ran', false],
  ['before a start', true],
])('a clock that was once ahead mutes nobody: %s', async (_, restarts) => {
  const before = openNoticesRig(RIG);
  const right = before.clock.now;
  before.clock.now += 3 * 86_400_000;
  before.report({ station: 'chot-1', state: 'raised' });
  await before.run();
  expect(before.taken).toHaveLength(1);
  before.clock.now = right;
  const rig = restarts ? before.restart() : before;
  rig.taken.length = 0;
  // The repeat, after the gap to the message before.
  await rig.wait(7 * MINUTE_S);
  expect(rig.taken).toHaveLength(1);
  rig.report({ station: 'chot-2', state: 'raised' });
  await rig.wait(61);
  expect(rig.taken).toHaveLength(2);
});

test('a message that waits for its next try does not wait for a clock that was ahead', async () => {
  const down = { is: true };
  const rig = openNoticesRig({
    ...RIG,
    plans: [{ ...PLAN, repeat_s: 86_400 }],
    channels: failing(() => down.is),
  });
  const right = rig.clock.now;
  rig.clock.now += 3 * 86_400_000;
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.run();
  down.is = false;
  rig.clock.now = right;
  await rig.wait(61);
  expect(rig.taken).toHaveLength(1);
});

test('a person who is added to a step that was taken is told; who was told is not again', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised' });
  rig.report({ station: 'chot-2', state: 'raised' });
  await rig.wait(25 * MINUTE_S);
  rig.book.acknowledge(2, 'lan', undefined);
  await rig.run();
  rig.taken.length = 0;
  rig.notices.putPlan(planSchema.parse({ ...PLAN, steps: [{ people: ['lan', 'minh'] }] }));
  await rig.wait(10);
  expect(rig.taken.map(({ to, title }) => [to, title])).toEqual([[MINH, 'Nguy cấp: Trạm chot-1: Khói 1']]);
  const told = rig.ledger.db.prepare("SELECT count(*) AS count FROM notice_told WHERE person = 'minh'");
  expect(told.get()).toEqual({ count: 1 });
});

test('a step that is added comes in its time, and one that is due later than the plan now says comes sooner', async () => {
  const steps = (after_s: number) => [{ people: ['lan'] }, { people: ['minh'], after_s }];
  const rig = openNoticesRig({ ...RIG, plans: [{ ...PLAN, most_repeats: 0 }] });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(20 * MINUTE_S);
  rig.notices.putPlan(planSchema.parse({ ...PLAN, most_repeats: 0, steps: steps(86_400) }));
  await rig.wait(MINUTE_S);
  expect(toWhom(rig)).toEqual([LAN]);
  rig.notices.putPlan(planSchema.parse({ ...PLAN, most_repeats: 0, steps: steps(600) }));
  await rig.wait(11 * MINUTE_S);
  expect(toWhom(rig)).toEqual([LAN, MINH]);
});

test('a plan whose last step is taken away goes on with what is left', async () => {
  const steps = [{ people: ['lan'] }, { people: ['minh'], after_s: 600 }];
  const rig = openNoticesRig({ ...RIG, plans: [{ ...PLAN, most_repeats: 0, steps }] });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(MINUTE_S);
  rig.notices.putPlan(planSchema.parse({ ...PLAN, most_repeats: 0 }));
  await rig.wait(30 * MINUTE_S);
  expect(toWhom(rig)).toEqual([LAN]);
});

test('a plan is about what stands also when the gateway ends while it looks at that', async () => {
  const rig = openNoticesRig({ ...RIG, plans: [] });
  const alerts = 250;
  rig.ledger.transaction(() => {
    for (let one = 0; one < alerts; one++)
      rig.report({ station: 'chot-1', state: 'raised', limit: `khoi-${one}` });
  });
  await rig.run();
  rig.notices.putPlan(planSchema.parse(PLAN));
  expect(rig.notices.pass()).toBe(true);
  const members = 'SELECT count(*) AS count FROM notice_member';
  expect(rig.ledger.db.prepare(members).get()).toEqual({ count: 100 });
  const again = rig.restart();
  await again.run();
  expect(again.ledger.db.prepare(members).get()).toEqual({ count: alerts });
  await again.wait(61);
  expect(new Set(toWhom(again))).toEqual(new Set([LAN]));
});

test('steps that are due at once are taken a page at a time', async () => {
  const rig = openNoticesRig({
    ...RIG,
    stations: [testStation({ id: 'khi-1', parameters: [{ id: 'smoke', period_s: 60 }] })],
  });
  rig.ledger.transaction(() => {
    for (let one = 0; one < 250; one++)
      rig.report({ station: 'khi-1', state: 'raised', limit: `khoi-${one}`, level: 'warning' });
  });
  await rig.run();
  rig.clock.now += PLAN.repeat_s * 1000;
  expect([1, 2, 3, 4].map(() => rig.notices.pass())).toEqual([true, true, true, false]);
});

test('who was disabled hears of no growth, and acknowledges nothing by link or SMS', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised', level: 'warning' });
  await rig.run();
  rig.notices.people.put(personSchema.parse(lan({ enabled: false })));
  const token = rig.taken[0]?.url?.split('/').at(-1) ?? '';
  expect(rig.notices.acknowledging.messageOf(token)).toBe(null);
  expect(await rig.notices.acknowledging.byLink(token)).toBe(false);
  await rig.notices.answered({ from: LAN, text: 'OK 1' });
  expect(rig.book.get(1)?.acknowledged_by).toBe(null);
  rig.taken.length = 0;
  rig.report({ station: 'chot-1', state: 'raised', level: 'critical', at: rig.clock.now + 1 });
  await rig.wait(5 * MINUTE_S);
  expect(rig.taken).toEqual([]);
});

test('off duty, who was told hears that it has grown and that it is over', async () => {
  const rig = openNoticesRig({ ...RIG, people: [lan({ duty: hours('09:00', '10:01') }), minh()] });
  rig.report({ station: 'chot-1', state: 'raised', level: 'warning' });
  await rig.wait(2 * MINUTE_S);
  rig.report({ station: 'chot-1', state: 'raised', level: 'critical', at: rig.clock.now + 1 });
  await rig.wait(MINUTE_S);
  rig.report({ station: 'chot-1', state: 'cleared', at: rig.clock.now + 1 });
  await rig.wait(2 * MINUTE_S);
  expect(rig.taken.map(({ level }) => level)).toEqual(['warning', 'critical', 'notice']);
});

test('a row of a person or plan that cannot be read stops nobody else', async () => {
  const rig = openNoticesRig({ ...RIG, plans: [{ ...PLAN, steps: [{ people: ['minh', 'lan'] }] }] });
  rig.ledger.db.prepare("UPDATE person SET body = '{}' WHERE id = 'minh'").run();
  rig.ledger.db.prepare("INSERT INTO notice_plan VALUES ('a-cu', '{\"steps\":1}')").run();
  const again = rig.restart();
  again.report({ station: 'chot-1', state: 'raised' });
  await again.run();
  expect(toWhom(again)).toEqual([LAN]);
  expect(again.notices.people.all().map(({ id }) => id)).toEqual(['lan']);
  expect(again.notices.plans.all().map(({ id }) => id)).toEqual(['chay-rung']);
  await again.notices.answered({ from: LAN, text: 'OK 1' });
  expect(again.book.get(1)?.acknowledged_by).toBe('lan');
});

test('a plan whose transaction is rolled back is no plan', () => {
  const { ledger } = openNoticesRig(RIG);
  const plans = createPlans(ledger, createLogger('plans', 'silent'), Date.now);
  const added = planSchema.parse({ ...PLAN, id: 'khac' });
  expect(() =>
    ledger.transaction(() => {
      plans.put(added);
      expect(plans.get('khac')).toEqual(added);
      throw new Error('the disk is full');
    }),
  ).toThrow('full');
  expect(plans.all().map(({ id }) => id)).toEqual(['chay-rung']);
});
