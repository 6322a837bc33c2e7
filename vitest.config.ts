import { defineConfig } from 'vitest/config';

/** A day of faults, a disk that fills, a database that goes, storms, each bench once: `npm run test:long`, and CI runs both. */
export const LONG = [
  'test/faults/{clock,database,day,delivery,delivery-files,disk,link,notices}.test.ts',
  'test/notify-storm.test.ts',
  'test/fleet-config.test.ts',
  'test/security/{evidence,injection}.test.ts',
  'test/bench/bench.test.ts',
];

export default defineConfig({
  test: {
    include: ['{devices,edge,gateway,flows,dashboards,demo,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...LONG],
    // Most of them wait for real processes, sockets and databases: more at a time than a small machine has cores.
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    globalSetup: 'test/scratch.ts',
  },
});
