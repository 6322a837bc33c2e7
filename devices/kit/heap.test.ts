import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Megabytes that V8 holds for young objects, and in all, after much short-lived work. */
function heapAfterWork(prepare: string): { young: number; all: number } {
  const program = `
    import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
    ${prepare}
    const window = [];
    for (let round = 0; round < 400; round++) {
      window.push(Array.from({ length: 5000 }, (_, index) => ({ index, text: 'reading ' + index })));
      if (window.length > 8) window.shift();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    const megabytes = (bytes) => bytes / 2 ** 20;
    console.log(JSON.stringify({
      young: megabytes(young.physical_space_size),
      all: megabytes(getHeapStatistics().total_physical_size),
    }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('a process that keeps its heap small takes less for garbage than one that does not', () => {
  const module = JSON.stringify(join(import.meta.dirname, 'heap.ts'));
  const usual = heapAfterWork('');
  const small = heapAfterWork(`import { keepHeapSmall } from ${module}; keepHeapSmall();`);
  expect(small.young).toBeLessThanOrEqual(4);
  expect(usual.young).toBeGreaterThan(2 * small.young);
  expect(small.all).toBeLessThan(usual.all);
});
