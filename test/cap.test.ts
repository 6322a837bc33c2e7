/** Alerts become CAP messages: scenarios through the book of alerts and its feed, each message against the schema. */
import { expect, test, vi } from 'vitest';
import { checkCap } from '../gateway/ioc/cap/check.ts';
import { capSettingsSchema } from '../gateway/ioc/cap/settings.ts';
import { schemaFaults } from './support/cap.ts';
import { CAP_SETTINGS, capStation, KEEP_DAYS, openCapRig } from './support/cap-rig.ts';

vi.setConfig({ testTimeout: 60_000 });

const POSTS = [
  capStation('chot-1', 'fire'),
  capStation('chot-2', 'fire', 1),
  capStation('chot-9', 'fire', 50),
];
const PUBLIC = { scope: 'Public', restriction: undefined } as const;

type Rig = ReturnType<typeof openCapRig>;
/** The drafts that wait, newest first. */
const pendingIn = (rig: Rig) => rig.cap.list('pending', 1000, 10).map(({ draft }) => draft);
const approveNext = (rig: Rig) => rig.cap.approve(pendingIn(rig)[0]?.number ?? 0, 'lan', null);
const refuseNext = (rig: Rig) => rig.cap.refuse(pendingIn(rig)[0]?.number ?? 0, 'lan', 'chờ kiểm tra');

async function expectValid(rig: Rig): Promise<void> {
  const messages = rig.messages();
  expect(messages.length).toBeGreaterThan(0);
  expect(new Set(messages.map(({ identifier }) => identifier)).size).toBe(messages.length);
  for (const { xml } of messages) {
    expect(checkCap(xml)).toEqual([]);
    expect(await schemaFaults(xml)).toEqual([]);
  }
}

test('a fire at two posts is one chain: Alert, Update as it grows and shrinks, all clear', async () => {
  const rig = openCapRig({ stations: POSTS });
  rig.raise('chot-1');
  rig.raise('chot-2');
  // Far away: an incident of its own.
  rig.raise('chot-9');
  rig.clear('chot-1');
  rig.clear('chot-2');
  const fire = { severity: 'Severe', status: 'Actual', event: 'Cảm biến báo cháy rừng' };
  expect(rig.told()).toMatchObject([
    { ...fire, serial: 1, type: 'Alert', references: [], areas: 1, response: ['Assess', 'Execute'] },
    { ...fire, serial: 2, type: 'Update', references: [1], areas: 2 },
    { ...fire, serial: 3, type: 'Alert', references: [], areas: 1 },
    { ...fire, serial: 4, type: 'Update', references: [1, 2], areas: 1 },
    { serial: 5, type: 'Update', references: [1, 2, 4], response: ['AllClear'], severity: 'Minor' },
  ]);
  expect(rig.messages()[0]?.identifier).toBe('vn.48.qt-2026-000001');
  await expectValid(rig);

  // Over is over: what burns next is another chain.
  rig.raise('chot-1');
  expect(rig.told().at(-1)).toMatchObject({ serial: 6, type: 'Alert', references: [] });
});

test('what a person does to an alert that is no news changes nothing', () => {
  const rig = openCapRig({ stations: POSTS });
  rig.raise('chot-1');
  rig.alerts.acknowledge(rig.alertOf('chot-1'), 'lan', 'đang đến');
  rig.alerts.note(rig.alertOf('chot-1'), 'lan', 'thấy khói');
  rig.follow();
  rig.wait(60);
  expect(rig.told()).toHaveLength(1);
});

test('what never was is cancelled, with all that still holds', async () => {
  const rig = openCapRig({ stations: POSTS });
  rig.raise('chot-1');
  rig.raise('chot-2');
  for (const post of ['chot-1', 'chot-2']) rig.alerts.retract(rig.alertOf(post), 'lan', 'đốt thực bì');
  rig.follow();
  expect(rig.told().at(-1)).toMatchObject({ serial: 3, type: 'Cancel', references: [1, 2], areas: 0 });
  await expectValid(rig);
});

test('an alarm between two incidents makes them one, whose next message refers to both', async () => {
  const posts = [capStation('tay', 'fire'), capStation('dong', 'fire', 14), capStation('giua', 'fire', 7)];
  const rig = openCapRig({ stations: posts });
  rig.raise('tay');
  rig.raise('dong');
  rig.raise('giua');
  expect(rig.told()).toMatchObject([
    { type: 'Alert', references: [] },
    { type: 'Alert', references: [] },
    { type: 'Update', references: [1, 2], areas: 3 },
  ]);
  for (const post of ['tay', 'dong', 'giua']) rig.clear(post);
  expect(rig.told().at(-1)).toMatchObject({ references: [1, 2, 3, 4, 5], response: ['AllClear'] });
  await expectValid(rig);
});

test('an episode of bad air is one chain that grows worse and better with its categories', async () => {
  const rig = openCapRig({ stations: [capStation('khi', 'air')] });
  const aqi = (value: number, over: number) => ({
    parameter: 'vn_aqi' as const,
    limit: `aqi-${over}`,
    level: 'warning' as const,
    value,
    threshold: over,
  });
  rig.raise('khi', aqi(90, 80));
  expect(rig.told()).toEqual([]);
  rig.raise('khi', aqi(120, 101));
  rig.raise('khi', aqi(160, 151));
  rig.raise('khi', aqi(250, 201));
  rig.raise('khi', aqi(320, 301));
  rig.clear('khi', aqi(280, 301));
  expect(rig.told()).toMatchObject([
    { type: 'Alert', severity: 'Minor', event: 'Chất lượng không khí kém', response: ['Monitor'] },
    { type: 'Update', severity: 'Moderate', response: ['Avoid'] },
    { type: 'Update', severity: 'Severe', response: ['Avoid', 'Shelter'] },
    { type: 'Update', severity: 'Extreme', event: 'Chất lượng không khí nguy hại', response: ['Shelter'] },
    { type: 'Update', severity: 'Severe' },
  ]);
  for (const over of [101, 151, 201]) rig.clear('khi', aqi(40, over));
  expect(rig.told().at(-1)).toMatchObject({ type: 'Update', response: ['AllClear'] });
  expect(rig.messages()[3]?.xml).toContain('<value>320</value>');
  await expectValid(rig);
});

test('fire danger, water and congestion have their rows, and polygon and communes of an operating area', async () => {
  const corners = [
    [16, 108],
    [16, 108.3],
    [16.2, 108.3],
    [16, 108],
  ];
  const areas = [{ area: 'Sơn Trà', polygon: corners, communes: ['20263'] }];
  const stations = [
    capStation('rung', 'fire'),
    capStation('song', 'water', 1),
    capStation('duong', 'traffic', 2),
    capStation('khi', 'air', 3),
  ];
  const rig = openCapRig({ stations, settings: { areas } });
  const of = (parameter: 'fire_level' | 'ph' | 'congestion' | 'water_level' | 'pm2_5', value: number) => ({
    parameter,
    limit: 'over',
    value,
    threshold: value,
  });
  rig.raise('rung', { ...of('fire_level', 4), level: 'notice' });
  rig.raise('song', {
    ...of('ph', 9.4),
    level: 'notice',
    source: { vi: 'QCVN 08:2023, bảng 2', en: 'QCVN 08:2023, table 2' },
  });
  rig.raise('duong', of('congestion', 1));
  // Without a row: a reading of a moment, a water level, a battery, and readings that stopped.
  rig.raise('rung', { parameter: 'supply_voltage', limit: 'battery', value: 10, threshold: 11 });
  rig.raise('khi', of('pm2_5', 300));
  rig.raise('song', of('water_level', 5));
  rig.raise('song', { ...of('ph', 1800), limit: 'silent', no_data: true });
  expect(rig.told()).toMatchObject([
    { severity: 'Severe', event: 'Dự báo cháy rừng cấp IV (nguy hiểm)', response: ['Prepare', 'Avoid'] },
    { severity: 'Minor', event: 'Chất lượng nước mặt vượt ngưỡng', response: ['Monitor', 'Assess'] },
    { severity: 'Minor', event: 'Ùn tắc giao thông' },
  ]);
  expect(rig.messages()[1]?.xml).toContain('QCVN 08:2023, bảng 2');
  expect(rig.messages()[0]?.xml).toContain('<polygon>16,108 16,108.3 16.2,108.3 16,108</polygon>');
  expect(rig.messages()[0]?.xml).toContain('<value>20263</value>');
  expect(rig.messages()[0]?.xml).not.toContain('<circle>');

  rig.alerts.correct(rig.alertOf('duong'), 'lan', 'notice', 'đường nhỏ');
  rig.follow();
  expect(rig.told().at(-1)).toMatchObject({ type: 'Update', references: [3] });
  await expectValid(rig);
});

test('what still holds is renewed before it lapses, what is quiet lapses', async () => {
  const rig = openCapRig({ stations: POSTS, settings: { expires_s: 3600 } });
  rig.raise('chot-1');
  rig.wait(2000);
  expect(rig.told()).toHaveLength(1);
  rig.wait(800);
  expect(rig.told()).toMatchObject([
    { type: 'Alert' },
    { type: 'Update', references: [1], severity: 'Severe' },
  ]);

  rig.alerts.outOfService.put({ station: 'chot-1', parameter: null, by: 'lan', reason: 'sửa', until: null });
  rig.alerts.pass();
  rig.follow();
  rig.wait(3500);
  rig.wait(200);
  expect(rig.told()).toHaveLength(2);
  expect(rig.cap.inForce(10)).toEqual([]);
  // Nobody holds a warning any more: its end is no news.
  rig.clear('chot-1');
  expect(rig.told()).toHaveLength(2);
  await expectValid(rig);
});

test('while a station is being commissioned all of it is Test, and a fire that goes on is told in earnest then', async () => {
  const station = (more: object) => [capStation('chot-1', 'fire', 0, more), ...POSTS.slice(1)];
  const rig = openCapRig({ stations: station({ commissioning: true }) });
  rig.raise('chot-1');
  // A neighbour that works already is not made a test by it, nor the test a warning.
  rig.raise('chot-2');
  expect(rig.told()).toMatchObject([
    { type: 'Alert', status: 'Test', areas: 1 },
    { type: 'Alert', status: 'Actual', areas: 1 },
  ]);
  rig.announce(station({ commissioning: false }));
  rig.wait(15);
  expect(rig.told().slice(2)).toMatchObject([
    { type: 'Cancel', status: 'Test', references: [1] },
    { type: 'Update', status: 'Actual', references: [2], areas: 2 },
  ]);
  await expectValid(rig);

  // Also while the Cancel waits for a person, and something of the test still had to be said.
  const setUp = [capStation('chot-1', 'fire'), capStation('chot-2', 'fire', 1)];
  const asked = openCapRig({
    stations: setUp.map((post) => ({ ...post, commissioning: true })),
    settings: PUBLIC,
    stepMs: 1000,
  });
  asked.raise('chot-1');
  asked.raise('chot-2');
  await approveNext(asked);
  asked.announce(setUp);
  asked.wait(10);
  expect(pendingIn(asked).map(({ content: { kind, status } }) => [kind, status])).toEqual([
    ['warning', 'Actual'],
    ['cancel', 'Test'],
  ]);

  const replayed = { vi: 'Số liệu Đài Loan', en: 'Recording of Taiwan' };
  const demo = openCapRig({ stations: station({ origin: replayed }) });
  demo.raise('chot-1');
  expect(demo.told()).toMatchObject([{ status: 'Test' }]);
  expect(demo.messages()[0]?.xml).toContain('Số liệu Đài Loan');
});

test('a public message waits for a person; what they decide, who and why is kept', async () => {
  const rig = openCapRig({ stations: POSTS, settings: PUBLIC });
  rig.raise('chot-1');
  rig.raise('chot-2');
  expect(rig.told()).toEqual([]);
  const [waiting, overtaken] = rig.cap.list('all', 1000, 10);
  expect([waiting?.draft.state, overtaken?.draft.state]).toEqual(['pending', 'overtaken']);
  expect(await rig.cap.approve(overtaken?.draft.number ?? 0, 'lan', null)).toBe('over');
  expect(await rig.cap.approve(99, 'lan', null)).toBe('unknown');

  rig.clock.now += 600_000;
  expect(await rig.cap.approve(waiting?.draft.number ?? 0, 'lan', 'đã xem camera')).toMatchObject({
    draft: { state: 'published', decidedBy: 'lan', reason: 'đã xem camera', decidedAt: rig.clock.now },
    message: { sent: rig.clock.now, type: 'Alert' },
  });
  expect(await rig.cap.approve(waiting?.draft.number ?? 0, 'minh', null)).toBe('decided');

  // A person has seen the fire.
  expect(await rig.cap.confirm(waiting?.draft.chain ?? 0, 'lan', 'kiểm lâm có mặt')).toBeNull();
  const [confirmed] = rig.cap.list('pending', 1000, 10);
  await rig.cap.approve(confirmed?.draft.number ?? 0, 'lan', null);
  expect(rig.told().at(-1)).toMatchObject({
    type: 'Update',
    references: [1],
    severity: 'Extreme',
    event: 'Cháy rừng đã được xác nhận',
  });

  rig.clear('chot-1');
  const [refused] = rig.cap.list('pending', 1000, 10);
  expect(await rig.cap.refuse(refused?.draft.number ?? 0, 'lan', 'chờ kiểm tra')).toMatchObject({
    draft: { state: 'refused', decidedBy: 'lan', reason: 'chờ kiểm tra' },
    message: null,
  });
  rig.wait(60);
  expect(rig.cap.list('pending', 1000, 10)).toEqual([]);

  rig.clear('chot-2');
  const [end] = rig.cap.list('pending', 1000, 10);
  // Between the proposal and the approval it has begun again.
  rig.raise('chot-2');
  expect(await rig.cap.approve(end?.draft.number ?? 0, 'lan', null)).toBe('over');
  expect(rig.cap.list('pending', 1000, 10)).toMatchObject([{ draft: { content: { kind: 'warning' } } }]);
  await expectValid(rig);
});

test('what was never approved needs no all-clear', () => {
  const rig = openCapRig({ stations: POSTS, settings: PUBLIC });
  rig.raise('chot-1');
  rig.clear('chot-1');
  expect(rig.cap.list('pending', 1000, 10)).toEqual([]);
  expect(rig.told()).toEqual([]);
});

test('a private message names whom it is for', async () => {
  const settings = { scope: 'Private', restriction: undefined, addresses: ['kl@example.vn', 'Ban chỉ huy'] };
  const rig = openCapRig({ stations: POSTS, settings });
  rig.raise('chot-1');
  expect(rig.messages()[0]?.xml).toContain('<addresses>kl@example.vn "Ban chỉ huy"</addresses>');
  await expectValid(rig);
});

test('names with markup and control characters, and very long ones, make valid messages', async () => {
  const name = { vi: `<b>Trạm</b> & "x"\u0000\uD800 ${'dài '.repeat(100)}`, en: `<i>${'long '.repeat(90)}` };
  const rig = openCapRig({ stations: [capStation('chot-1', 'fire', 0, { name })] });
  rig.raise('chot-1');
  expect(rig.faults).toEqual([]);
  await expectValid(rig);
});

test('a first start takes over what stands; a later one neither repeats nor forgets', async () => {
  const rig = openCapRig({ stations: POSTS });
  rig.raise('chot-1');
  // The gateway runs without CAP meanwhile: alerts that came and went are nobody's warning any more.
  rig.ledger.db.exec('DELETE FROM cap_progress; DELETE FROM cap_chain; DELETE FROM cap_member');
  rig.ledger.db.exec('DELETE FROM cap_draft; DELETE FROM cap_message');
  const again = rig.restart();
  expect(again.told()).toMatchObject([{ type: 'Alert', areas: 1 }]);
  const later = again.restart();
  expect(later.told()).toHaveLength(1);
  later.clear('chot-1');
  expect(later.restart().told()).toMatchObject([{ serial: 1 }, { serial: 2, response: ['AllClear'] }]);
});

test('killed at any write, nothing is missing and nothing doubled', () => {
  const script = (rig: Rig) => {
    rig.raise('chot-1');
    rig.raise('chot-2');
    rig.alerts.retract(rig.alertOf('chot-2'), 'lan', 'nhầm');
    rig.follow();
    rig.clear('chot-1');
  };
  const whole = openCapRig({ stations: POSTS });
  script(whole);
  const wanted = whole.told();

  for (let failing = 1; failing <= 60; failing++) {
    let rig = openCapRig({ stations: POSTS });
    // As a kill: the write fails, its transaction is gone, and the gateway begins anew.
    rig.ledger.db.exec(
      `CREATE TEMP TABLE writes (n INTEGER); INSERT INTO writes VALUES (0);
       ${['cap_progress', 'cap_chain', 'cap_member', 'cap_draft', 'cap_message']
         .flatMap((table) => ['INSERT', 'UPDATE', 'DELETE'].map((what) => [table, what] as const))
         .map(
           ([table, what]) => `CREATE TEMP TRIGGER fail_${table}_${what} AFTER ${what} ON main.${table} BEGIN
             SELECT RAISE(FAIL, 'killed') WHERE (SELECT n FROM writes) >= ${failing};
             UPDATE writes SET n = n + 1;
           END;`,
         )
         .join('\n')}`,
    );
    let killed = false;
    const survive = (step: (rig: Rig) => void) => {
      try {
        step(rig);
      } catch (error) {
        expect(String(error)).toContain('killed');
        killed = true;
        rig = rig.restart();
      }
    };
    survive((one) => one.raise('chot-1'));
    survive((one) => one.raise('chot-2'));
    rig.alerts.retract(rig.alertOf('chot-2'), 'lan', 'nhầm');
    survive((one) => one.follow());
    survive((one) => one.clear('chot-1'));
    expect(rig.told(), `killed at write ${failing}`).toEqual(wanted);
    rig.ledger.close();
    if (!killed) return expect(failing).toBeGreaterThan(15);
  }
  throw new Error('the script has more writes than were tried');
});

test('a fire that joins post by post is told every ten seconds, not with every post, and in the end with all', () => {
  const stations = Array.from({ length: 120 }, (_, n) => capStation(`chot-${n}`, 'fire', n));
  const rig = openCapRig({ stations, stepMs: 1000 });
  for (const { id } of stations) {
    rig.raise(id);
    while (rig.cap.pass());
  }
  rig.wait(10);
  const told = rig.told();
  expect(told.length).toBeLessThanOrEqual(120 / 10 + 2);
  expect(told[0]).toMatchObject({ type: 'Alert', areas: 1 });
  expect(told.at(-1)).toMatchObject({ type: 'Update', areas: 120 });
  expect(rig.faults).toEqual([]);
});

test('what is worse, or over, does not wait for the pause between messages', async () => {
  const rig = openCapRig({ stations: POSTS, stepMs: 1000 });
  rig.raise('chot-1');
  rig.raise('chot-2');
  expect(rig.told()).toMatchObject([{ areas: 1 }]);
  await rig.cap.confirm(rig.messages()[0]?.chain ?? 0, 'lan', 'kiểm lâm có mặt');
  expect(rig.told().at(-1)).toMatchObject({ serial: 2, severity: 'Extreme', areas: 2 });
  rig.clear('chot-1');
  rig.clear('chot-2');
  expect(rig.told().at(-1)).toMatchObject({ serial: 3, response: ['AllClear'] });
  // What waits is in the ledger: a restart does not forget it.
  rig.raise('chot-9');
  rig.announce([...POSTS, capStation('chot-8', 'fire', 51)]);
  rig.raise('chot-8');
  const again = rig.restart();
  expect(again.told().at(-1)).toMatchObject({ areas: 1 });
  again.wait(10);
  expect(again.told().at(-1)).toMatchObject({ type: 'Update', areas: 2 });
});

test('many alerts at once are taken over in parts, between which others have their turn', () => {
  const stations = Array.from({ length: 50 }, (_, n) => capStation(`khi-${n}`, 'air', n));
  const rig = openCapRig({ stations });
  rig.ledger.transaction(() => {
    for (const { id } of stations)
      rig.alerts.report(
        {
          station: id,
          parameter: 'vn_aqi',
          limit: 'aqi',
          level: 'critical',
          state: 'raised',
          value: 180,
          threshold: 151,
          at: rig.clock.now,
        },
        'edge-a',
      );
  });
  const turns: number[] = [];
  for (let more = true; more; ) {
    const before = rig.cap.newest();
    more = rig.cap.follow();
    turns.push(rig.cap.newest() - before);
  }
  expect(turns).toEqual([20, 20, 10]);
  // So are renewals.
  rig.clock.now += 86_000_000;
  let most = 0;
  for (let more = true; more; ) {
    const before = rig.cap.newest();
    more = rig.cap.pass();
    most = Math.max(most, rig.cap.newest() - before);
  }
  expect([rig.cap.newest(), most]).toEqual([100, 20]);
});

test('drafts and messages go when they are old, but for what holds and what numbers go on from', () => {
  const rig = openCapRig({ stations: POSTS, settings: { expires_s: 3600 } });
  rig.raise('chot-9');
  rig.raise('chot-1');
  rig.clear('chot-1');
  rig.clear('chot-9');
  rig.wait(KEEP_DAYS * 86_400 - 3600);
  rig.cap.removeOld();
  expect(rig.told()).toHaveLength(4);
  rig.raise('chot-2');
  rig.wait(7200);
  rig.cap.removeOld();
  expect(rig.told().map(({ serial }) => serial)).toEqual([5, 6]);
  expect(rig.cap.list('all', 1000, 10).map(({ draft }) => draft.number)).toEqual([6, 5]);
  rig.clear('chot-2');
  rig.wait(2 * KEEP_DAYS * 86_400);
  rig.cap.removeOld();
  rig.raise('chot-1');
  expect(rig.told().map(({ serial }) => serial)).toEqual([7, 8]);
  expect(rig.cap.list('all', 1000, 1)[0]?.draft.number).toBe(8);

  const long = openCapRig({ stations: POSTS, settings: { expires_s: 31 * 86_400 } });
  long.raise('chot-1');
  long.clear('chot-1');
  long.clock.now += (KEEP_DAYS + 0.5) * 86_400_000;
  long.cap.removeOld();
  expect(long.told()).toHaveLength(2);

  const waiting = openCapRig({ stations: POSTS, settings: PUBLIC });
  waiting.raise('chot-9');
  waiting.wait(2 * KEEP_DAYS * 86_400);
  waiting.raise('chot-1');
  waiting.cap.removeOld();
  expect(pendingIn(waiting)).toHaveLength(2);
});

test('the severity follows the level that a person sets', async () => {
  const rig = openCapRig({ stations: [...POSTS, capStation('khi', 'air', 90)] });
  rig.raise('chot-1');
  rig.alerts.correct(rig.alertOf('chot-1'), 'lan', 'notice', 'đốt thực bì có phép');
  rig.follow();
  expect(rig.told()).toMatchObject([{ severity: 'Severe' }, { type: 'Update', severity: 'Minor' }]);
  // One that nobody corrected is as bad as it was.
  rig.raise('chot-2');
  expect(rig.told().at(-1)).toMatchObject({ severity: 'Severe', areas: 2 });

  // Who raises a level makes nothing milder.
  const aqi = { parameter: 'vn_aqi', limit: 'aqi', value: 320, threshold: 301, level: 'warning' } as const;
  rig.raise('khi', aqi);
  rig.alerts.correct(rig.alertOf('khi'), 'lan', 'critical', 'khói lan rộng');
  rig.follow();
  rig.wait(10);
  expect(rig.told().at(-1)).toMatchObject({ type: 'Update', severity: 'Extreme' });
  await expectValid(rig);
});

test('while an all-clear is refused the warning holds: what burns next goes on from it, otherwise it lapses', async () => {
  let rig = openCapRig({ stations: POSTS, settings: PUBLIC });
  rig.raise('chot-1');
  await approveNext(rig);
  rig.clear('chot-1');
  await refuseNext(rig);
  // It is not proposed again.
  rig = rig.restart();
  rig.wait(60);
  expect(pendingIn(rig)).toEqual([]);
  expect(rig.cap.inForce(10)).toHaveLength(1);

  rig.raise('chot-1');
  await approveNext(rig);
  expect(rig.told().at(-1)).toMatchObject({ type: 'Update', references: [1], areas: 1 });
  rig.clear('chot-1');
  expect(pendingIn(rig)).toMatchObject([{ content: { kind: 'all-clear' } }]);
  await refuseNext(rig);
  rig.wait(90_000);
  rig.raise('chot-1');
  await approveNext(rig);
  expect(rig.told().at(-1)).toMatchObject({ type: 'Alert', references: [] });
});

test('alerts that are retracted while their all-clear waits are cancelled instead', async () => {
  const rig = openCapRig({ stations: POSTS, settings: PUBLIC });
  rig.raise('chot-1');
  rig.raise('chot-2');
  await approveNext(rig);
  rig.clear('chot-1');
  rig.clear('chot-2');
  const [allClear] = pendingIn(rig);
  const retract = (post: string) => {
    rig.alerts.retract(rig.alertOf(post), 'lan', 'đốt thực bì');
    rig.follow();
  };
  retract('chot-1');
  // The other was there, and is over.
  expect(pendingIn(rig)).toMatchObject([{ number: allClear?.number, content: { kind: 'all-clear' } }]);
  retract('chot-2');
  expect(await rig.cap.approve(allClear?.number ?? 0, 'lan', null)).toBe('over');
  expect(pendingIn(rig)).toMatchObject([{ content: { kind: 'cancel' } }]);
  await approveNext(rig);
  expect(rig.told().at(-1)).toMatchObject({ type: 'Cancel', references: [1] });
});

test('once all of it is quiet, a draft that says something else cannot be approved', async () => {
  const rig = openCapRig({ stations: POSTS, settings: PUBLIC });
  rig.raise('chot-1');
  await approveNext(rig);
  rig.raise('chot-2');
  const [outdated] = pendingIn(rig);
  const service = rig.alerts.outOfService;
  for (const station of ['chot-1', 'chot-2'])
    service.put({ station, parameter: null, by: 'lan', reason: 'sửa', until: null });
  rig.alerts.correct(rig.alertOf('chot-2'), 'lan', 'notice', 'sửa');
  rig.alerts.pass();
  rig.follow();
  expect(pendingIn(rig)).toEqual([]);
  expect(await rig.cap.approve(outdated?.number ?? 0, 'lan', null)).toBe('over');
});

test('who refuses an Update has not ended the warning before it: its renewal is proposed, once', async () => {
  const rig = openCapRig({ stations: POSTS, settings: { ...PUBLIC, expires_s: 3600 } });
  rig.raise('chot-1');
  await approveNext(rig);
  rig.raise('chot-2');
  await refuseNext(rig);
  rig.wait(2000);
  expect(pendingIn(rig)).toEqual([]);
  rig.wait(800);
  expect(pendingIn(rig)).toMatchObject([{ content: { kind: 'warning' } }]);
  await refuseNext(rig);
  rig.wait(60);
  expect(pendingIn(rig)).toEqual([]);
  rig.wait(3600);
  expect(pendingIn(rig)).toEqual([]);
  expect(rig.cap.inForce(10)).toEqual([]);
});

test('only a reading says that the danger is over: a limit that was taken away does not', async () => {
  const rig = openCapRig({ stations: [capStation('khi', 'air')] });
  const aqi = { parameter: 'vn_aqi', limit: 'aqi', value: 180, threshold: 151 } as const;
  rig.raise('khi', aqi);
  rig.alerts.withdraw(Number(rig.alertOf('khi')), 'edge-a', 'lan', 'bỏ ngưỡng');
  rig.follow();
  expect(rig.told().at(-1)).toMatchObject({ type: 'Update', response: ['Monitor'] });
  const xml = rig.messages().at(-1)?.xml;
  expect(xml).toContain('Cảnh báo không còn được theo dõi');
  expect(xml).not.toContain('đã tốt hơn');
  rig.raise('khi', aqi);
  rig.clear('khi', { ...aqi, value: 40 });
  expect(rig.messages().at(-1)?.xml).toContain('đã tốt hơn');
  await expectValid(rig);
});

test('settings that would make wrong messages are refused at the start', () => {
  const fault = (more: object) =>
    capSettingsSchema
      .safeParse({ ...CAP_SETTINGS, ...more })
      .error?.issues.map(({ path, message }) => [path.join('.'), message]);
  expect(fault({})).toBeUndefined();
  expect(fault({ sender: 'ioc, province' })).toMatchObject([['sender', expect.any(String)]]);
  expect(fault({ scope: 'Public', restriction: undefined, web: undefined })).toEqual([
    ['web', 'scope Public needs it'],
  ]);
  expect(fault({ restriction: undefined })).toEqual([['restriction', 'scope Restricted needs it']]);
  expect(fault({ scope: 'Private', restriction: undefined })).toEqual([
    ['addresses', 'scope Private needs it'],
  ]);
  const polygon = [
    [16, 108],
    [17, 109],
    [17, 108],
    [16, 109],
    [16, 108],
  ];
  expect(fault({ areas: [{ area: 'a', polygon }] })).toEqual([
    ['areas.0.polygon', 'its edges must not cross'],
  ]);
});
