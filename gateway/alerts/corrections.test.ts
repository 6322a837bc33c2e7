/** What a person says of an alert that was told wrongly: another level, or that it never was. */
import { expect, test } from 'vitest';
import { openBookRig } from '../../test/support/alert-book.ts';
import { testStation } from '../../test/support/station.ts';

const KEY = 'post-1/smoke/fire-smoke';
const open = () =>
  openBookRig({
    settings: { escalate_s: { critical: null, warning: null } },
    stations: [testStation({ id: 'post-1', kind: 'fire', parameters: [{ id: 'smoke', period_s: 1 }] })],
  });

test('a corrected level is told, and the one that was wrong does not come back by itself', () => {
  let rig = open();
  rig.report({ station: 'post-1', state: 'raised', level: 'warning' });
  expect(rig.book.correct(1, 'lan', 'warning', 'x')).toBe('has that level');
  expect(rig.book.correct(1, 'lan', 'notice', 'sương mù')).toMatchObject({
    level: 'notice',
    corrected: { by: 'lan', reason: 'sương mù', from: 'warning' },
  });
  rig = rig.restart();
  rig.report({ station: 'post-1', state: 'raised', level: 'warning' }, 'flows');
  expect(rig.book.get(1)).toMatchObject({ level: 'notice', reporters: ['edge-a', 'flows'] });
  rig.clock.now += 1000;
  rig.report({ station: 'post-1', state: 'raised', level: 'critical' }, 'flows');
  expect(rig.book.get(1)).toMatchObject({ level: 'critical' });
  expect(rig.book.get(1)?.corrected).toBeUndefined();
  expect(rig.told()).toEqual([`raised ${KEY}`, `corrected ${KEY}`, `changed ${KEY}`, `changed ${KEY}`]);
  expect(rig.book.transitions(1, 0, 10)?.find(({ kind }) => kind === 'corrected')).toMatchObject({
    by: 'lan',
    reason: 'sương mù',
  });
});

test('who took an alert has not seen that it is worse', () => {
  const rig = open();
  rig.report({ station: 'post-1', state: 'raised', level: 'notice' });
  rig.book.acknowledge(1, 'lan', undefined);
  rig.clock.now += 1000;
  expect(rig.book.correct(1, 'minh', 'critical', 'thấy lửa')).toMatchObject({
    state: 'active',
    acknowledged_by: null,
    announced_at: rig.clock.now,
  });
});

test('a retracted alert is cleared, told as retracted, and its reporter can open another', () => {
  const rig = open();
  rig.report({ station: 'post-1', state: 'raised' });
  rig.clock.now += 1000;
  expect(rig.book.retract(1, 'lan', 'diễn tập')).toMatchObject({
    state: 'cleared',
    cleared_at: rig.clock.now,
    reporters: [],
    retracted: { by: 'lan', reason: 'diễn tập' },
  });
  expect(rig.book.retract(1, 'lan', 'diễn tập')).toBe('retracted');
  expect(rig.book.correct(1, 'lan', 'notice', 'x')).toBe('retracted');
  rig.clock.now += 1000;
  rig.report({ station: 'post-1', state: 'cleared' });
  rig.clock.now += 1000;
  rig.report({ station: 'post-1', state: 'raised' });
  expect(rig.book.open()).toMatchObject([{ id: '2' }]);
  expect(rig.told()).toEqual([`raised ${KEY}`, `retracted ${KEY}`, `raised ${KEY}`]);
});

test('an alert that is over can be retracted too; of one that nobody was told of nothing is told', () => {
  const rig = open();
  rig.report({ station: 'post-1', state: 'raised' });
  const clearedAt = rig.clock.now + 1000;
  rig.clock.now = clearedAt;
  rig.report({ station: 'post-1', state: 'cleared' });
  rig.clock.now += 60_000;
  expect(rig.book.retract(1, 'lan', 'thử')).toMatchObject({ cleared_at: clearedAt });
  rig.book.outOfService.put({ station: 'post-1', parameter: null, by: 'lan', reason: 'thử', until: null });
  rig.report({ station: 'post-1', state: 'raised' });
  rig.book.correct(2, 'lan', 'notice', 'x');
  rig.book.retract(2, 'lan', 'x');
  expect(rig.book.retract(9, 'lan', 'x')).toBe('unknown');
  expect(rig.told()).toEqual([`raised ${KEY}`, `cleared ${KEY}`, `retracted ${KEY}`]);
});
