import { expect, test } from 'vitest';
import { alert } from '../../samples.ts';
import { byDay, type EventKind, eventsOf } from './event-list.ts';
import { NONE } from './newest.ts';

const service = (id: string, since: number) => ({
  ...{ id, station: 'ho-1', parameter: null, by: 'a', reason: 'b', since, until: null },
  ...{ ended_at: null, ended_by: null },
});
const version = (n: number, at: number | null) => ({ version: n, at, by: null, reason: null, limits: [] });
const whole = <T>(...items: T[]) => ({ items, more: false });
const part = <T>(...items: T[]) => ({ items, more: true });

test('alerts, times out of service and versions of limits are one line of time, newest first', () => {
  const { events, since } = eventsOf(
    {
      alerts: whole(alert('2', { opened_at: 300 }), alert('1', { opened_at: 100 })),
      service: whole(service('7', 200)),
      versions: whole(version(1, 250), version(0, null)),
    },
    'all',
  );
  expect(events.map(({ id }) => id)).toEqual(['a2', 'l1', 's7', 'a1']);
  expect(since).toBeNull();
});

test('the list ends where the first book has more that is not fetched, and says where', () => {
  const list = (kind: EventKind | 'all', alerts = part, entries: typeof part = whole) => {
    const sources = {
      alerts: alerts(alert('2', { opened_at: 300 }), alert('1', { opened_at: 150 })),
      service: entries(service('8', 350), service('7', 200)),
      versions: whole(version(1, 100)),
    };
    const { events, since } = eventsOf(sources, kind);
    return [events.map(({ id }) => id).join(' '), since];
  };
  expect(list('all')).toEqual(['s8 a2 s7 a1', 150]);
  expect(list('all', part, part)).toEqual(['s8 a2 s7', 200]);
  expect(list('all', whole)).toEqual(['s8 a2 s7 a1 l1', null]);
});

test('of one kind only its own book has an end', () => {
  const sources = {
    alerts: part(alert('2', { opened_at: 300 })),
    service: whole(service('7', 200)),
    versions: NONE,
  };
  expect(eventsOf(sources, 'service')).toMatchObject({ events: [{ id: 's7' }], since: null });
  expect(eventsOf(sources, 'alert')).toMatchObject({ events: [{ id: 'a2' }], since: 300 });
});

test('a day is one of Vietnam', () => {
  const at = (text: string) => Date.parse(text);
  const { events } = eventsOf(
    {
      alerts: whole(
        alert('2', { opened_at: at('2026-03-05T18:00:00Z') }),
        alert('1', { opened_at: at('2026-03-05T16:00:00Z') }),
      ),
      service: NONE,
      versions: NONE,
    },
    'all',
  );
  expect([...byDay(events).keys()]).toEqual(['2026-03-06', '2026-03-05']);
});
