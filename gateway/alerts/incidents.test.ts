import { expect, test } from 'vitest';
import { openBookRig } from '../../test/support/alert-book.ts';
import { testStation } from '../../test/support/station.ts';

/** Posts along a meridian; a thousandth of a degree is 111 m. */
const post = (id: string, latitude: number, kind: 'fire' | 'air' = 'fire') =>
  testStation({ id, kind, latitude, longitude: 108, parameters: [{ id: 'smoke', period_s: 1 }] });
const POSTS = [
  post('west', 16),
  post('middle', 16.0135),
  post('east', 16.027),
  post('far', 16.2),
  post('town', 16.001, 'air'),
];

test('fire alarms within 2 km are one incident that grows, over a restart, until all are cleared', () => {
  let rig = openBookRig({ stations: POSTS });
  rig.report({ station: 'west', state: 'raised' });
  rig.report({ station: 'far', state: 'raised' });
  rig.report({ station: 'town', state: 'raised' });
  rig.report({ station: 'middle', state: 'raised', limit: 'dry', level: 'notice' });
  rig = rig.restart();
  rig.clock.now += 600_000;
  rig.report({ station: 'middle', state: 'raised' });
  expect(rig.book.incidents('open', 1000, 10)).toMatchObject([
    { id: '2', stations: ['far'] },
    { id: '1', stations: ['west', 'middle'], level: 'critical', last_at: rig.clock.now },
  ]);
  expect(rig.book.get(1)?.incident).toBe('1');
  rig.clock.now += 1000;
  for (const station of ['west', 'middle']) rig.report({ station, state: 'cleared' });
  expect(rig.book.incident(1)).toMatchObject({ state: 'closed', alerts: ['1', '5'] });
  expect(rig.book.incidents('open', 1000, 10)).toHaveLength(1);
  // Long after it is another fire.
  rig.clock.now += 2 * 3_600_000;
  rig.report({ station: 'west', state: 'raised' });
  expect(rig.book.incidents('open', 1000, 10)[0]).toMatchObject({ id: '3', stations: ['west'] });
});

test('a post that has a fire beside it and a low battery has one of them in its incident', () => {
  const rig = openBookRig({ stations: POSTS });
  rig.report({ station: 'west', state: 'raised' });
  rig.report({ station: 'west', state: 'raised', parameter: 'supply_voltage', limit: 'battery' });
  expect(rig.book.incidents('open', 1000, 10)).toMatchObject([{ alerts: ['1'] }]);
  expect(rig.book.get(2)?.incident).toBeUndefined();
});

test('an alarm between two incidents makes them one', () => {
  const rig = openBookRig({ stations: POSTS });
  rig.report({ station: 'west', state: 'raised' });
  rig.report({ station: 'east', state: 'raised' });
  expect(rig.book.incidents('open', 1000, 10)).toHaveLength(2);
  rig.report({ station: 'middle', state: 'raised' });
  expect(rig.book.incidents('open', 1000, 10)).toMatchObject([
    { id: '1', stations: ['west', 'east', 'middle'] },
  ]);
  expect(rig.book.transitions(2, 0, 10)?.at(-1)).toMatchObject({ kind: 'joined incident' });
});
