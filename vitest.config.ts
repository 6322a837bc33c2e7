import { defineConfig } from 'vitest/config';

/**
 * A day of faults, a disk that fills, a database that goes, storms, each bench once, the screens in a browser:
 * `npm run test:long`, and CI runs both.
 */
export const LONG = [
  'test/faults/{clock,database,day,delivery,delivery-files,disk,link,notices}.test.ts',
  'test/notify-storm.test.ts',
  'test/fleet-config.test.ts',
  'test/security/{evidence,injection}.test.ts',
  'test/screens/*.test.ts',
  'test/bench/bench.test.ts',
];

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...LONG],
    // Most of them wait for real processes, sockets and databases: more at a time than a small machine has cores.
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // Nothing of theirs outlives a file: many share a process, which reads what they import once.
    isolate: false,
    globalSetup: 'test/scratch.ts',
  },
});
