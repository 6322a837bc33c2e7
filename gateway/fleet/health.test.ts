import { expect, test } from 'vitest';
import type { EdgeStatus } from '../../devices/wire/messages.ts';
import { openScratchLedger } from '../ledger.ts';
import { createEdgeHealth, numbersOf } from './health.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const status = (busy: number, free_mb = 500, error: string | null = null): EdgeStatus => ({
  online: true,
  clock: { trusted: true, reason: null },
  lines: [
    { id: 'a', busy: 0.1, units: [{ instrument: 's/i', error: null }] },
    { id: 'b', busy, units: [{ instrument: 's/j', error }] },
  ],
  outbox: { megabytes: 1, of_megabytes: 256, holds_hours: 700 },
  waiting: { alarms: 1, live: 2, backlog: 3 },
  system: { disk: { free_mb, total_mb: 1000 }, load: 0.5, temperature: 48.3 },
});

function open(start = 1_800_000_000_000) {
  const time = { now: start };
  const ledger = openScratchLedger();
  return { time, ledger, health: createEdgeHealth(ledger, () => time.now) };
}

test('of a status its worst line, its failing instruments and what is left are numbers', () => {
  expect(numbersOf(status(0.7, 500, 'no answer'))).toEqual({
    busy: 0.7,
    units: 2,
    failing: 1,
    outbox_hours: 700,
    waiting: 6,
    disk_free_mb: 500,
    memory_free_mb: null,
    process_mb: null,
    load: 0.5,
    temperature: 48.3,
    clock_trusted: true,
  });
  expect(new Set(Object.values(numbersOf({ online: true })))).toEqual(new Set([null]));
});

test('a row is kept every five minutes, whatever comes between, over a start, and also after the clock was set back', () => {
  const { time, ledger, health } = open();
  const from = time.now - DAY;
  for (let minute = 0; minute < 12; minute++, time.now += MINUTE) health.heard('hop-1', status(minute / 100));
  const again = createEdgeHealth(ledger, () => time.now);
  time.now -= MINUTE;
  again.heard('hop-1', status(0.99));
  const busy = () => again.history('hop-1', from, time.now + DAY, 100).points.map((point) => point.busy);
  expect(busy()).toEqual([0.1, 0.1, 0.1]);
  expect(again.history('hop-1', from, time.now + DAY, 2)).toMatchObject({ cut: true });
  time.now -= 2 * 3_600_000;
  again.heard('hop-1', status(0.5));
  expect(busy()).toHaveLength(4);
});

test('an edge that is away has no row', () => {
  const { time, health } = open();
  health.heard('hop-1', { online: false });
  expect(health.history('hop-1', 0, time.now + 1, 10).points).toEqual([]);
});

test('what is older than 30 days becomes the worst of each hour, and after 400 days it is let go', () => {
  const { time, health } = open(1_800_000_000_000 - (1_800_000_000_000 % 3_600_000));
  const start = time.now;
  for (let row = 0; row < 24; row++, time.now += 5 * MINUTE)
    health.heard('hop-1', status((20 + row) / 100, 500 - row));
  const rows = () => health.history('hop-1', 0, time.now + 1, 100).points;
  time.now = start + 30 * DAY;
  health.thin();
  expect(rows()).toHaveLength(24);
  time.now = start + 31 * DAY;
  health.thin();
  const worst = [
    { at: start, busy: 0.31, disk_free_mb: 489, clock_trusted: true },
    { at: start + 60 * MINUTE, busy: 0.43, disk_free_mb: 477 },
  ];
  expect(rows()).toMatchObject(worst);
  health.thin();
  expect(rows()).toMatchObject(worst);
  time.now = start + 401 * DAY;
  health.thin();
  expect(rows()).toEqual([]);
});
