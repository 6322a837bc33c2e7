import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{devices,edge,gateway,flows,dashboards,demo,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Real processes, sockets and databases: two at a time on two cores.
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
  },
});
