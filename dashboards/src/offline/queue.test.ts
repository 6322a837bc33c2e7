import { expect, test } from 'vitest';
import { alert, NOW } from '../samples.ts';
import { nextStep, type Queued, seenOf } from './queue.ts';

const item: Queued = {
  id: 1,
  user: 'minh',
  alert: '1',
  what: 'Khói tại Chốt 1',
  note: 'Đang đến',
  at: NOW - 60_000,
  seen: { level: 'warning', announced_at: NOW - 300_000 },
};
const waiting = { announced_at: NOW - 300_000 };

test('what still waits is acknowledged', () => {
  expect(nextStep(item, alert('1', waiting), NOW)).toEqual({ kind: 'acknowledge' });
});

test('an answer that was lost is not asked for twice, nor its note written twice', () => {
  const mine = { ...waiting, acknowledged_by: 'minh', acknowledged_at: NOW - 5000 };
  const notes = [{ at: NOW - 5000, by: 'minh', text: 'Đang đến' }];
  const end = { kind: 'end', outcome: { kind: 'done', at: NOW - 5000 } };
  expect(nextStep(item, alert('1', { ...mine, notes }), NOW)).toEqual({ ...end, note: false });
  expect(nextStep(item, alert('1', mine), NOW)).toEqual({ ...end, note: true });
});

test("a note that arrived is not written twice, however wrong the phone's clock is, and said anew when it was said before", () => {
  const mine = { ...waiting, acknowledged_by: 'minh', acknowledged_at: NOW - 5000 };
  const before = { at: NOW - 500_000, by: 'minh', text: 'Đang đến' };
  const arrived = { ...before, at: NOW - 5000 };
  const pressed = { ...item, at: NOW + 86_400_000 };
  const first = { ...pressed, seen: seenOf(alert('1', waiting), 'minh', 'Đang đến') };
  expect(nextStep(first, alert('1', { ...mine, notes: [arrived] }), NOW)).toMatchObject({ note: false });
  const again = { ...pressed, seen: seenOf(alert('1', { ...waiting, notes: [before] }), 'minh', 'Đang đến') };
  expect(nextStep(again, alert('1', { ...mine, notes: [before] }), NOW)).toMatchObject({ note: true });
  expect(nextStep(again, alert('1', { ...mine, notes: [before, arrived] }), NOW)).toMatchObject({
    note: false,
  });
});

test('what another has taken stays his, and the note is added', () => {
  const taken = { ...waiting, acknowledged_by: 'lan', acknowledged_at: NOW - 9000 };
  expect(nextStep(item, alert('1', taken), NOW)).toEqual({
    kind: 'end',
    outcome: { kind: 'taken', by: 'lan', at: NOW - 9000 },
    note: true,
  });
});

test('what is over is not acknowledged', () => {
  const over = alert('1', { ...waiting, state: 'cleared', cleared_at: NOW - 7000 });
  const { note: _, ...silent } = item;
  expect(nextStep(silent, over, NOW)).toEqual({
    kind: 'end',
    outcome: { kind: 'cleared', at: NOW - 7000 },
    note: false,
  });
});

test.each([
  ['has grown worse', { ...waiting, level: 'critical' as const }],
  ['came back', { announced_at: NOW - 10_000 }],
])('an alert that %s since the press is not acknowledged: he has not seen that', (_, now) => {
  expect(nextStep(item, alert('1', now), NOW)).toMatchObject({ outcome: { kind: 'changed', at: NOW } });
});
