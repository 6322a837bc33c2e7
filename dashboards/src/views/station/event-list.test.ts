import { expect, test } from 'vitest';
import { alert } from '../../samples.ts';
import { byDay, eventsOf } from './event-list.ts';

const service = (id: string, since: number) => ({
  ...{ id, station: 'ho-1', parameter: null, by: 'a', reason: 'b', since, until: null },
  ...{ ended_at: null, ended_by: null },
});
const version = (n: number, at: number | null) => ({ version: n, at, by: null, reason: null, limits: [] });

test('alerts, times out of service and versions of limits are one line of time, newest first', () => {
  const events = eventsOf({
    alerts: [alert('2', { opened_at: 300 }), alert('1', { opened_at: 100 })],
    more: false,
    service: [service('7', 200)],
    versions: [version(1, 250), version(0, null)],
  });
  expect(events.map(({ id }) => id)).toEqual(['a2', 'l1', 's7', 'a1']);
});

test('while older alerts are not fetched, nothing older than those there is told', () => {
  const sources = { alerts: [alert('2', { opened_at: 300 })], service: [service('7', 200)], versions: [] };
  expect(eventsOf({ ...sources, more: true }).map(({ id }) => id)).toEqual(['a2']);
  expect(eventsOf({ ...sources, more: false }).map(({ id }) => id)).toEqual(['a2', 's7']);
});

test('a day is one of Vietnam', () => {
  const at = (text: string) => Date.parse(text);
  const events = eventsOf({
    alerts: [
      alert('2', { opened_at: at('2026-03-05T18:00:00Z') }),
      alert('1', { opened_at: at('2026-03-05T16:00:00Z') }),
    ],
    more: false,
    service: [],
    versions: [],
  });
  expect([...byDay(events).keys()]).toEqual(['2026-03-06', '2026-03-05']);
});
