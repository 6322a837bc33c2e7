import { expect, test } from 'vitest';
import { createBreaker, FAILURES_TO_OPEN, MOST_RETRY_AFTER_MS, OPEN_MS } from './breaker.ts';

const MIDDLE = () => 0.5;

test('pauses double until the circuit opens; one try at a time then, and a success closes it', () => {
  const breaker = createBreaker(MIDDLE);
  const pauses = Array.from({ length: FAILURES_TO_OPEN + 1 }, () => breaker.failed());
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, OPEN_MS, OPEN_MS]);
  expect(breaker.circuit()).toBe('open');
  breaker.trying();
  expect(breaker.circuit()).toBe('half-open');
  breaker.failed();
  expect(breaker.circuit()).toBe('open');
  breaker.trying();
  breaker.succeeded();
  expect(breaker.circuit()).toBe('closed');
  expect(breaker.failed()).toBe(500);
});

test('chance spreads a pause over half to one and a half of it', () => {
  expect(createBreaker(() => 0).failed()).toBe(250);
  expect(createBreaker(() => 1).failed()).toBe(750);
});

test('what the receiver asks for is never cut short, has a bound, and is no failure', () => {
  const breaker = createBreaker(() => 0);
  expect(breaker.putOff(30_000)).toBe(30_000);
  expect(createBreaker(() => 1).putOff(30_000)).toBeGreaterThanOrEqual(30_000);
  expect(breaker.putOff(1e12)).toBe(MOST_RETRY_AFTER_MS);
  for (let time = 0; time < FAILURES_TO_OPEN; time++) breaker.putOff(1);
  expect(breaker.circuit()).toBe('closed');
});
