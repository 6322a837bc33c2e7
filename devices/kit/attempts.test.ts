import { expect, test } from 'vitest';
import { createAttempts, networkOf } from './attempts.ts';

const HOME = '10.0.0.1';
const MINUTE_MS = 60_000;

function open(perAddress?: number) {
  const clock = { now: 1_000_000 };
  const attempts = createAttempts({ now: () => clock.now, ...(perAddress !== undefined && { perAddress }) });
  /** Tries and fails as often as it is let. */
  const fail = (times: number, name: string, address: string): number =>
    Array.from({ length: times }, () => attempts.enter(name, address)).filter((wait) => wait === 0).length;
  return { clock, attempts, fail };
}

test('after five failures from one address the wait doubles up to 15 minutes', () => {
  const { clock, attempts, fail } = open();
  expect(fail(5, 'lan', HOME)).toBe(5);
  const waits = Array.from({ length: 9 }, () => {
    const wait = attempts.enter('lan', HOME);
    // What is refused is not counted: a second one is told the same.
    expect(attempts.enter('lan', HOME)).toBe(wait);
    clock.now += wait;
    expect(attempts.enter('lan', HOME)).toBe(0);
    return wait / 1000;
  });
  expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 900, 900]);
});

test('tries sent side by side are counted before they are decided', () => {
  const { fail } = open();
  expect(fail(100, 'lan', HOME)).toBe(5);
});

test('a success begins anew, one that was never decided does not count', () => {
  const { attempts, fail } = open();
  fail(4, 'lan', HOME);
  expect(attempts.enter('lan', HOME)).toBe(0);
  attempts.succeeded('lan', HOME);
  expect(fail(100, 'lan', HOME)).toBe(5);
  for (let n = 0; n < 50; n++) {
    expect(attempts.enter('minh', '10.0.0.9')).toBe(0);
    attempts.undecided('minh', '10.0.0.9');
  }
});

test('who guesses elsewhere keeps nobody out', () => {
  const { attempts, clock, fail } = open();
  fail(100, 'lan', '10.6.6.6');
  expect(attempts.enter('lan', HOME)).toBe(0);
  attempts.succeeded('lan', HOME);
  for (let n = 0; n < 500; n++) fail(5, 'lan', `10.7.${n >> 8}.${n & 255}`);
  // A network that is not known has one try in 30 s of its own, and from where the person got in before they get in.
  expect(fail(5, 'lan', '10.8.0.1')).toBe(1);
  expect(fail(5, 'lan', '10.8.0.2')).toBe(0);
  expect(attempts.enter('lan', HOME)).toBe(0);
  clock.now += 30_000;
  expect(fail(5, 'lan', '10.8.0.1')).toBe(1);
  expect(fail(5, 'lan', '2001:db8:1:1::1')).toBe(1);
  expect(fail(5, 'lan', '2001:db8:1:2::1')).toBe(0);
});

test('a person gets in from somewhere new while their name is guessed without end', () => {
  const { attempts, clock } = open();
  for (let n = 0; n < 2000; n++) {
    clock.now += 50;
    attempts.enter('lan', `10.7.${n % 250}.1`);
  }
  expect(attempts.enter('lan', '192.0.2.9')).toBe(0);
});

test('an address that tries many names waits, and those who got in from there do not', () => {
  const { attempts, clock, fail } = open();
  expect(attempts.enter('lan', HOME)).toBe(0);
  attempts.succeeded('lan', HOME);
  for (let n = 0; n < 20; n++) expect(attempts.enter(`name-${n}`, HOME)).toBe(0);
  expect(attempts.enter('one-more', HOME)).toBe(10 * MINUTE_MS);
  expect(attempts.enter('one-more', '10.0.0.2')).toBe(0);
  expect(attempts.enter('lan', HOME)).toBe(0);
  clock.now += 10 * MINUTE_MS;
  expect(fail(1, 'one-more', HOME)).toBe(1);
});

test('machines behind one address have a limit of their own', () => {
  const { attempts } = open(200);
  for (let n = 0; n < 200; n++) expect(attempts.enter(`edge-${n}`, HOME)).toBe(0);
  expect(attempts.enter('edge-200', HOME)).toBeGreaterThan(0);
});

test('failures are forgotten after an hour, and a clock that is set back keeps nobody waiting', () => {
  const { attempts, clock, fail } = open();
  fail(5, 'lan', HOME);
  expect(attempts.enter('lan', HOME)).toBeGreaterThan(0);
  clock.now -= MINUTE_MS;
  expect(attempts.enter('lan', HOME)).toBe(0);
  clock.now += 61 * MINUTE_MS;
  expect(fail(100, 'lan', HOME)).toBe(5);
});

test('what is counted is bounded', () => {
  const { attempts, fail } = open();
  fail(5, 'first', '10.0.0.3');
  for (let n = 0; n < 20_000; n++) attempts.enter(`name-${n}`, `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  expect(attempts.enter('first', '10.0.0.3')).toBe(0);
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, key) => {
  expect(networkOf(address)).toBe(key);
});
