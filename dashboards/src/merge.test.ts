import { expect, test } from 'vitest';
import {
  byStation,
  inOrder,
  newCritical,
  pageTitle,
  raisedBy,
  withAlert,
  withReadings,
  withStations,
} from './merge.ts';
import { alert, NOW, reading, station } from './samples.ts';

const before = new Map([['ph', reading('ph', { value: 7, at: NOW - 5000 })]]);

test('a newer reading replaces the older one and leaves the other parameters', () => {
  const after = withReadings(before, [reading('turbidity'), reading('ph', { value: 8, at: NOW })]);
  expect(after.get('ph')?.value).toBe(8);
  expect([...after.keys()]).toEqual(['ph', 'turbidity']);
  expect(before.get('ph')?.value).toBe(7);
});

test('an older reading never undoes a newer one', () => {
  expect(withReadings(before, [reading('ph', { value: 1, at: NOW - 6000 })])).toBe(before);
});

test('a repeat with the same time may correct its flag', () => {
  expect(withReadings(before, [reading('ph', { at: NOW - 5000, flag: 3 })]).get('ph')?.flag).toBe(3);
});

test('a batch is told apart by station', () => {
  const groups = byStation([
    { ...reading('ph'), station: 'a' },
    { ...reading('ph'), station: 'b' },
    { ...reading('turbidity'), station: 'a' },
  ]);
  expect([...groups].map(([id, list]) => [id, list.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});

test('an alert joins, changes and leaves when it is cleared', () => {
  const opened = withAlert(new Map(), alert('1'));
  expect(opened.size).toBe(1);
  const taken = withAlert(opened, alert('1', { state: 'acknowledged', acknowledged_by: 'lan' }));
  expect(taken.get('1')?.acknowledged_by).toBe('lan');
  expect(withAlert(taken, alert('1', { state: 'cleared' })).size).toBe(0);
});

test('an alert that becomes quiet leaves, one that is latched stays and waits for somebody', () => {
  const opened = withAlert(new Map(), alert('1'));
  const shelved = { by: 'lan', reason: 'đốt thử', since: NOW, until: NOW + 60_000 };
  expect(withAlert(opened, alert('1', { shelved })).size).toBe(0);
  expect(withAlert(opened, alert('2', { historical: true }))).toBe(opened);
  const latched = withAlert(opened, alert('1', { state: 'latched' }));
  expect(pageTitle(latched)).toBe('(1) Quantrac');
  const seen = withAlert(latched, alert('1', { state: 'latched', acknowledged_by: 'lan' }));
  expect([seen.size, pageTitle(seen)]).toEqual([1, 'Quantrac']);
});

test('the end of an alert that was never shown changes nothing', () => {
  const none = new Map();
  expect(withAlert(none, alert('1', { state: 'cleared' }))).toBe(none);
});

test('a station is replaced by its own news only', () => {
  const stations = new Map([['a', station('a')]]);
  const after = withStations(stations, [station('b'), station('a', { status: 'silent' })]);
  expect([...after.values()].map(({ id, status }) => [id, status])).toEqual([
    ['a', 'silent'],
    ['b', 'live'],
  ]);
});

test('what nobody has acknowledged comes first, then the worst, then the newest', () => {
  const alerts = new Map(
    [
      alert('taken', { level: 'critical', state: 'acknowledged' }),
      alert('notice', { level: 'notice' }),
      alert('old', { level: 'warning', opened_at: NOW - 9000 }),
      alert('young', { level: 'warning', opened_at: NOW - 1000 }),
      alert('critical', { level: 'critical' }),
    ].map((one) => [one.id, one]),
  );
  expect(inOrder(alerts).map(({ id }) => id)).toEqual(['critical', 'young', 'old', 'notice', 'taken']);
});

test('only critical alerts that are new and unacknowledged are announced', () => {
  const known = new Map([['1', alert('1', { level: 'critical' })]]);
  const after = new Map([
    ...known,
    ['2', alert('2', { level: 'critical' })],
    ['3', alert('3', { level: 'critical', state: 'acknowledged' })],
    ['4', alert('4', { level: 'warning' })],
  ]);
  expect(newCritical(known, after).map(({ id }) => id)).toEqual(['2']);
});

test('a critical alert is news as well when it has grown worse, or is back after somebody took it', () => {
  const before = new Map([
    ['1', alert('1', { level: 'warning' })],
    ['2', alert('2', { level: 'critical', state: 'acknowledged', acknowledged_by: 'lan' })],
    ['3', alert('3', { level: 'critical' })],
  ]);
  const after = new Map([...before.keys()].map((id) => [id, alert(id, { level: 'critical' })]));
  expect(newCritical(before, after).map(({ id }) => id)).toEqual(['1', '2']);
});

test('the title counts what waits and marks a critical alert', () => {
  expect(pageTitle(new Map())).toBe('Quantrac');
  expect(pageTitle(new Map([['1', alert('1', { state: 'acknowledged' })]]))).toBe('Quantrac');
  expect(pageTitle(new Map([['1', alert('1')]]))).toBe('(1) Quantrac');
  expect(pageTitle(new Map([['1', alert('1', { level: 'critical' })]]))).toBe('⚠ (1) Quantrac');
});

test('the newest reading that raised an alert is its evidence', () => {
  const item = (state: 'raised' | 'cleared', value: number) => ({
    at: NOW,
    value,
    threshold: 5,
    unit: 'pH',
    state,
    reporter: 'flows',
  });
  const evidence = [item('raised', 4), item('raised', 3), item('cleared', 6)];
  expect(raisedBy(alert('1', { evidence }))?.value).toBe(3);
  expect(raisedBy(alert('1'))).toBeUndefined();
});
