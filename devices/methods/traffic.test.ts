/** Vectors: computed from the formulas; levels by HCM 2000. */
import { describe, expect, test } from 'vitest';
import { freewayService, LEVELS_OF_SERVICE, serviceNumber, urbanService } from './level-of-service.ts';
import { densityFromFlow, densityFromOccupancy, flow, peakHourFactor, spaceMeanSpeed } from './traffic.ts';

describe('flow, speed and density', () => {
  test('a count over an interval is vehicles an hour', () => {
    expect([flow(5, 30), flow(50, 300), flow(0, 60)]).toEqual([600, 600, 0]);
  });

  test('the mean speed is harmonic: 40 and 60 km/h are 48', () => {
    expect(spaceMeanSpeed([40, 60])).toBeCloseTo(48, 9);
    expect(spaceMeanSpeed([])).toBeNull();
  });

  test.each([
    [600, 70, 8.57, 'B'],
    [1200, 60, 20.0, 'D'],
    [1500, 50, 30.0, 'F'],
  ])('%d vehicles an hour at %d km/h are %d a km, level %s', (perHour, speed, density, level) => {
    const found = densityFromFlow(perHour, speed);
    expect(found).toBeCloseTo(density, 2);
    expect(freewayService(found ?? Number.NaN)).toBe(level);
  });

  test.each([
    [5, 7.69, 'B'],
    [12, 18.46, 'D'],
    [30, 46.15, 'F'],
  ])('%d %% covered by 6.5 m is %d vehicles a km, level %s', (occupancy, density, level) => {
    const found = densityFromOccupancy(occupancy, 6.5);
    expect(found).toBeCloseTo(density, 2);
    expect(freewayService(found)).toBe(level);
  });

  test('at standstill flow says nothing of density', () => {
    expect(densityFromFlow(0, 0)).toBeNull();
  });

  test('the peak-hour factor is the hour over four times its fullest quarter', () => {
    expect(peakHourFactor([100, 100, 100, 100])).toBe(1);
    expect(peakHourFactor([100, 200, 150, 150])).toBe(0.75);
    expect(peakHourFactor([0, 0, 80, 0])).toBe(0.25);
    expect(peakHourFactor([0, 0, 0, 0])).toBeNull();
  });
});

describe('level of service', () => {
  test.each([
    [0, 'A'],
    [7, 'A'],
    [7.1, 'B'],
    [11, 'B'],
    [16, 'C'],
    [22, 'D'],
    [28, 'E'],
    [28.1, 'F'],
  ])('a freeway of %d cars a km and lane is %s', (density, level) => {
    expect(freewayService(density)).toBe(level);
  });

  test.each([
    ['I', [42, 34, 27, 21, 16]],
    ['II', [35, 28, 22, 17, 13]],
    ['III', [30, 24, 18, 14, 10]],
    ['IV', [25, 19, 13, 9, 7]],
  ] as const)(
    'a street of class %s is above its speeds, in mph, what they say, and at them the next',
    (street, mph) => {
      for (const [index, speed] of mph.entries()) {
        expect(urbanService(street, (speed + 0.1) * 1.609344)).toBe(LEVELS_OF_SERVICE[index]);
        expect(urbanService(street, speed * 1.609344)).toBe(LEVELS_OF_SERVICE[index + 1]);
      }
      expect(urbanService(street, 0)).toBe('F');
    },
  );

  test('is told as 1 to 6', () => {
    expect(LEVELS_OF_SERVICE.map(serviceNumber)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
