import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testStation } from '../../test/support/station.ts';
import { createCatalog } from '../catalog.ts';
import { openLedger } from '../ledger.ts';
import { createPeriods, expectedWithin } from './periods.ts';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 2, 5, 6);
const always = (periodS: number) => [{ since: 0, until: Number.POSITIVE_INFINITY, periodS }];

test('due times of parts add up to those of the whole, also for periods that divide no hour', () => {
  for (const periodS of [0.5, 7, 10, 300, 5400, 86_400]) {
    const day = expectedWithin(always(periodS), T0, T0 + 24 * HOUR);
    let sum = 0;
    for (let hour = 0; hour < 24; hour++)
      sum += expectedWithin(always(periodS), T0 + hour * HOUR, T0 + (hour + 1) * HOUR);
    expect([periodS, sum]).toEqual([periodS, day]);
    expect(Math.abs(day - 86_400 / periodS)).toBeLessThan(1);
  }
  expect(expectedWithin(always(300), T0, T0 + HOUR)).toBe(12);
});

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-periods-'));
  const ledger = openLedger(folder);
  onTestFinished(() => {
    ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let now = T0;
  const catalog = createCatalog(ledger, () => now);
  const announce = (at: number, ph: number, ...stations: string[]) => {
    now = at;
    catalog.announce('edge-a', {
      stations: stations.map((id) => testStation({ id, parameters: [{ id: 'ph', period_s: ph }] })),
    });
  };
  return { announce, due: (from: number, to: number) => dueOf(from, to), periods: createPeriods(ledger) };
  function dueOf(from: number, to: number): number {
    return expectedWithin(createPeriods(ledger).of('s').get('ph') ?? [], from, to);
  }
}

test('a period that changes in the middle of an hour holds from there on, and the past stays as it was', () => {
  const { announce, due, periods } = setUp();
  announce(T0, 10, 's');
  announce(T0 + HOUR / 4, 10, 's');
  announce(T0 + HOUR / 2, 60, 's');
  expect(due(T0, T0 + HOUR)).toBe(180 + 30);
  expect(due(T0 + HOUR, T0 + 2 * HOUR)).toBe(60);
  expect(periods.of('s').get('ph')).toHaveLength(2);
});

test('nothing is expected before a point is announced, nor after it is withdrawn', () => {
  const { announce, due } = setUp();
  announce(T0, 10, 's');
  announce(T0 + HOUR, 10);
  announce(T0 + 3 * HOUR, 10, 's');
  expect(due(T0 - HOUR, T0)).toBe(0);
  expect(due(T0, T0 + HOUR)).toBe(360);
  expect(due(T0 + HOUR, T0 + 3 * HOUR)).toBe(0);
  expect(due(T0 + 3 * HOUR, T0 + 4 * HOUR)).toBe(360);
});
