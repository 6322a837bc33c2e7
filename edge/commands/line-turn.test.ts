import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import type { LineAccess } from '../orders.ts';
import { createLineTurn } from './line-turn.ts';

const line: LineAccess = {
  ask: async () => ({ kind: 'words', words: [1] }),
  write: async () => ({ kind: 'done' }),
};
const asked = (unit: number) => ({ unit, pauseMs: unit, timeoutMs: () => 10 * unit });

test('commands take one turn each, in their order, each with its own unit', async () => {
  const turn = createLineTurn(systemClock);
  let woken = 0;
  turn.onSooner(() => {
    woken += 1;
  });
  expect(turn.dueAt()).toBe(Number.POSITIVE_INFINITY);
  const seen: number[] = [];
  const work = async (): Promise<string> => {
    seen.push(turn.unit);
    return `unit ${turn.unit}, ${turn.pauseMs} ms, ${turn.timeoutMs({ area: 'holding', count: 1 })} ms`;
  };
  const both = Promise.all([turn.take(asked(3), 1000, work), turn.take(asked(4), 1000, work)]);
  expect([woken, turn.dueAt() <= systemClock.ticks()]).toEqual([2, true]);
  await turn.run(line);
  expect(seen).toEqual([3]);
  await turn.run(line);
  expect(await both).toEqual(['unit 3, 3 ms, 30 ms', 'unit 4, 4 ms, 40 ms']);
  expect(turn.dueAt()).toBe(Number.POSITIVE_INFINITY);
});

test('one whose turn does not come in time is let go, and nothing is done for it afterwards', async () => {
  const turn = createLineTurn(systemClock);
  let done = 0;
  const late = turn.take(asked(1), 1, async () => ++done);
  expect(await late).toBeNull();
  await turn.run(line);
  expect([done, turn.dueAt()]).toEqual([0, Number.POSITIVE_INFINITY]);
});

test('a line that is stopped lets go of all that wait, and takes no more', async () => {
  const turn = createLineTurn(systemClock);
  const waiting = turn.take(asked(1), 60_000, async () => 1);
  turn.close();
  expect(await waiting).toBeNull();
  expect(await turn.take(asked(1), 60_000, async () => 1)).toBeNull();
});
