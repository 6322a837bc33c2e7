/** The wall over a day: whether its heap, nodes and listeners stay what they are. */
import { resolve } from 'node:path';
import { liveThroughDay } from '../screens/wall-day.ts';
import { benchOptions } from './support/options.ts';
import { printTable } from './support/table.ts';

const { short } = benchOptions(
  'JavaScript heap of a wall over a day of readings, alerts and lost lines, after 1, 12 and 24 hours, in a browser whose clock is moved on',
);

/** A page warms up for hours: code that runs for the first time, caches of formats. After that nothing may be added. */
const WARM_MB = 3;
const FLAT_MB = 0.5;

async function main(): Promise<void> {
  const begun = performance.now();
  const { looks, problems } = await liveThroughDay({
    dist: resolve(import.meta.dirname, '../../dashboards/dist'),
    hours: short ? [1, 2] : [1, 12, 24],
  });
  printTable(
    'A wall over a day',
    ['hours', 'heap MB', 'nodes', 'listeners'],
    looks.map(({ hour, heap, nodes, listeners }) => [hour, heap / 2 ** 20, nodes, listeners]),
  );
  const megabytes = looks.map(({ heap }) => heap / 2 ** 20);
  const [first = 0, middle = 0, last = middle] = megabytes;
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const isFlat = last - first <= WARM_MB && last - middle <= FLAT_MB && problems.length === 0;
  for (const problem of new Set(problems)) process.stdout.write(`problem of the page: ${problem}\n`);
  process.stdout.write(
    `\ngrown by ${(last - first).toFixed(2)} MB since the first hour (at most ${WARM_MB}), by ${(last - middle).toFixed(2)} MB since the middle (at most ${FLAT_MB}): ${isFlat ? 'flat' : 'NOT FLAT'}; lived through in ${seconds} s\n`,
  );
  if (!isFlat && !short) process.exitCode = 1;
}

await main();
