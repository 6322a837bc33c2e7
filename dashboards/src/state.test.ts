import { effect } from '@preact/signals';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { currentTime, now, setClockOffset } from './clock.ts';
import type { StationState } from './judge.ts';
import { alert, reading, station } from './samples.ts';
import { alerts, clearState, readingsOf, stateOf, stationStates, stations } from './state.ts';

const HOUR = 3_600_000;
let start: number;

/** Its readings are due every 10 s: stale after 30 s, silent after 60. */
beforeEach(() => {
  clearState();
  start = currentTime();
  now.value = start;
  stations.value = new Map(['a', 'b'].map((id) => [id, station(id, { status: 'live' })]));
  for (const id of ['a', 'b']) readingsOf(id).value = new Map([['ph', reading('ph', { at: start })]]);
});

afterEach(() => {
  setClockOffset(0);
  now.value = currentTime();
  clearState();
});

test('a state changes by time alone, at the moment when its value turns stale and when it is silent', () => {
  const seen: StationState[] = [];
  const stop = effect(() => {
    seen.push(stateOf('a').value);
  });
  for (let at = start; at <= start + 65_000; at += 1000) now.value = at;
  stop();
  expect(seen).toEqual(['ok', 'doubtful', 'silent']);
});

test('time makes nobody judge a station again before something can have changed', () => {
  let judged = 0;
  const readings = new Map([['ph', reading('ph', { at: start })]]);
  readings.get = (parameter) => {
    judged += 1;
    return Map.prototype.get.call(readings, parameter);
  };
  readingsOf('a').value = readings;
  const stop = effect(() => void stationStates.value);
  for (let at = start; at <= start + 29_000; at += 1000) now.value = at;
  expect(judged).toBe(1);
  now.value = start + 31_000;
  expect(judged).toBe(2);
  stop();
});

test('a clock that is set back makes what was judged by the wrong time right again', () => {
  const stop = effect(() => void stateOf('a').value);
  now.value = start + 3 * HOUR;
  expect(stateOf('a').value).toBe('silent');
  now.value = start;
  expect(stateOf('a').value).toBe('ok');
  stop();
});

test('a browser whose clock is three hours wrong shows the right age as soon as the gateway was heard', () => {
  setClockOffset(-3 * HOUR);
  expect(Math.abs(now.value - (Date.now() - 3 * HOUR))).toBeLessThan(1000);
});

test('the states of all follow readings and alerts', () => {
  const states = () => [...stationStates.value.values()];
  expect(states()).toEqual(['ok', 'ok']);
  readingsOf('b').value = new Map([['ph', reading('ph', { at: start, flag: 4 })]]);
  expect(states()).toEqual(['ok', 'doubtful']);
  alerts.value = new Map([['1', alert('1', { station: 'a', level: 'critical' })]]);
  expect(states()).toEqual(['critical', 'doubtful']);
  stations.value = new Map([...stations.value].slice(1));
  expect(states()).toEqual(['doubtful']);
});
