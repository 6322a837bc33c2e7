import { expect, test } from 'vitest';
import { createLogger, keepRecent } from './log.ts';

test('the newest lines are kept as they were written: bounded, and without secrets', () => {
  const recent = keepRecent(3);
  const log = createLogger('test', 'error', recent);
  for (let number = 0; number < 4; number++)
    log.error({ number, password: 'hunter2', text: 'x'.repeat(2100) }, 'said');
  const lines = recent.lines(500);
  expect(lines.map((line) => /"number":(\d)/.exec(line)?.[1])).toEqual(['1', '2', '3']);
  expect(lines.join('')).not.toContain('hunter2');
  expect(Math.max(...lines.map(({ length }) => length))).toBe(2000);
  expect(recent.lines(1)).toEqual(lines.slice(-1));
});
