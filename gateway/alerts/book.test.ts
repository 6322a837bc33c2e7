import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Alarm, Inventory } from '../../devices/wire/messages.ts';
import { testStation } from '../../test/support/station.ts';
import { createCatalog } from '../catalog.ts';
import { createFeed } from '../ioc/feed.ts';
import { openLedger } from '../ledger.ts';
import { createLiveReadings } from '../live.ts';
import { watchOnce } from '../watch.ts';
import { createAlertBook } from './book.ts';

const inventory: Inventory = {
  stations: [
    testStation({
      id: 'post-1',
      kind: 'fire',
      origin: { vi: 'bản ghi', en: 'a recording' },
      parameters: [{ id: 'smoke', period_s: 1 }],
    }),
  ],
};

const alarm = (second: number, state: Alarm['state'], fields: Partial<Alarm> = {}): Alarm => ({
  station: 'post-1',
  parameter: 'smoke',
  limit: 'fire-smoke',
  state,
  level: 'critical',
  at: second * 1000,
  value: state === 'raised' ? 1 : 0,
  threshold: 1,
  ...fields,
});

function openBook(folder = mkdtempSync(join(tmpdir(), 'quantrac-book-'))) {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const ledger = openLedger(folder);
  const catalog = createCatalog(ledger, now);
  catalog.announce('edge-a', inventory);
  const feed = createFeed(ledger, now);
  const changes: string[] = [];
  const book = createAlertBook({
    ledger,
    catalog,
    feed,
    now,
    onChange: (alert) => changes.push(alert.state),
  });
  return { book, feed, catalog, changes, clock, folder, close: () => ledger.close() };
}

const kinds = (feed: ReturnType<typeof openBook>['feed']) => feed.after(0, 100).map(({ kind }) => kind);

test('one condition is one alert, whoever reports it, and clears when nobody reports it any more', () => {
  const { book, feed } = openBook();
  book.report(alarm(1, 'raised'), 'edge-a');
  book.report(alarm(2, 'raised'), 'flows');
  expect(book.list({ state: 'open', limit: 10 })).toMatchObject([
    {
      key: 'post-1/smoke/fire-smoke',
      state: 'active',
      reporters: ['edge-a', 'flows'],
      opened_at: 1000,
      origin: { en: 'a recording' },
    },
  ]);
  book.report(alarm(10, 'cleared'), 'flows');
  expect(book.open()).toMatchObject([{ state: 'active', reporters: ['edge-a'] }]);
  book.report(alarm(11, 'cleared'), 'edge-a');
  expect(book.open()).toEqual([]);
  expect(book.list({ state: 'cleared', limit: 10 })).toMatchObject([{ cleared_at: 11_000 }]);
  expect(kinds(feed)).toEqual(['alert.raised', 'alert.changed', 'alert.changed', 'alert.cleared']);
  expect(feed.after(0, 100).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
});

test('repeats and messages older than one already taken change nothing', () => {
  const { book, feed } = openBook();
  book.report(alarm(1, 'raised'), 'edge-a');
  book.report(alarm(1, 'raised'), 'edge-a');
  book.report(alarm(5, 'cleared'), 'edge-a');
  book.report(alarm(1, 'raised'), 'edge-a');
  book.report(alarm(4, 'raised'), 'edge-a');
  expect(book.open()).toEqual([]);
  expect(kinds(feed)).toEqual(['alert.raised', 'alert.cleared']);
});

test('a reporter that never reported an alert cannot clear it', () => {
  const { book } = openBook();
  book.report(alarm(1, 'raised'), 'edge-a');
  book.report(alarm(2, 'cleared'), 'flows');
  expect(book.open()).toHaveLength(1);
});

test('acknowledging keeps it open until it clears; a cleared one cannot be acknowledged', () => {
  const { book } = openBook();
  book.report(alarm(1, 'raised'), 'edge-a');
  expect(book.acknowledge(1, 'lan', 'going there')).toMatchObject({
    state: 'acknowledged',
    acknowledged_by: 'lan',
    notes: [{ by: 'lan', text: 'going there' }],
  });
  expect(book.open()).toHaveLength(1);
  book.report(alarm(2, 'cleared'), 'edge-a');
  expect(book.get(1)).toMatchObject({ state: 'cleared', acknowledged_by: 'lan' });
  expect(book.acknowledge(1, 'lan', undefined)).toBe('cleared');
  expect(book.acknowledge(2, 'lan', undefined)).toBe('unknown');
});

test('a restart neither repeats nor forgets', () => {
  const first = openBook();
  first.book.report(alarm(1, 'raised'), 'edge-a');
  first.close();
  const second = openBook(first.folder);
  expect(second.book.open()).toMatchObject([{ id: '1', state: 'active' }]);
  second.book.report(alarm(1, 'raised'), 'edge-a');
  expect(second.changes).toEqual([]);
  second.book.report(alarm(2, 'cleared'), 'edge-a');
  expect(second.book.open()).toEqual([]);
});

test('when its data stop an alert stands, unverified, until good data come again', () => {
  const { book, catalog, clock } = openBook();
  const live = createLiveReadings();
  const watch = () =>
    watchOnce({ alerts: book, catalog, live, silence: { findings: () => [] }, now: () => clock.now });
  const reading = (at: number, flag: 1 | 9) =>
    live.update([
      {
        station: 'post-1',
        parameter: 'smoke',
        at,
        value: flag === 1 ? 1 : null,
        flag,
        reason: null,
        receivedAt: at,
      },
    ]);
  book.report(alarm(1000, 'raised'), 'edge-a');
  reading(clock.now, 1);
  watch();
  expect(book.open()).toMatchObject([{ state: 'active', unverified: false }]);
  clock.now += 10_000;
  reading(clock.now, 9);
  watch();
  // Ten seconds without a good reading are no silence yet.
  expect(book.open()).toMatchObject([{ state: 'active', unverified: false }]);
  clock.now += 51_000;
  watch();
  expect(book.open()).toMatchObject([{ state: 'active', unverified: true }]);
  reading(clock.now, 9);
  watch();
  expect(book.open()).toMatchObject([{ unverified: true }]);
  reading(clock.now + 1, 1);
  watch();
  expect(book.open()).toMatchObject([{ state: 'active', unverified: false }]);
});

test('the worst open level of a point is known and forgotten when it clears', () => {
  const { book } = openBook();
  expect(book.levelOf('post-1', 'smoke')).toBeNull();
  book.report(alarm(1, 'raised', { limit: 'a', level: 'notice' }), 'edge-a');
  book.report(alarm(1, 'raised', { limit: 'b', level: 'warning' }), 'edge-a');
  expect(book.levelOf('post-1', 'smoke')).toBe('warning');
  book.report(alarm(2, 'cleared', { limit: 'b' }), 'edge-a');
  expect(book.levelOf('post-1', 'smoke')).toBe('notice');
});

test('lists page by cursor', () => {
  const { book } = openBook();
  for (let n = 1; n <= 5; n++) book.report(alarm(n, 'raised', { limit: `limit-${n}` }), 'edge-a');
  const first = book.list({ state: 'all', limit: 2 });
  expect(first.map(({ id }) => id)).toEqual(['5', '4']);
  expect(book.list({ state: 'all', limit: 2, before: 4 }).map(({ id }) => id)).toEqual(['3', '2']);
  expect(book.list({ state: 'all', limit: 10, station: 'other' })).toEqual([]);
});
