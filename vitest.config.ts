import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

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

const project = (name: string, include: string, more: object): TestProjectConfiguration => ({
  test: {
    name,
    include: [include],
    exclude: ['**/node_modules/**', '**/dist/**', ...LONG],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    ...more,
  },
});

export default defineConfig({
  test: {
    // Most of them wait for real processes, sockets and databases: more at a time than a small machine has cores.
    maxWorkers: 4,
    globalSetup: 'test/scratch.ts',
    projects: [
      // Nothing of theirs outlives a test: many share a process, which halves their time.
      project('units', '{devices,dashboards}/**/*.test.ts', { isolate: false }),
      project('system', '{edge,gateway,flows,demo,test}/**/*.test.ts', {}),
    ],
  },
});
