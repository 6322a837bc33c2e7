import { expect, test } from 'vitest';
import { isTooFine, loadDay } from './day-series.ts';
import { DAY_MS, type Point } from './series.ts';

const NOW = Math.floor(1_750_000_000_000 / 150_000) * 150_000;
const MINUTE = 60_000;

/** A gateway whose series began so long ago, with one value an interval; it remembers what it was asked. */
function gateway(beganMs: number) {
  const asked: [from: number, to: number, everyS: number][] = [];
  const ask = async (from: number, to: number, everyS: number): Promise<Point[]> => {
    asked.push([from, to, everyS]);
    const points: Point[] = [];
    const step = everyS * 1000;
    for (let at = Math.floor(Math.max(from, NOW - beganMs) / step) * step; at <= to; at += step) {
      points.push([at, 1, 1]);
    }
    return points;
  };
  return { ask, asked };
}

test('a day that is full is asked for once', async () => {
  const { ask, asked } = gateway(DAY_MS);
  const day = await loadDay(ask, 2, NOW);
  expect(asked).toEqual([[NOW - DAY_MS, NOW, 150]]);
  expect(day.everyS).toBe(150);
});

test('a series that began 20 minutes ago is asked for again in finer steps', async () => {
  const { ask, asked } = gateway(20 * MINUTE);
  const day = await loadDay(ask, 2, NOW);
  expect(asked[1]).toEqual([NOW - 20 * MINUTE, NOW, 2]);
  expect(day.everyS).toBe(2);
  expect(day.series.points).toHaveLength(601);
});

test('a slow series is not asked for in steps finer than its period', async () => {
  const { ask, asked } = gateway(20 * MINUTE);
  expect((await loadDay(ask, 300, NOW)).everyS).toBe(300);
  expect(asked).toHaveLength(1);
});

test('a day without any data is asked for once', async () => {
  const asked: number[] = [];
  const day = await loadDay(
    async (_, __, everyS) => {
      asked.push(everyS);
      return [];
    },
    2,
    NOW,
  );
  expect(asked).toEqual([150]);
  expect(day.series.points).toEqual([]);
});

test('a young series becomes too fine as it grows', async () => {
  const day = await loadDay(gateway(20 * MINUTE).ask, 1, NOW);
  expect(isTooFine(day, 1, NOW)).toBe(false);
  expect(isTooFine(day, 1, NOW + 3 * 3_600_000)).toBe(true);
});
