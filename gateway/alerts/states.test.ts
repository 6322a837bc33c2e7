/** The states of an alert, each also over a restart: what is due is found in the ledger. */
import { expect, test } from 'vitest';
import { openBookRig } from '../../test/support/alert-book.ts';
import { testStation } from '../../test/support/station.ts';

const post = (id: string, latitude = 16) =>
  testStation({ id, kind: 'fire', latitude, parameters: [{ id: 'smoke', period_s: 1 }] });
const open = (settings: object = {}) => openBookRig({ settings, stations: [post('post-1')] });
const KEY = 'post-1/smoke/fire-smoke';
const NO_ESCALATION = { escalate_s: { critical: null, warning: null } };

test('a latched alert stays open after its condition is over until a person resets it', () => {
  let rig = open({ latch: [{ kind: 'fire', level: 'critical' }], ...NO_ESCALATION });
  rig.report({ station: 'post-1', state: 'raised' });
  expect(rig.book.reset(1, 'lan', undefined)).toBe('not latched');
  rig.clock.now += 1000;
  rig.report({ station: 'post-1', state: 'cleared' });
  rig = rig.restart();
  rig.watch();
  expect(rig.book.open()).toMatchObject([{ state: 'latched', acknowledged_by: null }]);
  // It is back: the same alert, and for people's eyes anew.
  rig.book.acknowledge(1, 'lan', undefined);
  expect(rig.book.open()).toMatchObject([{ state: 'latched', acknowledged_by: 'lan' }]);
  rig.clock.now += 1000;
  rig.report({ station: 'post-1', state: 'raised' });
  expect(rig.book.open()).toMatchObject([{ id: '1', state: 'active', acknowledged_by: null }]);
  rig.clock.now += 1000;
  rig.report({ station: 'post-1', state: 'cleared' });
  expect(rig.book.reset(1, 'lan', 'đã kiểm tra')).toMatchObject({ state: 'cleared' });
  expect(rig.book.open()).toEqual([]);
  expect(rig.book.transitions(1, 0, 100)?.at(-1)).toMatchObject({
    kind: 'reset',
    by: 'lan',
    reason: 'đã kiểm tra',
  });
});

test('a shelf keeps the condition quiet, over its end and a restart, and ends by itself', () => {
  let rig = open(NO_ESCALATION);
  rig.report({ station: 'post-1', state: 'raised' });
  expect(rig.book.shelve(1, 'lan', rig.clock.now + 600_000, 'đốt thử')).toMatchObject({
    state: 'active',
    shelved: { by: 'lan', reason: 'đốt thử' },
  });
  expect(rig.book.open()).toEqual([]);
  expect(rig.book.list({ state: 'quiet', limit: 10 })).toHaveLength(1);
  rig.clock.now += 60_000;
  rig.report({ station: 'post-1', state: 'cleared' });
  rig.clock.now += 60_000;
  // Another occurrence of the same condition is on the same shelf, and nobody has heard of it.
  rig.report({ station: 'post-1', state: 'raised' });
  expect(rig.book.open()).toEqual([]);
  expect(rig.told()).toEqual([`raised ${KEY}`, `changed ${KEY}`, `cleared ${KEY}`]);
  rig = rig.restart();
  rig.watch();
  expect(rig.book.open()).toEqual([]);
  rig.clock.now += 480_000;
  rig.watch();
  rig.watch();
  expect(rig.book.open()).toMatchObject([{ id: '2', state: 'active' }]);
  expect(rig.told().slice(3)).toEqual([`raised ${KEY}`]);
  expect(rig.book.unshelve(2, 'lan', undefined)).toBe('not shelved');
});

test('an alert that is unshelved by hand wakes up', () => {
  const rig = open();
  rig.report({ station: 'post-1', state: 'raised' });
  rig.book.shelve(1, 'lan', rig.clock.now + 600_000, 'đốt thử');
  rig.book.unshelve(1, 'minh', 'xong');
  expect(rig.book.open()).toHaveLength(1);
  expect(rig.book.transitions(1, 0, 100)?.at(-1)).toMatchObject({
    kind: 'unshelved',
    by: 'minh',
    reason: 'xong',
  });
});

test('out of service alarms are recorded and told to nobody; what stands when it is back is told', () => {
  let rig = open(NO_ESCALATION);
  const { outOfService } = rig.book;
  outOfService.put({ station: 'post-1', parameter: null, by: 'lan', reason: 'hiệu chuẩn', until: null });
  rig.report({ station: 'post-1', state: 'raised' });
  expect(rig.book.open()).toEqual([]);
  expect(rig.book.list({ state: 'quiet', limit: 10 })).toMatchObject([
    { out_of_service: { by: 'lan', reason: 'hiệu chuẩn', until: null } },
  ]);
  rig.clock.now += 1000;
  rig.report({ station: 'post-1', state: 'cleared' });
  rig.clock.now += 1000;
  rig.report({ station: 'post-1', state: 'raised' });
  rig = rig.restart();
  rig.watch();
  expect(rig.told()).toEqual([]);
  expect(rig.book.outOfService.end(1, 'lan')).toMatchObject({ ended_by: 'lan' });
  expect(rig.book.outOfService.end(1, 'lan')).toBe('ended');
  rig.watch();
  expect(rig.told()).toEqual([`raised ${KEY}`]);
  expect(rig.kinds(2)).toEqual(['raised', 'put out of service', 'back in service', 'joined incident']);
});

test('a point that is out of service for a time comes back by itself, and its neighbour was never out', () => {
  const rig = open();
  const until = rig.clock.now + 60_000;
  rig.book.outOfService.put({ station: 'post-1', parameter: 'co', by: 'lan', reason: 'thay đầu đo', until });
  rig.report({ station: 'post-1', state: 'raised', parameter: 'co' });
  rig.report({ station: 'post-1', state: 'raised' });
  expect(rig.book.open()).toMatchObject([{ parameter: 'smoke' }]);
  rig.clock.now = until;
  rig.watch();
  expect(rig.book.open()).toHaveLength(2);
  expect(rig.book.outOfService.list('active', 1000, 10)).toEqual([]);
  expect(rig.book.outOfService.list('all', 1000, 10)).toMatchObject([{ ended_at: until, ended_by: null }]);
});

test('what comes and goes is one alert that says so, and calms down', () => {
  let rig = open({ flapping: { raises: 4, within_s: 900, calm_s: 900 }, ...NO_ESCALATION });
  const swing = () => {
    rig.clock.now += 20_000;
    rig.report({ station: 'post-1', state: 'raised' });
    rig.clock.now += 20_000;
    rig.report({ station: 'post-1', state: 'cleared' });
  };
  for (let n = 0; n < 3; n++) swing();
  expect(rig.book.open()).toEqual([]);
  rig = rig.restart();
  for (let n = 0; n < 20; n++) swing();
  expect(rig.book.open()).toMatchObject([{ id: '4', state: 'active', flapping: { raises: 23 } }]);
  // Three times as ever, and then once that it flaps.
  expect(rig.told()).toHaveLength(7);
  expect(rig.kinds(4)?.slice(0, 5)).toEqual(['raised', 'flapping', 'joined incident', 'flapped', 'flapped']);
  rig.clock.now += 899_000;
  rig.watch();
  expect(rig.book.open()).toHaveLength(1);
  rig = rig.restart();
  rig.clock.now += 1000;
  rig.watch();
  expect(rig.book.open()).toEqual([]);
  expect(rig.told().at(-1)).toBe(`cleared ${KEY}`);
});

test('what flapped and stays is an ordinary alert again', () => {
  const rig = open({ flapping: { raises: 2, within_s: 900, calm_s: 60 } });
  for (const state of ['raised', 'cleared', 'raised'] as const) {
    rig.clock.now += 1000;
    rig.report({ station: 'post-1', state });
  }
  expect(rig.book.open()).toMatchObject([{ flapping: { raises: 2 } }]);
  rig.clock.now += 60_000;
  rig.watch();
  const [alert] = rig.book.open();
  expect(alert).toMatchObject({ state: 'active' });
  expect(alert?.flapping).toBeUndefined();
});

test('what nobody acknowledges is told once more, over a restart, and what was acknowledged is not', () => {
  let rig = open({ escalate_s: { critical: 300 } });
  rig.report({ station: 'post-1', state: 'raised' });
  rig.report({ station: 'post-1', state: 'raised', limit: 'taken' });
  rig.book.acknowledge(2, 'lan', undefined);
  rig.clock.now += 200_000;
  rig = rig.restart();
  rig.watch();
  expect(rig.book.open().map(({ escalated_at }) => escalated_at)).toEqual([undefined, undefined]);
  rig.clock.now += 100_000;
  rig.watch();
  rig = rig.restart();
  rig.watch();
  expect(rig.told().filter((line) => line.startsWith('escalated'))).toEqual([`escalated ${KEY}`]);
  expect(rig.book.get(1)).toMatchObject({ level: 'critical', escalated_at: rig.clock.now });
});

test('a worse level asks for a person anew', () => {
  const rig = open();
  rig.report({ station: 'post-1', state: 'raised', level: 'notice' });
  rig.book.acknowledge(1, 'lan', undefined);
  rig.report({ station: 'post-1', state: 'raised' }, 'flows');
  expect(rig.book.get(1)).toMatchObject({ level: 'critical', state: 'active', acknowledged_by: null });
});

test('a backlog of a night is historical and wakes nobody; what it leaves standing is told', () => {
  let rig = open(NO_ESCALATION);
  const night = rig.clock.now - 8 * 3_600_000;
  for (let hour = 0; hour < 6; hour++) {
    const at = night + hour * 3_600_000;
    rig.report({ station: 'post-1', state: 'raised', at });
    rig.report({ station: 'post-1', state: 'cleared', at: at + 600_000 });
  }
  rig.report({ station: 'post-1', state: 'raised', at: night + 6 * 3_600_000 });
  expect(rig.told()).toEqual([]);
  expect(rig.book.open()).toEqual([]);
  expect(rig.book.list({ state: 'historical', limit: 10 })).toHaveLength(7);
  rig = rig.restart();
  rig.clock.now += 60_000;
  rig.watch();
  expect(rig.book.open()).toMatchObject([{ id: '7', opened_at: night + 6 * 3_600_000 }]);
  expect(rig.told()).toEqual([`raised ${KEY}`]);
  expect(rig.kinds(7)?.[1]).toBe('found to stand');
});

test('an alarm that is marked historical stands beside what is of now, and is never told', () => {
  const rig = open(NO_ESCALATION);
  rig.report({ station: 'post-1', state: 'raised' });
  const at = rig.clock.now - 86_400_000;
  for (let n = 0; n < 2; n++)
    rig.report({ station: 'post-1', state: 'raised', at, historical: true }, 'flows');
  rig.clock.now += 3_600_000;
  rig.watch();
  rig.report({ station: 'post-1', state: 'cleared', at: at + 60_000, historical: true }, 'flows');
  expect(rig.book.list({ state: 'historical', limit: 10 })).toMatchObject([
    { opened_at: at, cleared_at: at + 60_000, state: 'cleared' },
  ]);
  expect(rig.book.open()).toMatchObject([{ state: 'active', reporters: ['edge-a'] }]);
  expect(rig.told().filter((line) => line.includes('historical'))).toEqual([]);
});

test('every transition has its person, reason and reading, and those that decided together', () => {
  const rig = open();
  const because = [{ station: 'post-1', parameter: 'co', at: rig.clock.now, value: 9 }] as const;
  rig.report({ station: 'post-1', state: 'raised', because: [...because] });
  rig.book.acknowledge(1, 'lan', 'đang đến');
  expect(rig.book.transitions(1, 0, 10)).toMatchObject([
    {
      kind: 'raised',
      by: 'edge-a',
      reading: { value: 1, because: [{ parameter: 'co', value: 9, unit: 'ug/m3' }] },
    },
    { kind: 'joined incident', by: null },
    { kind: 'acknowledged', by: 'lan', reason: 'đang đến', reading: null },
  ]);
  expect(rig.book.transitions(1, 2, 10)).toHaveLength(1);
  expect(rig.book.transitions(9, 0, 10)).toBeNull();
});
