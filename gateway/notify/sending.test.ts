/** What becomes of messages whose sends fail, hang, or are overtaken by what happens meanwhile. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { memoryChannel, type NoticesRig, openNoticesRig, type Taken } from '../../test/support/notices.ts';
import { testStation } from '../../test/support/station.ts';
import { type Channel, type Message, Unanswered } from './channel.ts';
import { paced } from './channels/paced.ts';

vi.setConfig({ testTimeout: 60_000 });

const post = (id: string, latitude: number) =>
  testStation({
    id,
    kind: 'fire',
    latitude,
    longitude: 108,
    parameters: [{ id: 'smoke', period_s: 60 }],
  });
const LAN = '+84905123451';
const MINH = '+84905123452';
const sms = (address: string) => ({ kind: 'sms', address });
const person = (id: string, channels: readonly object[]) => ({ id, name: id, channels });
const PLAN = { id: 'all', steps: [{ people: ['lan'] }], repeat_s: 3600, most_repeats: 0 };
const RIG: NoticesRig = {
  // The middle one is within 2 km of the two that are not of each other; the last one is of no incident of theirs.
  stations: [post('west', 16), post('middle', 16.0135), post('east', 16.027), post('far', 16.5)],
  people: [person('lan', [sms(LAN)])],
  plans: [PLAN],
};

/** A channel whose sends end when the test says so. */
function heldChannel(atOnce?: number) {
  const sends: {
    readonly to: string;
    readonly message: Message;
    readonly end: (error?: Error) => void;
  }[] = [];
  const channel: Channel = {
    ...(atOnce !== undefined && { atOnce }),
    send: (to, message) =>
      new Promise((resolve, reject) => {
        sends.push({ to, message, end: (error) => (error ? reject(error) : resolve()) });
      }),
    close: async () => {},
  };
  return { channel, sends };
}

type Rig = ReturnType<typeof openNoticesRig>;

/** Does what is due without waiting for sends under way. */
async function look({ notices }: Rig): Promise<void> {
  while (notices.follow());
  while (notices.pass());
  notices.pump();
  for (let turn = 0; turn < 20; turn++) await nextTurn();
}
async function passTime(rig: Rig, seconds: number): Promise<void> {
  rig.clock.now += seconds * 1000;
  await look(rig);
}
const openHeld = (rig: Partial<NoticesRig> = {}, atOnce?: number) => {
  const held = heldChannel(atOnce);
  return { ...openNoticesRig({ ...RIG, channels: () => new Map([['sms', held.channel]]), ...rig }), ...held };
};
async function finish(rig: ReturnType<typeof openHeld>, send: number, error?: Error): Promise<void> {
  rig.sends[send]?.end(error);
  await look(rig);
}
const FAULT = new Error('no network');
const states = (rig: Rig) => rig.notices.list(1000, 100).map(({ state }) => state);

test('what is acknowledged or cleared while a send fails is not sent again', async () => {
  for (const happens of [
    (rig: Rig) => rig.book.acknowledge(1, 'minh', undefined),
    (rig: Rig) => rig.report({ station: 'west', state: 'cleared' }),
  ]) {
    const rig = openHeld();
    rig.report({ station: 'west', state: 'raised' });
    await look(rig);
    rig.clock.now += 1000;
    happens(rig);
    await look(rig);
    await finish(rig, 0, FAULT);
    await passTime(rig, 5);
    await passTime(rig, 60);
    expect(rig.sends).toHaveLength(1);
    expect(states(rig)).toEqual(['dropped']);
  }
});

test('incidents that become one while a send fails are told as one', async () => {
  const rig = openHeld();
  rig.report({ station: 'west', state: 'raised' });
  await look(rig);
  await finish(rig, 0);
  rig.report({ station: 'east', state: 'raised' });
  await passTime(rig, 60);
  expect(rig.sends[1]?.message.title).toContain('east');
  rig.report({ station: 'middle', state: 'raised' });
  await look(rig);
  await finish(rig, 1, FAULT);
  await passTime(rig, 5);
  expect(rig.sends[2]?.message.title).toContain('Trạm middle, Trạm east, Trạm west');
  await finish(rig, 2);
  const number = rig.notices.list(1000, 1)[0]?.number;
  await rig.notices.answered({ from: LAN, text: `OK ${number}` });
  expect([1, 2, 3].map((id) => rig.book.get(id)?.acknowledged_by)).toEqual(['lan', 'lan', 'lan']);
});

test('whom a message is under way to when incidents become one is told of growth and end', async () => {
  const rig = openHeld();
  rig.report({ station: 'west', state: 'raised' });
  await look(rig);
  await finish(rig, 0);
  rig.report({ station: 'east', state: 'raised' });
  await passTime(rig, 60);
  rig.notices.plans.remove('all');
  rig.report({ station: 'middle', state: 'raised' });
  await look(rig);
  await finish(rig, 1);
  await passTime(rig, 60);
  expect(rig.sends[2]?.message.title).toContain('lan rộng');
  await finish(rig, 2);
  for (const station of ['west', 'middle', 'east']) rig.report({ station, state: 'cleared' });
  await passTime(rig, 60);
  expect(rig.sends[3]?.message.title).toMatch(/^Đã hết/);
  await finish(rig, 3);
  expect(rig.ledger.db.prepare('SELECT count(*) AS count FROM notice_subject').get()).toEqual({ count: 0 });
});

test('the person of a message under way is known in the incident that its alert has gone to', async () => {
  // He has been told of nothing else: without his row nobody would tell him the end.
  const rig = openHeld({ plans: [{ ...PLAN, stations: ['east'] }] });
  rig.report({ station: 'west', state: 'raised' });
  rig.report({ station: 'east', state: 'raised' });
  await look(rig);
  rig.report({ station: 'middle', state: 'raised' });
  await look(rig);
  await finish(rig, 0);
  await passTime(rig, 1);
  for (const station of ['west', 'middle', 'east']) rig.report({ station, state: 'cleared' });
  await passTime(rig, 60);
  expect(rig.sends[1]?.message.title).toMatch(/^Đã hết/);
});

test('a lost answer is unknown, not sent again by itself, and repeated by the next channel', async () => {
  const taken: Taken[] = [];
  const rig = openNoticesRig({
    ...RIG,
    people: [person('lan', [sms(LAN), { kind: 'email', address: 'lan@example.vn' }])],
    plans: [{ ...PLAN, repeat_s: 300, most_repeats: 2 }],
    channels: () =>
      new Map([
        ['sms', memoryChannel('sms', taken, () => (taken.length > 0 ? null : new Unanswered('no answer')))],
        ['email', memoryChannel('email', taken)],
      ]),
  });
  rig.report({ station: 'west', state: 'raised' });
  await rig.wait(290);
  expect(taken).toEqual([]);
  expect(rig.notices.list(1000, 10)).toMatchObject([{ state: 'unknown', error: 'no answer' }]);
  expect(rig.timeline(1)).toEqual(['not told lan: sms: nobody knows: no answer']);
  await rig.wait(320);
  expect(taken.map(({ kind }) => kind)).toEqual(['email', 'sms']);
});

test('OK and a number acknowledges what that number told of, though more joined after a try', async () => {
  const rig = openHeld();
  rig.report({ station: 'west', state: 'raised' });
  await look(rig);
  // It was on the telephone before its answer was lost.
  await finish(rig, 0, FAULT);
  rig.report({ station: 'far', state: 'raised' });
  await passTime(rig, 5);
  await finish(rig, 1, FAULT);
  expect(rig.sends[1]?.message.short).toContain('OK 2');
  await rig.notices.answered({ from: LAN, text: 'OK 1' });
  expect([1, 2].map((id) => rig.book.get(id)?.acknowledged_by)).toEqual(['lan', null]);
});

test('a channel is tried for the time of the settings; what joins late has the whole of it', async () => {
  const tries: number[] = [];
  const rig = openNoticesRig({
    ...RIG,
    channels: (taken) =>
      new Map([
        [
          'sms',
          memoryChannel('sms', taken, () => {
            tries.push(rig.clock.now);
            return FAULT;
          }),
        ],
      ]),
  });
  const start = rig.clock.now;
  rig.report({ station: 'west', state: 'raised' });
  await rig.wait(110);
  rig.report({ station: 'far', state: 'raised' });
  await rig.wait(300);
  // He has one channel: what has joined begins with it anew.
  expect(tries.map((at) => Math.round((at - start) / 1000))).toEqual([
    1, 6, 21, 66, 126, 126, 131, 146, 191, 251,
  ]);
  const [last] = rig.notices.list(1000, 1);
  expect(last).toMatchObject({ state: 'failed', alerts: 2 });
});

test('the timeline says the first failure and the end, of what the message named and of nothing else', async () => {
  const rig = openHeld();
  rig.report({ station: 'west', state: 'raised' });
  await look(rig);
  await finish(rig, 0, FAULT);
  await passTime(rig, 5);
  rig.report({ station: 'middle', state: 'raised' });
  await look(rig);
  await finish(rig, 1, FAULT);
  rig.book.acknowledge(2, 'minh', undefined);
  await passTime(rig, 15);
  await finish(rig, 2);
  expect(rig.timeline(1)).toEqual(['not told lan: sms: no network; again in 5 s', 'told lan: sms']);
  expect(rig.timeline(2)).toEqual([]);
  for (const station of ['west', 'middle']) rig.report({ station, state: 'cleared' });
  await passTime(rig, 60);
  await finish(rig, 3);
  expect([1, 2].map((id) => rig.timeline(id).at(-1))).toEqual(['told lan: sms', 'told lan: sms']);
});

const WIDE = 1200;
const MANY = 20;
const openStorm = () => {
  const rig = openNoticesRig({
    ...RIG,
    stations: Array.from({ length: MANY }, (_, index) =>
      testStation({ id: `air-${index}`, parameters: [{ id: 'pm2_5', period_s: 60 }] }),
    ),
  });
  rig.ledger.transaction(() => {
    for (let one = 0; one < WIDE; one++)
      rig.report({ station: `air-${one % MANY}`, parameter: 'pm2_5', limit: `high-${one}`, state: 'raised' });
  });
  return rig;
};

test('the timelines of a storm are written a batch a turn, over a restart too', async () => {
  const rig = openStorm();
  while (rig.notices.follow());
  while (rig.notices.pass());
  const count = ({ ledger }: Rig): number =>
    Number(
      ledger.db.prepare("SELECT count(*) AS count FROM alert_transition WHERE kind = 'told'").get()?.count,
    );
  rig.notices.pump();
  await vi.waitUntil(() => count(rig) > 0, { interval: 0 });
  const first = count(rig);
  expect(first).toBeLessThan(WIDE);
  await rig.notices.stop();
  const again = rig.restart();
  await again.run();
  await vi.waitFor(() => expect(count(again)).toBe(WIDE));
});

test('a few are sent at once, by a modem one; the worst first', async () => {
  const people = Array.from({ length: 6 }, (_, index) => person(`p-${index}`, [sms(`+8490512345${index}`)]));
  const plans = [{ ...PLAN, steps: [{ people: people.map(({ id }) => id) }] }];
  const wide = openHeld({ people, plans });
  wide.report({ station: 'west', state: 'raised' });
  await look(wide);
  expect(wide.sends).toHaveLength(4);
  await finish(wide, 0);
  expect(wide.sends).toHaveLength(5);

  const least = (id: string, station: string, at: number) => ({
    ...PLAN,
    id,
    stations: [station],
    steps: [{ people: [`p-${at}`] }],
  });
  const narrow = openHeld(
    {
      people,
      plans: [least('a', 'west', 0), least('b', 'far', 1), least('c', 'east', 2)],
    },
    1,
  );
  narrow.report({ station: 'west', state: 'raised', level: 'warning' });
  await look(narrow);
  narrow.report({ station: 'far', state: 'raised', level: 'warning' });
  await passTime(narrow, 1);
  narrow.report({ station: 'east', state: 'raised', level: 'critical' });
  await passTime(narrow, 1);
  expect(narrow.sends).toHaveLength(1);
  await finish(narrow, 0);
  await finish(narrow, 1);
  expect(narrow.sends.map(({ message }) => message.level)).toEqual(['warning', 'critical', 'warning']);
});

test("a person's browsers are told at once: one that hangs holds up no other", async () => {
  const held = heldChannel();
  const rig = openNoticesRig({
    ...RIG,
    people: [person('lan', [{ kind: 'web-push' }])],
    channels: () => new Map([['web-push', held.channel]]),
  });
  for (const path of ['phone', 'desk'])
    rig.notices.people.subscribe('lan', {
      endpoint: `https://push.example/${path}`,
      keys: { p256dh: 'p', auth: 'a' },
    });
  rig.report({ station: 'west', state: 'raised' });
  await look(rig);
  expect(held.sends).toHaveLength(2);
});

test('whoever is not told any more gets no message that waited', async () => {
  const rig = openHeld({ people: [person('lan', [sms(LAN), { kind: 'email', address: 'lan@example.vn' }])] });
  rig.report({ station: 'west', state: 'raised' });
  await look(rig);
  await finish(rig, 0, FAULT);
  const lan = rig.notices.people.get('lan');
  if (lan) rig.notices.people.put({ ...lan, enabled: false });
  await passTime(rig, 5);
  expect(rig.sends).toHaveLength(1);
  expect(states(rig)).toEqual(['failed']);
});

test('an orderly stop puts back what waited for its turn, and leaves what was being sent', async () => {
  const held = heldChannel();
  const rig = openNoticesRig({
    ...RIG,
    people: [person('lan', [sms(LAN)]), person('minh', [sms(MINH)])],
    plans: [{ ...PLAN, steps: [{ people: ['lan', 'minh'] }] }],
    channels: () => new Map([['sms', paced(held.channel, { perMinute: 1, timeoutMs: 60_000 })]]),
  });
  rig.report({ station: 'west', state: 'raised' });
  await look(rig);
  expect(states(rig)).toEqual(['sending', 'sending']);
  expect(held.sends).toHaveLength(1);
  await rig.notices.stop();
  const [minh, lan] = rig.notices.list(1000, 10);
  expect([lan?.state, minh?.state].sort()).toEqual(['sending', 'waiting']);
  expect(rig.timeline(1)).toEqual([]);
});
