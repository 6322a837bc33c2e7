import { expect, test } from 'vitest';
import { sizeOf } from './photo-file.ts';

test.each([
  [4000, 3000, 1280, 960],
  [3000, 4000, 960, 1280],
  [640, 480, 640, 480],
  [20_000, 3, 1280, 1],
])('a picture of %i × %i is drawn in %i × %i', (width, height, drawnWidth, drawnHeight) => {
  expect(sizeOf(width, height)).toEqual({ width: drawnWidth, height: drawnHeight });
});
