/** `npm run test:long`: what `npm test` leaves out, and kills with as many rounds as QUANTRAC_FAULT_ROUNDS says. */
import { defineConfig } from 'vitest/config';
import { LONG } from './vitest.config.ts';

export default defineConfig({
  test: {
    include: [...LONG, 'test/faults/kill.test.ts'],
    exclude: ['**/node_modules/**'],
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    globalSetup: 'test/scratch.ts',
  },
});
