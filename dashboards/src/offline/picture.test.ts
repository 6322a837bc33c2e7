import { expect, test } from 'vitest';
import { alert, NOW, reading, station } from '../samples.ts';
import { MOST_ALERTS, MOST_STATIONS, pictureOf } from './picture.ts';

const session = { name: 'minh', role: 'operator', areas: null } as const;
const readingsOf = () => [reading('ph')];

test('a picture is of one person, with the last values of each station', () => {
  const picture = pictureOf({
    session,
    heardAt: NOW,
    stations: [station('ho-1')],
    alerts: [alert('1')],
    readingsOf,
  });
  expect(picture).toMatchObject({ user: 'minh', heardAt: NOW, readings: [['ho-1', [{ parameter: 'ph' }]]] });
});

test('of too many stations those with an alert stay', () => {
  const stations = Array.from({ length: MOST_STATIONS + 50 }, (_, n) => station(`tram-${n}`));
  const last = `tram-${MOST_STATIONS + 49}`;
  const alerts = Array.from({ length: MOST_ALERTS + 5 }, (_, n) => alert(String(n), { station: last }));
  const picture = pictureOf({ session, heardAt: NOW, stations, alerts, readingsOf });
  expect([picture.stations.length, picture.readings.length, picture.alerts.length]).toEqual([
    MOST_STATIONS,
    MOST_STATIONS,
    MOST_ALERTS,
  ]);
  expect(picture.stations[0]?.id).toBe(last);
});
