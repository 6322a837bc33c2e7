import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectedOf, play } from './scenario.ts';

const scenarios = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test.each(scenarios)('%s', async (name) => {
  const folder = join(import.meta.dirname, name);
  const { timeline, told } = expectedOf(folder);
  const played = await play(folder);
  expect(played.timeline).toEqual(timeline);
  expect(played.told).toEqual(told);
});
