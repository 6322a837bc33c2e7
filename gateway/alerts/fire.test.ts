/** A fire post tells one condition whose level rises: one fire is one alert that grows. */
import { expect, test } from 'vitest';
import { fireAlarm } from '../../devices/fire/report.ts';
import { fireSettingsSchema } from '../../devices/fire/settings.ts';
import { firePost, initialFireState } from '../../devices/fire-detection.ts';
import { openBookRig } from '../../test/support/alert-book.ts';
import { testStation } from '../../test/support/station.ts';

test('a suspicion that becomes a fire is one alert: critical, to be acknowledged anew, cleared once', () => {
  const parameters = [{ id: 'smoke', period_s: 10 } as const];
  const rig = openBookRig({ stations: [testStation({ id: 'post', kind: 'fire', parameters })] });
  const post = firePost(fireSettingsSchema.parse({}), [{ parameter: 'smoke', periodS: 10 }], null);
  const tell = (level: 0 | 1 | 2) => {
    rig.clock.now += 30_000;
    const alarm = fireAlarm(post, 'post', { ...initialFireState, level }, rig.clock.now);
    if (alarm !== null) rig.report(alarm);
  };
  tell(1);
  expect(rig.book.open()).toMatchObject([{ level: 'warning', state: 'active', limit: 'fire' }]);
  rig.book.acknowledge(1, 'ranger', undefined);
  // What an edge says again after a restart.
  tell(1);
  expect(rig.book.get(1)?.state).toBe('acknowledged');
  tell(2);
  expect(rig.book.open()).toMatchObject([
    { id: '1', level: 'critical', state: 'active', acknowledged_by: null },
  ]);
  tell(0);
  expect(rig.book.open()).toEqual([]);
  expect(rig.kinds(1)).toEqual(['raised', 'joined incident', 'acknowledged', 'worsened', 'cleared']);
  expect(rig.told()).toEqual(
    ['raised', 'changed', 'changed', 'cleared'].map((kind) => `${kind} post/fire_detection/fire`),
  );
});
