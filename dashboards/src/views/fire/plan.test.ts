import { expect, test } from 'vitest';
import { planOf } from './plan.ts';

const at = (latitude: number, longitude: number) => ({ latitude, longitude });

test('north is up, east is right, and everything is within the margin', () => {
  const { spots } = planOf([at(16.133, 107.98), at(16.14, 107.99), at(16.147, 107.982)], 320, 240, 40);
  const [first, second, third] = spots;
  expect(first?.y).toBeCloseTo(200);
  expect(third?.y).toBeCloseTo(40);
  expect(second?.x).toBeGreaterThan(first?.x ?? 0);
  for (const { x, y } of spots) {
    expect(x).toBeGreaterThanOrEqual(40);
    expect(x).toBeLessThanOrEqual(280);
    expect(y).toBeGreaterThanOrEqual(39.99);
    expect(y).toBeLessThanOrEqual(200.01);
  }
});

test('both directions have one scale, and its length is that of a round distance', () => {
  // 0.01° of latitude are 1,112 m.
  const { spots, scale } = planOf([at(16, 108), at(16.01, 108)], 320, 240, 40);
  const perMetre = ((spots[0]?.y ?? 0) - (spots[1]?.y ?? 0)) / 1112;
  expect(scale.length).toBeCloseTo(scale.metres * perMetre, 0);
  expect(scale.metres).toBe(500);
});

test('one post, and posts at the same place, stand in the middle', () => {
  expect(planOf([at(16, 108)], 320, 240, 40).spots).toEqual([{ x: 160, y: 120 }]);
  expect(planOf([at(16, 108), at(16, 108)], 320, 240, 40).spots).toEqual([
    { x: 160, y: 120 },
    { x: 160, y: 120 },
  ]);
});
