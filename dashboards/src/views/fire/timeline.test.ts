import { expect, test } from 'vitest';
import type { TransitionAnswer } from '../../../../devices/wire/api.ts';
import { alert, NOW } from '../../samples.ts';
import { worstOpen } from './incident-state.ts';
import { eventsOf, isTelling } from './timeline.ts';

const MINUTE = 60_000;
let id = 0;
const transition = (
  fields: Partial<TransitionAnswer> & Pick<TransitionAnswer, 'kind'>,
): TransitionAnswer => ({
  ...{ id: String(++id), alert: '1', at: NOW, by: null, reason: null, reading: null },
  ...fields,
});
const seen = (at: number): TransitionAnswer['reading'] => ({
  ...{ at, value: 1, threshold: 1, unit: 'index', state: 'raised', reporter: 'hop-hoa-vang' },
});
const alerts = [alert('1'), alert('2')];

test('what happened stands by the time of its reading, and says when it arrived much later', () => {
  const events = eventsOf(
    [
      transition({ kind: 'acknowledged', at: NOW - MINUTE, by: 'ranger' }),
      transition({ kind: 'raised', alert: '2', at: NOW, reading: seen(NOW - 14 * MINUTE) }),
      transition({ kind: 'raised', at: NOW - 3 * MINUTE, reading: seen(NOW - 3 * MINUTE - 2000) }),
    ],
    alerts,
  );
  expect(events.map(({ kind, alert: { id: of }, arrivedAt }) => [kind, of, arrivedAt])).toEqual([
    ['raised', '2', NOW],
    ['raised', '1', null],
    ['acknowledged', '1', null],
  ]);
});

test('that an alert belongs to the incident it opens is no event; that it came to another one is', () => {
  const events = eventsOf(
    [
      transition({ kind: 'raised' }),
      transition({ kind: 'joined incident' }),
      transition({ kind: 'joined incident', at: NOW + 5 * MINUTE }),
      transition({ kind: 'raised', alert: 'of nobody' }),
    ],
    alerts,
  );
  expect(events.map(({ kind }) => kind)).toEqual(['raised', 'joined incident']);
});

test('who was told is kept apart from what happened', () => {
  const events = eventsOf([transition({ kind: 'told' }), transition({ kind: 'worsened' })], alerts);
  expect(events.map(isTelling)).toEqual([true, false]);
});

test('a post shows the worst of what is still open, and nothing when all is over', () => {
  const open = alert('3', { level: 'warning', state: 'acknowledged' });
  expect(worstOpen([open, alert('4', { level: 'critical', state: 'cleared' })])).toBe('warning');
  expect(worstOpen([open, alert('5', { level: 'critical', state: 'latched' })])).toBe('critical');
  expect(worstOpen([alert('6', { state: 'cleared' })])).toBeNull();
});
