import { expect, test } from 'vitest';
import type { Baseline } from './capture.ts';
import { worse } from './judge.ts';

const PERIOD_MS = 10_000;
const share = (came: number, due: number) => ({ came, due });
const captured = (air: object, other: object = share(30, 30)): Baseline['captured'] =>
  ({ 'cau-do': { air_temperature: air, pm2_5: other } }) as Baseline['captured'];
const baseline = (over: Partial<Baseline> = {}): Baseline => ({
  captured: captured(share(30, 30)),
  busy: { bus: 0.4 },
  ...over,
});
const periods = new Map([
  [
    'cau-do',
    new Map([
      ['air_temperature', PERIOD_MS],
      ['pm2_5', PERIOD_MS],
    ]),
  ],
]);
const judge = (
  now: Partial<Baseline>,
  options: { before?: Baseline; elapsedMs?: number; atEnd?: boolean } = {},
) =>
  worse(
    {
      before: options.before ?? baseline(),
      now: baseline(now),
      periods,
      elapsedMs: options.elapsedMs ?? 60_000,
    },
    options.atEnd ?? false,
  );

test('as before, or a tenth less, is good', () => {
  expect(judge({})).toBeNull();
  expect(judge({ captured: captured(share(27, 30), share(28, 30)) })).toBeNull();
});

test('a station of which less comes is worse, by how much is said', () => {
  expect(judge({ captured: captured(share(15, 30), share(30, 30)) })).toBe(
    'cau-do: 75 % of its readings come, before it were 100 %',
  );
});

test('what was bad before need not be better', () => {
  const before = baseline({ captured: captured(share(10, 30), share(10, 30)) });
  expect(judge({ captured: captured(share(9, 30), share(8, 30)) }, { before })).toBeNull();
});

test('one parameter that falls silent is worse, though the station has many', () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${index}`, share(6, 6)]));
  const before = baseline({ captured: { 'cau-do': { ...many, air_temperature: share(6, 6) } } });
  const now = { captured: { 'cau-do': { ...many, air_temperature: share(0, 6) } } };
  expect(judge(now, { before })).toBe(
    'cau-do: air_temperature came before, and nothing of it comes any more',
  );
});

test('a line that stands still, so that not even missing readings come, is worse', () => {
  expect(judge({ captured: {} }, { elapsedMs: 25_000 })).toBeNull();
  expect(judge({ captured: {} }, { elapsedMs: 31_000 })).toMatch(/nothing of it comes any more/);
});

test('too early nothing is judged; at the end few readings must do', () => {
  const few = { captured: captured(share(1, 2), share(1, 2)) };
  expect(judge(few, { elapsedMs: 21_000 })).toBeNull();
  expect(judge(few, { elapsedMs: 21_000, atEnd: true })).toMatch(/^cau-do: 50 %/);
  expect(judge({ captured: captured(share(0, 9)) }, { elapsedMs: 4000 })).toBeNull();
});

test('what is new on trial, or was taken away, does not count', () => {
  const before = baseline({ captured: { 'cau-do': { air_temperature: share(30, 30), ph: share(30, 30) } } });
  const now = { captured: captured(share(30, 30), share(0, 30)) };
  expect(judge(now, { before })).toBeNull();
});

test('a line that has no time left is worse, unless it had none before', () => {
  expect(judge({ busy: { bus: 0.99 } })).toMatch(
    /^line bus: is busy all of its time \(99 %\), before it were 40 %/,
  );
  expect(judge({ busy: { bus: 0.99 } }, { before: baseline({ busy: { bus: 0.99 } }) })).toBeNull();
  expect(judge({ busy: { bus: 0.9, other: 1 } })).toBeNull();
});
