/** When plans sound sirens and when not, what edges are told of it, and what the timelines say; with the book, the feed and the plans as they run. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type EdgeStatus, MOST_CALL_MS } from '../../../devices/wire/messages.ts';
import { type NoticesRig, openNoticesRig } from '../../../test/support/notices.ts';
import { testStation } from '../../../test/support/station.ts';

vi.setConfig({ testTimeout: 60_000 });

const post = (id: string, fields: object = {}) =>
  testStation({ id, kind: 'fire', parameters: [{ id: 'smoke', period_s: 60 }], ...fields });
const STEP = { sirens: ['chot-1', 'chot-2'] };
const PLAN = { id: 'chay-rung', kinds: ['fire'], steps: [STEP], repeat_s: 120, most_repeats: 0 };
const RIG: NoticesRig = {
  stations: [post('chot-1'), post('chot-2', { latitude: 16.07 }), post('chot-9', { latitude: 15 })],
  people: [],
  plans: [PLAN],
};

type Rig = ReturnType<typeof openNoticesRig>;

function open(fields: Partial<NoticesRig> = {}): Rig {
  const rig = openNoticesRig({ ...RIG, ...fields });
  start(rig);
  return rig;
}

function start(rig: Rig): void {
  const running = rig.sirens.start();
  onTestFinished(() => running.stop());
}

/** Lets what has changed in the ledger be looked at. */
async function settled(rig: Rig): Promise<void> {
  await rig.run();
  await nextTurn();
}

async function fire(rig: Rig, station = 'chot-1'): Promise<void> {
  rig.report({ station, state: 'raised' });
  await settled(rig);
}

async function passed(rig: Rig, seconds: number): Promise<void> {
  await rig.wait(seconds);
  rig.sirens.look();
}

/** Newest of each station: its `since` and alert, or off. */
const standing = (rig: Rig) =>
  Object.fromEntries(
    rig.called.map(({ station, call }) => [station, call.on ? `${call.alert} ${call.since}` : 'off']),
  );

type Siren = NonNullable<EdgeStatus['sirens']>[number];
const on = (station: string, called: number): Siren => ({
  station,
  siren: 'horn',
  wanted: true,
  confirmed: true,
  error: null,
  called,
});
const off = (station: string): Siren => ({
  station,
  siren: 'horn',
  wanted: false,
  confirmed: true,
  error: null,
});
function edgeSays(rig: Rig, ...sirens: Siren[]): void {
  rig.catalog.setEdgeStatus('edge-a', { online: true, sirens });
  rig.sirens.look();
}

const timeline = (rig: Rig, alert: number): string[] =>
  (rig.book.transitions(alert, 0, 500) ?? [])
    .filter(({ kind }) => ['sounded', 'silenced', 'not confirmed'].includes(kind))
    .map(({ kind, reason }) => `${kind} ${reason}`);

test('a fire sounds the sirens of both posts at once, and an acknowledgement silences them; the timeline says what the edge confirms', async () => {
  const rig = open();
  await fire(rig);
  const since = rig.clock.now;
  const call = { on: true, alert: '1', since, until: since + MOST_CALL_MS };
  expect(rig.called).toEqual([
    { station: 'chot-1', call },
    { station: 'chot-2', call },
  ]);
  expect(timeline(rig, 1)).toEqual([]);
  edgeSays(rig, on('chot-1', since), off('chot-2'));
  edgeSays(rig, on('chot-1', since), on('chot-2', since));
  edgeSays(rig, on('chot-1', since), on('chot-2', since));
  expect(timeline(rig, 1)).toEqual(['sounded chot-1: horn is on', 'sounded chot-2: horn is on']);

  rig.clock.now += 5000;
  rig.book.acknowledge(1, 'lan', undefined);
  await settled(rig);
  expect(standing(rig)).toEqual({ 'chot-1': 'off', 'chot-2': 'off' });
  expect(timeline(rig, 1)).toHaveLength(2);
  rig.clock.now += 1000;
  edgeSays(rig, off('chot-1'), { ...off('chot-2'), wanted: true });
  expect(timeline(rig, 1).slice(2)).toEqual([
    'silenced chot-1: horn is off',
    'silenced chot-2: horn sounds on for alarms of the post',
  ]);
  await passed(rig, 700);
  expect(rig.called).toHaveLength(4);
  expect(timeline(rig, 1)).toHaveLength(4);
  expect(rig.feed.after(0, 100).map(({ kind }) => kind)).toEqual(['alert.raised', 'alert.changed']);
});

test.each<[string, (rig: Rig) => void]>([
  ['cleared', (rig) => rig.report({ station: 'chot-1', state: 'cleared', at: rig.clock.now + 1 })],
  ['shelved', (rig) => rig.book.shelve(1, 'lan', rig.clock.now + 3_600_000, 'đốt thực bì')],
  [
    'out of service',
    (rig) => {
      rig.book.outOfService.put({
        station: 'chot-1',
        parameter: null,
        by: 'lan',
        reason: 'sửa',
        until: null,
      });
      rig.book.pass();
    },
  ],
  ['retracted', (rig) => rig.book.retract(1, 'lan', 'diễn tập')],
])('an alert that is %s sounds no siren any more', async (_, end) => {
  const rig = open();
  await fire(rig);
  end(rig);
  await settled(rig);
  expect(standing(rig)).toEqual({ 'chot-1': 'off', 'chot-2': 'off' });
});

test('an alert that is quiet from the start, or no plan is about, sounds none', async () => {
  const rig = open({ plans: [{ ...PLAN, areas: ['Nơi khác'] }] });
  await fire(rig);
  const quiet = open();
  quiet.book.outOfService.put({ station: 'chot-1', parameter: null, by: 'lan', reason: 'sửa', until: null });
  await fire(quiet);
  expect([rig.called, quiet.called]).toEqual([[], []]);
});

test('it sounds at once, anew with each repeat, that of the next step after it, and none after its time', async () => {
  const rig = open({
    plans: [
      {
        ...PLAN,
        steps: [{ sirens: ['chot-1'] }, { sirens: ['chot-2'], after_s: 300 }],
        most_repeats: 2,
        repeat_s: 120,
      },
    ],
  });
  const begun = rig.clock.now;
  await fire(rig);
  edgeSays(rig, on('chot-1', begun), off('chot-2'));
  await passed(rig, 290);
  expect(standing(rig)).toEqual({ 'chot-1': `1 ${begun + 240_000}` });
  edgeSays(rig, on('chot-1', begun + 240_000), off('chot-2'));
  expect(timeline(rig, 1)).toEqual([
    'sounded chot-1: horn is on',
    // Of the repeat after 120 s, which nobody has answered.
    'not confirmed chot-1 is to sound: horn has not heard of it',
    'sounded chot-1: horn is on',
  ]);
  await passed(rig, 300);
  expect(standing(rig)).toEqual({ 'chot-1': `1 ${begun + 540_000}`, 'chot-2': `1 ${begun + 540_000}` });
  await passed(rig, 600);
  expect(standing(rig)).toEqual({ 'chot-1': 'off', 'chot-2': 'off' });
});

test('of two alerts for which one siren sounds the second goes on when the first is acknowledged', async () => {
  const rig = open({ plans: [{ ...PLAN, steps: [{ sirens: ['chot-1'] }] }] });
  await fire(rig);
  const since = rig.clock.now;
  rig.clock.now += 5000;
  await fire(rig, 'chot-9');
  expect(standing(rig)).toEqual({ 'chot-1': `1 ${since}` });
  await passed(rig, 5);
  expect(standing(rig)).toEqual({ 'chot-1': `2 ${since + 5000}` });
  edgeSays(rig, on('chot-1', since + 5000));
  expect([timeline(rig, 1), timeline(rig, 2)]).toEqual(Array(2).fill(['sounded chot-1: horn is on']));
  rig.book.acknowledge(2, 'lan', undefined);
  await settled(rig);
  expect(standing(rig)).toEqual({ 'chot-1': `1 ${since}` });
  rig.book.acknowledge(1, 'lan', undefined);
  await settled(rig);
  expect(standing(rig)).toEqual({ 'chot-1': 'off' });
  rig.clock.now += 1000;
  edgeSays(rig, off('chot-1'));
  expect(timeline(rig, 2).at(-1)).toBe('silenced chot-1: horn is off');
});

test('alerts that become one incident sound on until all are acknowledged', async () => {
  const rig = open();
  await fire(rig);
  await fire(rig, 'chot-2');
  expect(rig.book.get(1)?.incident).toBeDefined();
  rig.book.acknowledge(1, 'lan', undefined);
  await settled(rig);
  expect(Object.values(standing(rig))).not.toContain('off');
  rig.book.acknowledge(2, 'lan', undefined);
  await settled(rig);
  expect(standing(rig)).toEqual({ 'chot-1': 'off', 'chot-2': 'off' });
});

test('an alert whose incident turns out to be a part of another sounds on', async () => {
  const rig = open({
    stations: [
      post('tay', { longitude: 108 }),
      post('giua', { longitude: 108.015 }),
      post('dong', { longitude: 108.03 }),
    ],
    plans: [{ ...PLAN, stations: ['dong'], steps: [{ sirens: ['dong'] }] }],
  });
  await fire(rig, 'tay');
  await fire(rig, 'dong');
  const before = rig.book.get(2)?.incident;
  await fire(rig, 'giua');
  expect([before, rig.book.get(2)?.incident]).toEqual(['2', '1']);
  expect(standing(rig)).toEqual({ dong: `2 ${rig.clock.now}` });
  rig.book.acknowledge(2, 'lan', undefined);
  await settled(rig);
  expect(standing(rig)).toEqual({ dong: 'off' });
});

test.each<[string, (rig: Rig) => void, string]>([
  [
    'its edge is away',
    (rig) => rig.catalog.setEdgeStatus('edge-a', { online: false }),
    'edge edge-a is offline',
  ],
  ['there is none', (rig) => edgeSays(rig), 'edge edge-a has no siren there'],
  ['its edge has not heard of it', (rig) => edgeSays(rig, off('chot-1')), 'horn has not heard of it'],
  [
    'it does not answer',
    (rig) =>
      edgeSays(rig, { ...on('chot-1', rig.clock.now), confirmed: false, error: 'no answer within 1000 ms' }),
    'horn is not confirmed on: no answer within 1000 ms',
  ],
])(
  'a siren that is not confirmed is told once with its reason, and later when it is: %s',
  async (_, say, words) => {
    const rig = open({ plans: [{ ...PLAN, steps: [{ sirens: ['chot-1'] }] }] });
    await fire(rig);
    const since = rig.clock.now;
    say(rig);
    await passed(rig, 29);
    expect(timeline(rig, 1)).toEqual([]);
    await passed(rig, 60);
    expect(timeline(rig, 1)).toEqual([`not confirmed chot-1 is to sound: ${words}`]);
    edgeSays(rig, on('chot-1', since));
    expect(timeline(rig, 1)[1]).toBe('sounded chot-1: horn is on');
  },
);

test('a siren that cannot be silenced is told, too', async () => {
  const rig = open({ plans: [{ ...PLAN, steps: [{ sirens: ['chot-1'] }] }] });
  await fire(rig);
  edgeSays(rig, on('chot-1', rig.clock.now));
  rig.book.acknowledge(1, 'lan', undefined);
  await settled(rig);
  await passed(rig, 1);
  edgeSays(rig, { ...off('chot-1'), confirmed: false, error: 'no answer within 1000 ms' });
  await passed(rig, 60);
  expect(timeline(rig, 1).slice(1)).toEqual([
    'not confirmed chot-1 is to be silent: horn is not confirmed off: no answer within 1000 ms',
  ]);
  edgeSays(rig, off('chot-1'));
  expect(timeline(rig, 1).at(-1)).toBe('silenced chot-1: horn is off');
});

test('a siren whose edge lets it sound for less is silenced when the edge says so', async () => {
  const rig = open({ plans: [{ ...PLAN, steps: [{ sirens: ['chot-1'] }] }] });
  await fire(rig);
  edgeSays(rig, on('chot-1', rig.clock.now));
  await passed(rig, 60);
  edgeSays(rig, off('chot-1'));
  expect(standing(rig)).toEqual({ 'chot-1': `1 ${rig.clock.now - 60_000}` });
  rig.sirens.look();
  expect(standing(rig)).toEqual({ 'chot-1': 'off' });
  edgeSays(rig, off('chot-1'));
  expect(timeline(rig, 1).at(-1)).toBe('silenced chot-1: horn is off');
});

test('a gateway that was killed tells on from the ledger: what sounds sounds, what was silenced meanwhile is silent', async () => {
  const rig = open();
  await fire(rig);
  const since = rig.clock.now;
  const again = rig.restart();
  start(again);
  expect(standing(again)).toEqual({ 'chot-1': `1 ${since}`, 'chot-2': `1 ${since}` });

  // Killed after it was written, before edges were told.
  again.book.acknowledge(1, 'lan', undefined);
  while (again.notices.follow());
  const third = again.restart();
  start(third);
  expect(standing(third)).toEqual({ 'chot-1': 'off', 'chot-2': 'off' });
});

test.each([
  ['an incident that grows', 'fire', 1],
  ['alerts by the hundred', 'air', 100],
] as const)('a storm is one sound, and is told to the edge a few times: %s', async (_, kind, calls) => {
  const rig = open({
    stations: [post('chot-1', { kind })],
    plans: [{ ...PLAN, kinds: [kind], steps: [{ sirens: ['chot-1'] }] }],
  });
  for (let second = 0; second < 20; second++) {
    for (let one = 0; one < 20; one++)
      rig.report({ station: 'chot-1', state: 'raised', limit: `nhiet-${second}-${one}` });
    await settled(rig);
    rig.clock.now += 1000;
    rig.sirens.look();
  }
  expect(rig.called.map(({ call }) => call.on)).toEqual([true, true]);
  expect(rig.ledger.db.prepare('SELECT count(*) AS count FROM siren_call').get()).toEqual({ count: calls });
});

test('that it was silent before says nothing of whether it is now', async () => {
  const rig = open({ plans: [{ ...PLAN, steps: [{ sirens: ['chot-1'] }] }] });
  edgeSays(rig, off('chot-1'));
  rig.clock.now += 1000;
  await fire(rig);
  rig.clock.now += 1000;
  rig.book.acknowledge(1, 'lan', undefined);
  await settled(rig);
  const again = rig.restart();
  start(again);
  expect(standing(again)).toEqual({ 'chot-1': 'off' });
  await passed(again, 60);
  expect(timeline(again, 1)).toEqual(['not confirmed chot-1 is to be silent: edge edge-a is offline']);
});

test('what is rolled back sounds nothing', async () => {
  const rig = open();
  await settled(rig);
  rig.report({ station: 'chot-1', state: 'raised' });
  rig.ledger.db.exec(
    "CREATE TRIGGER full BEFORE INSERT ON notice_progress BEGIN SELECT raise(ABORT, 'full'); END",
  );
  expect(() => rig.notices.follow()).toThrow('full');
  await nextTurn();
  expect(rig.called).toEqual([]);
  rig.ledger.db.exec('DROP TRIGGER full');
  await settled(rig);
  expect(rig.called).toHaveLength(2);
});
