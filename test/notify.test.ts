/** Who is told of what and when: duty, escalation, repeats, incidents that grow, storms, quiet, restarts. */
import { expect, test, vi } from 'vitest';
import { planSchema } from '../devices/wire/notify.ts';
import { Undeliverable } from '../gateway/notify/channel.ts';
import { memoryChannel, type NoticesRig, openNoticesRig } from './support/notices.ts';
import { testStation } from './support/station.ts';

vi.setConfig({ testTimeout: 60_000 });

const post = (id: string, fields: object = {}) =>
  testStation({ id, kind: 'fire', parameters: [{ id: 'smoke', period_s: 60 }], ...fields });
const person = (id: string, digits: number, fields: object = {}) => ({
  id,
  name: `Nguyễn ${id}`,
  channels: [{ kind: 'sms', address: `+8490512345${digits}` }],
  ...fields,
});
const LAN = '+84905123451';
const MINH = '+84905123452';
const RIG: NoticesRig = {
  stations: [post('chot-1'), post('chot-2', { latitude: 16.07 })],
  people: [person('lan', 1), person('minh', 2)],
  plans: [
    {
      id: 'chay-rung',
      kinds: ['fire'],
      steps: [{ people: ['lan'] }, { people: ['minh'], after_s: 400 }],
      repeat_s: 180,
      most_repeats: 2,
    },
  ],
};

const plan = (fields: object) => [{ ...RIG.plans[0], ...fields }];

test('an alert is told at once, with place, level, value, time, map and what to answer', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.run();
  expect(rig.taken).toHaveLength(1);
  const [told] = rig.taken;
  expect(told).toMatchObject({ to: LAN, level: 'critical', title: 'Nguy cấp: Trạm chot-1: Khói 1' });
  expect(told?.text).toContain('Nguy cấp: Trạm chot-1: Khói 1 (ngưỡng 1), lúc 10:00 01/04');
  expect(told?.text).toContain('Bản đồ: geo:16.06000,108.21000');
  expect(told?.short).toBe(
    'Nguy cấp: Trạm chot-1: Khói 1, 10:00 01/04. geo:16.06000,108.21000. Trả lời OK 1',
  );
  expect(told?.url).toMatch(/^https:\/\/quantrac\.example\.vn\/ack\/[\w-]{40,}$/);
  // What a browser opens at a press.
  expect(told?.alert).toBe('1');
  expect(rig.timeline(1)).toEqual(['told lan: sms']);
  const records = rig.feed.after(0, 100).map(({ kind }) => kind);
  expect(records).toEqual(['alert.raised']);
});

test('repeated until it is acknowledged, then told to the next; not after that', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(401);
  expect(rig.taken.map(({ to }) => to)).toEqual([LAN, LAN, LAN, MINH]);
  expect(rig.taken[1]?.title).toContain('(nhắc lại)');
  await rig.notices.answered({ from: '0905 123 452', text: ' Ồk 4. ' });
  expect(rig.book.get(1)).toMatchObject({ state: 'acknowledged', acknowledged_by: 'minh' });
  await rig.wait(1200);
  expect(rig.taken).toHaveLength(4);
});

test('repeats end, of each step after its most', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(3600);
  expect(rig.taken.filter(({ to }) => to === LAN)).toHaveLength(5);
  expect(rig.taken.filter(({ to }) => to === MINH)).toHaveLength(3);
});

test('those told are told once that it is over; who was not told is not', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(100);
  rig.report({ station: 'chot-1', state: 'cleared' });
  await rig.wait(300);
  expect(rig.taken.map(({ to }) => to)).toEqual([LAN, LAN]);
  expect(rig.taken[1]).toMatchObject({ title: 'Đã hết: Trạm chot-1: Khói 1' });
  expect(rig.taken[1]?.short).not.toContain('OK');
  expect(rig.ledger.db.prepare('SELECT count(*) AS count FROM notice_subject').get()).toEqual({ count: 0 });
});

test('retracted: those told are told so, and not that it is over', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(61);
  rig.book.retract(1, 'lan', 'nobody was there');
  await rig.wait(300);
  expect(rig.taken.map(({ title }) => title.split(':')[0])).toEqual(['Nguy cấp', 'Thu hồi, không xảy ra']);
});

test('shelved: no repeat, nobody else, and no word of its end; told anew when it wakes', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.run();
  rig.book.shelve(1, 'lan', rig.clock.now + 600_000, 'known');
  await rig.wait(590);
  expect(rig.taken).toHaveLength(1);
  await rig.wait(30);
  expect(rig.taken.map(({ to }) => to)).toEqual([LAN, LAN]);
  rig.book.shelve(1, 'lan', rig.clock.now + 600_000, 'known');
  await rig.run();
  rig.report({ station: 'chot-1', state: 'cleared' });
  await rig.wait(700);
  expect(rig.taken).toHaveLength(2);
});

test('an incident that grows is one message that grows, at most one a minute', async () => {
  const posts = ['chot-1', 'chot-2', 'chot-3', 'chot-4'];
  const rig = openNoticesRig({
    ...RIG,
    stations: posts.map((id, index) => post(id, { latitude: 16.06 + index * 0.001 })),
    plans: plan({ repeat_s: 3600 }),
  });
  for (const station of posts) {
    rig.report({ station, state: 'raised' });
    await rig.wait(10);
  }
  expect(rig.taken).toHaveLength(1);
  await rig.wait(30);
  expect(rig.taken).toHaveLength(2);
  expect(rig.taken[1]?.title).toBe(
    'Nguy cấp (lan rộng hoặc nặng hơn): Trạm chot-4, Trạm chot-3, Trạm chot-2 và 1 điểm khác: Khói 1',
  );
  await rig.notices.answered({ from: LAN, text: 'ok2' });
  expect(posts.map((_, index) => rig.book.get(index + 1)?.acknowledged_by)).toEqual(Array(4).fill('lan'));
});

test('what is worse than the message before does not wait, and is told though it was acknowledged', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised', level: 'warning' });
  await rig.run();
  rig.book.acknowledge(1, 'lan', undefined);
  rig.report({ station: 'chot-1', state: 'raised', level: 'critical', at: rig.clock.now + 1 });
  await rig.run();
  expect(rig.taken.map(({ level }) => level)).toEqual(['warning', 'critical']);
  // Of the first message: what it told of is not what stands now.
  await rig.notices.answered({ from: LAN, text: 'OK 1' });
  expect(rig.book.get(1)?.acknowledged_by).toBe(null);
});

test('only who is on duty is told; nobody is: all of the step, of something critical only', async () => {
  const nights = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '19:00', to: '07:00' }];
  const days = [{ ...nights[0], from: '07:00', to: '19:00' }];
  const people = [person('lan', 1, { duty: nights }), person('minh', 2, { duty: days })];
  const plans = plan({ steps: [{ people: ['lan', 'minh'] }], most_repeats: 0 });
  const shared = openNoticesRig({ ...RIG, people, plans });
  shared.report({ station: 'chot-1', state: 'raised' });
  await shared.run();
  expect(shared.taken.map(({ to }) => to)).toEqual([MINH]);

  const alone = openNoticesRig({
    ...RIG,
    people: [person('lan', 1, { duty: nights })],
    plans: plan({ steps: [{ people: ['lan'] }] }),
  });
  alone.report({ station: 'chot-1', state: 'raised', level: 'warning' });
  await alone.run();
  expect(alone.taken).toHaveLength(0);
  alone.report({ station: 'chot-2', state: 'raised', level: 'critical' });
  await alone.run();
  expect(alone.taken).toHaveLength(1);
});

test('a plan is about its areas, kinds, stations and levels; who is in two plans is told once', async () => {
  const area = { vi: 'Sơn Trà', en: 'Son Tra' };
  const two = (fields: object) => ({
    ...RIG.plans[0],
    ...fields,
    steps: [{ people: ['lan'] }],
    most_repeats: 0,
  });
  const rig = openNoticesRig({
    ...RIG,
    stations: [
      post('chot-1', { area }),
      testStation({ id: 'khi-1', latitude: 10, parameters: [{ id: 'pm2_5', period_s: 60 }] }),
      post('chot-3', { latitude: 12 }),
    ],
    plans: [
      two({ id: 'a', kinds: undefined, areas: ['Sơn Trà'] }),
      two({ id: 'b', least_level: 'critical' }),
    ],
  });
  rig.report({ station: 'chot-3', state: 'raised', level: 'warning' });
  rig.report({ station: 'khi-1', state: 'raised', parameter: 'pm2_5', level: 'critical' });
  await rig.run();
  expect(rig.taken).toHaveLength(0);
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(120);
  expect(rig.taken).toHaveLength(1);
});

test('a channel that fails is tried again, then the next one; all of it is on the timeline without an address', async () => {
  const fault = { error: new Error(`550 no such user ${LAN} <lan@example.vn>`) as Error | null };
  const rig = openNoticesRig({
    ...RIG,
    people: [
      person('lan', 1, {
        channels: [
          { kind: 'sms', address: LAN },
          { kind: 'email', address: 'lan@example.vn' },
        ],
      }),
    ],
    plans: plan({ steps: [{ people: ['lan'] }], most_repeats: 0 }),
    channels: (taken) =>
      new Map([
        ['sms', memoryChannel('sms', taken, () => fault.error)],
        ['email', memoryChannel('email', taken)],
      ]),
  });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(200);
  expect(rig.taken.map(({ kind }) => kind)).toEqual(['email']);
  const lines = rig.timeline(1);
  expect(lines[0]).toBe('not told lan: sms: 550 no such user … <…>; again in 5 s');
  expect(lines.at(-2)).toMatch(/next: email$/);
  expect(lines.at(-1)).toBe('told lan: email');
  expect(JSON.stringify(lines)).not.toMatch(/9051|example/);

  fault.error = new Undeliverable('unknown number');
  rig.report({ station: 'chot-2', state: 'raised' });
  await rig.wait(61);
  expect(rig.taken.map(({ kind }) => kind)).toEqual(['email', 'email']);
});

test('what nobody takes is given up, and repeated when its time comes', async () => {
  const down = { is: true };
  const rig = openNoticesRig({
    ...RIG,
    plans: plan({ steps: [{ people: ['lan'] }], repeat_s: 300 }),
    channels: (taken) =>
      new Map([['sms', memoryChannel('sms', taken, () => (down.is ? new Error('no network') : null))]]),
  });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(200);
  expect(rig.notices.list(1000, 10)).toMatchObject([
    { number: 1, state: 'failed', error: 'no network', alerts: 1 },
  ]);
  expect(rig.timeline(1).at(-1)).toBe('not told lan: sms: no network; given up');
  down.is = false;
  await rig.wait(120);
  expect(rig.taken).toHaveLength(1);
});

test('what was acknowledged or is over before it could be sent is not sent any more', async () => {
  const down = { is: true };
  const rig = openNoticesRig({
    ...RIG,
    channels: (taken) =>
      new Map([['sms', memoryChannel('sms', taken, () => (down.is ? new Error('no network') : null))]]),
  });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.wait(2);
  rig.report({ station: 'chot-1', state: 'cleared' });
  await rig.run();
  down.is = false;
  await rig.wait(120);
  expect(rig.taken).toEqual([]);
  expect(rig.notices.list(1000, 10)).toMatchObject([{ state: 'dropped' }]);
});

test('a hanging channel holds up no other', async () => {
  const rig = openNoticesRig({
    ...RIG,
    people: [person('lan', 1), person('minh', 2, { channels: [{ kind: 'chat:zalo', address: 'u-1' }] })],
    plans: plan({ steps: [{ people: ['lan', 'minh'] }] }),
    channels: (taken) =>
      new Map([
        ['sms', { send: () => new Promise<never>(() => {}), close: async () => {} }],
        ['chat:zalo', memoryChannel('chat:zalo', taken)],
      ]),
  });
  rig.report({ station: 'chot-1', state: 'raised' });
  while (rig.notices.follow());
  while (rig.notices.pass());
  rig.notices.pump();
  await expect.poll(() => rig.taken.map(({ to }) => to)).toEqual(['u-1']);
});

test('a restart neither tells twice nor forgets; what was being sent is unknown, and repeated in its time', async () => {
  const rig = openNoticesRig({
    ...RIG,
    channels: () => new Map([['sms', { send: () => new Promise<never>(() => {}), close: async () => {} }]]),
  });
  rig.report({ station: 'chot-1', state: 'raised' });
  while (rig.notices.follow());
  while (rig.notices.pass());
  rig.notices.pump();
  const after = openNoticesRig({ ...RIG, folder: rig.folder, at: rig.clock.now });
  await after.wait(170);
  expect(after.taken).toHaveLength(0);
  expect(after.notices.list(1000, 10)).toMatchObject([{ number: 1, state: 'unknown' }]);
  expect(after.timeline(1)).toEqual([
    'not told lan: sms: nobody knows: the gateway ended while it was being sent',
  ]);
  await after.wait(20);
  expect(after.taken).toHaveLength(1);
  const again = after.restart();
  await again.wait(160);
  expect(again.taken).toHaveLength(0);
  await again.wait(30);
  expect(again.taken).toHaveLength(1);
});

test('web push goes to each browser of the person; one that is gone is forgotten', async () => {
  const rig = openNoticesRig({
    ...RIG,
    people: [person('lan', 1, { channels: [{ kind: 'web-push' }] })],
    plans: plan({ steps: [{ people: ['lan'] }] }),
    channels: (taken) => {
      const channel = memoryChannel('web-push', taken);
      const send: typeof channel.send = async (address, message, signal) => {
        if (address.includes('/gone')) throw new Undeliverable('410');
        await channel.send(address, message, signal);
      };
      return new Map([['web-push', { ...channel, send }]]);
    },
  });
  for (const path of ['phone', 'gone', 'desk'])
    rig.notices.people.subscribe('lan', {
      endpoint: `https://push.example/${path}`,
      keys: { p256dh: 'p', auth: 'a' },
    });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.run();
  expect(rig.taken.map(({ to }) => JSON.parse(to).endpoint)).toEqual([
    'https://push.example/desk',
    'https://push.example/phone',
  ]);
  expect(rig.notices.people.subscriptions('lan')).toHaveLength(2);
  expect(rig.timeline(1)).toEqual(['told lan: web-push']);
});

test('a plan that is set is about what stands, too; one that is removed tells nobody more', async () => {
  const rig = openNoticesRig({ ...RIG, plans: [] });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.run();
  expect(rig.taken).toHaveLength(0);
  rig.notices.putPlan(planSchema.parse(RIG.plans[0]));
  await rig.run();
  expect(rig.taken).toHaveLength(1);
  rig.notices.plans.remove('chay-rung');
  await rig.wait(600);
  expect(rig.taken).toHaveLength(1);
});

test('a link acknowledges once, and not when it is only looked at', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.run();
  const token = rig.taken[0]?.url?.split('/').at(-1) ?? '';
  const { acknowledging } = rig.notices;
  expect(acknowledging.messageOf(token)).toBe(1);
  expect(JSON.stringify(rig.ledger.db.prepare('SELECT * FROM notice_link').all())).not.toContain(token);
  expect(rig.book.get(1)?.acknowledged_by).toBe(null);
  expect(await acknowledging.byLink(token)).toBe(true);
  expect(rig.book.get(1)).toMatchObject({ acknowledged_by: 'lan', notes: [{ text: 'by link' }] });
  expect(await acknowledging.byLink(token)).toBe(false);
});

test('a link expires', async () => {
  const rig = openNoticesRig({ ...RIG, settings: { link_s: 600 } });
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.run();
  const token = rig.taken[0]?.url?.split('/').at(-1) ?? '';
  rig.clock.now += 600_000;
  expect(await rig.notices.acknowledging.byLink(token)).toBe(false);
});

test('an SMS of somebody else acknowledges nothing, and is answered once an hour', async () => {
  const rig = openNoticesRig(RIG);
  rig.report({ station: 'chot-1', state: 'raised' });
  await rig.run();
  const stranger = '+84905999999';
  for (const text of ['OK 1', 'OK', 'alo?']) await rig.notices.answered({ from: stranger, text });
  await rig.notices.answered({ from: MINH, text: 'OK 1' });
  await rig.notices.answered({ from: '1414', text: 'quảng cáo' });
  expect(rig.book.get(1)?.acknowledged_by).toBe(null);
  expect(rig.taken.slice(1).map(({ to, short }) => [to, short])).toEqual([
    [stranger, 'Để xác nhận cảnh báo, trả lời OK và số của tin, ví dụ: OK 12'],
    [MINH, 'Để xác nhận cảnh báo, trả lời OK và số của tin, ví dụ: OK 12'],
  ]);
  rig.clock.now += 3_600_001;
  await rig.notices.answered({ from: stranger, text: 'alo?' });
  expect(rig.taken).toHaveLength(4);
});
