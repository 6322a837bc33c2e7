/** `npm run test:long`: what `npm test` leaves out, and kills with as many rounds as QUANTRAC_FAULT_ROUNDS says. */
import { defineConfig } from 'vitest/config';
import common, { LONG } from './vitest.config.ts';

export default defineConfig({
  test: {
    ...common.test,
    include: [...LONG, 'test/faults/kill.test.ts'],
    exclude: ['**/node_modules/**'],
  },
});
