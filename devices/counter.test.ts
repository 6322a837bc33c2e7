import { expect, test } from 'vitest';
import { type CounterKind, type CounterMemory, stepCounter } from './counter.ts';

const vehicles: CounterKind = { width: 16, amount: 1, window_s: 30 };

/** Rates (or the kind of step where there is none) of a series of [seconds, count]. */
function run(kind: CounterKind, series: readonly (readonly [number, number])[], highest = 50_000) {
  let memory: CounterMemory | undefined;
  return series.map(([seconds, raw]) => {
    const step = stepCounter(kind, memory, raw, seconds * 1000, highest);
    memory = step.memory;
    return step.kind === 'rate' ? Math.round(step.perHour * 1e6) / 1e6 : step.kind;
  });
}

test('the first read of a counter is no rate, the second is', () => {
  expect(
    run(vehicles, [
      [0, 500],
      [10, 505],
    ]),
  ).toEqual(['started', 1800]);
});

test('the rate is a mean over the window, older pulses are forgotten', () => {
  const rates = run(vehicles, [
    [0, 0],
    [10, 10],
    [20, 20],
    [30, 30],
    [40, 30],
    [50, 30],
    [60, 30],
  ]);
  expect(rates).toEqual(['started', 3600, 3600, 3600, 2400, 1200, 0]);
});

test('a counter that rolls over goes on', () => {
  expect(
    run(vehicles, [
      [0, 65_530],
      [10, 4],
    ]),
  ).toEqual(['started', 3600]);
  expect(
    run({ ...vehicles, width: 32 }, [
      [0, 4_294_967_290],
      [10, 4],
    ]),
  ).toEqual(['started', 3600]);
});

test('a decrease that no rollover explains is a restart, and counting goes on from there', () => {
  expect(
    run(vehicles, [
      [0, 30_000],
      [10, 5],
      [20, 15],
    ]),
  ).toEqual(['started', 'restarted', 3600]);
  expect(
    run({ ...vehicles, width: 32 }, [
      [0, 900],
      [10, 2],
    ]),
  ).toEqual(['started', 'restarted']);
});

test('a jump upwards that no rate explains is a restart: another module was put in', () => {
  expect(
    run({ ...vehicles, width: 32 }, [
      [0, 100],
      [10, 4_000_000],
    ]),
  ).toEqual(['started', 'restarted']);
});

test('two pulses that arrive together are believed', () => {
  expect(
    run(vehicles, [
      [0, 0],
      [0.2, 8],
    ]),
  ).toEqual(['started', 144_000]);
});

test('a gap in which it could have rolled over unseen begins anew', () => {
  expect(
    run(vehicles, [
      [0, 0],
      [2 * 3600, 10],
    ]),
  ).toEqual(['started', 'restarted']);
  expect(
    run({ ...vehicles, width: 32 }, [
      [0, 0],
      [2 * 3600, 10_000],
    ]),
  ).toEqual(['started', 5000]);
});

test('a clock that goes back begins anew', () => {
  expect(
    run(vehicles, [
      [100, 5],
      [90, 6],
      [100, 16],
    ]),
  ).toEqual(['started', 'restarted', 3600]);
});

test('an amount of rain a tip gives mm an hour', () => {
  const rain: CounterKind = { width: 16, amount: 0.2, window_s: 600 };
  expect(
    run(
      rain,
      [
        [0, 7],
        [60, 8],
      ],
      1000,
    ),
  ).toEqual(['started', 12]);
});

test('memory stays small however often it is read', () => {
  let memory: CounterMemory | undefined;
  for (let at = 0; at < 3_600_000; at += 200) {
    memory = stepCounter({ width: 32, amount: 1, window_s: 3600 }, memory, at / 200, at, 50_000).memory;
  }
  expect(memory?.samples.length).toBeLessThan(70);
});
