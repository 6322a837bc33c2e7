import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{devices,edge,gateway,flows,dashboards,demo,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Most of them wait for real processes, sockets and databases: more at a time than a small machine has cores.
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    globalSetup: 'test/scratch.ts',
  },
});
