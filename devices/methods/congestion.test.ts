import { describe, expect, test } from 'vitest';
import {
  type CongestionState,
  congestionSettingsSchema,
  freeFlowSpeed,
  initialCongestion,
  PROPOSED_CONGESTION,
  stepCongestion,
} from './congestion.ts';

const FREE_FLOW_KMH = 50;
type Interval = readonly [minute: number, speedKmh: number | null, occupancyPercent?: number | null];

/** The phase after each interval of a minute; free flow is 50 km/h, so that 20 and 27.5 km/h are 40 and 55 %. */
function phases(intervals: readonly Interval[], freeFlowKmh: number | null = FREE_FLOW_KMH): string {
  let state: CongestionState = initialCongestion;
  return intervals
    .map(([minute, speedKmh, occupancyPercent = 30]) => {
      const interval = { at: minute * 60_000, intervalS: 60, speedKmh, occupancyPercent };
      // Through JSON, as it is kept.
      state = JSON.parse(
        JSON.stringify(stepCongestion(state, interval, freeFlowKmh, PROPOSED_CONGESTION)),
      ) as CongestionState;
      return state.phase[0];
    })
    .join('');
}

const minutes = (speeds: readonly (number | null)[]): Interval[] =>
  speeds.map((speed, index) => [index + 1, speed]);

describe('congestion', () => {
  test('needs three intervals in a row to raise and three to clear', () => {
    expect(phases(minutes([45, 45, 45, 19, 19, 19, 28, 28, 28]))).toBe('uufffcccf');
  });

  test('is below 40 %, clears above 55 %, and keeps its phase between them', () => {
    expect(phases(minutes([45, 45, 45, 20, 20, 20, 20]))).toBe('uufffff');
    expect(phases(minutes([19, 19, 19, 27.5, 27.5, 27.5, 27.5]))).toBe('uuccccc');
  });

  test('one interval between ends the row', () => {
    expect(phases(minutes([45, 45, 45, 19, 19, 30, 19, 19, 19]))).toBe('uuffffffc');
    expect(phases(minutes([19, 19, 19, 28, 28, 22, 28, 28, 28]))).toBe('uuccccccf');
  });

  test('slow but few vehicles are no congestion', () => {
    const slow = (occupancy: number | null): Interval[] =>
      [1, 2, 3, 4].map((minute) => [minute, 5, occupancy]);
    expect(phases(slow(25))).toBe('uuuu');
    expect(phases(slow(25.1))).toBe('uucc');
    expect(phases(slow(null))).toBe('uuuu');
  });

  test('clears by speed alone', () => {
    const after = [4, 5, 6].map((minute): Interval => [minute, 40, null]);
    expect(phases([...minutes([19, 19, 19]), ...after])).toBe('uucccf');
  });

  test('does not clear because data stopped', () => {
    expect(phases(minutes([19, 19, 19, null, null, null, null]))).toBe('uuccccc');
    expect(phases(minutes([19, 19, 19, 40, 40, null, 40, 40, 40]))).toBe('uuccccccf');
  });

  test('a missing interval ends the row, one that is a little late does not', () => {
    expect(
      phases([
        [1, 19],
        [2, 19],
        [4, 19],
        [5, 19],
        [6, 19],
      ]),
    ).toBe('uuuuc');
    expect(
      phases([
        [1, 19],
        [2.4, 19],
        [3.8, 19],
      ]),
    ).toBe('uuc');
  });

  test('an interval that comes again, or late, counts for nothing', () => {
    expect(
      phases([
        [1, 19],
        [2, 19],
        [2, 19],
        [1, 19],
        [3, 19],
      ]),
    ).toBe('uuuuc');
  });

  test('is not decided while the free-flow speed is not known', () => {
    expect(phases(minutes([19, 19, 19, 45, 45, 45]), null)).toBe('uuuuuu');
  });

  test('a share to clear below the share to raise is refused by name', () => {
    const fault = congestionSettingsSchema.safeParse({ ...PROPOSED_CONGESTION, clear_percent: 39 });
    expect(fault.error?.issues[0]).toMatchObject({
      path: ['clear_percent'],
      message: 'clear_percent 39 is below raise_percent 40: it must not be',
    });
    expect(congestionSettingsSchema.parse(PROPOSED_CONGESTION)).toEqual(PROPOSED_CONGESTION);
    expect(congestionSettingsSchema.safeParse({ ...PROPOSED_CONGESTION, intervals: 0 }).success).toBe(false);
  });
});

describe('free-flow speed', () => {
  test('is the percentile of the night speeds, whatever their order', () => {
    const speeds = Array.from({ length: 101 }, (_, index) => ((index * 37) % 101) + 10);
    expect(freeFlowSpeed(speeds, 85, 100)).toBe(95);
    expect(freeFlowSpeed([40, 60], 85, 1)).toBeCloseTo(57, 9);
    expect(freeFlowSpeed([50], 85, 1)).toBe(50);
  });

  test('is not known from too few', () => {
    expect(freeFlowSpeed([50, 55], 85, 3)).toBeNull();
    expect(freeFlowSpeed([], 85, 0)).toBeNull();
  });
});
