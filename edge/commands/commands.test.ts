/** The steps of a command at the edge: taken, told to go, done once, remembered, answered until it is acknowledged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CommandAnswer, GO_MS, type Orders } from '../../devices/wire/fleet.ts';
import type { Clock } from '../clock.ts';
import { silentLog } from '../rig.ts';
import { openCommands } from './commands.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const LOG: Orders = { kind: 'log', lines: 3 };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-commands-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Time goes when the test says so. */
function handClock(wall = 1_000_000) {
  let ticks = 0;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  const clock: Clock = {
    now: () => wall + ticks,
    ticks: () => ticks,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const sleeper = { at: ticks + ms, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  return {
    clock,
    async pass(ms: number): Promise<void> {
      ticks += ms;
      for (const sleeper of sleepers) if (sleeper.at <= ticks) sleeper.wake();
      await new Promise(setImmediate);
    },
  };
}

function open({ wall, acknowledges = true }: { wall?: number; acknowledges?: boolean } = {}) {
  const time = handClock(wall);
  const told: CommandAnswer[] = [];
  const link = { acknowledges };
  let read = 0;
  const commands = openCommands({
    file: { stations: [], data_dir: folder },
    clock: time.clock,
    log: silentLog,
    lines: () => [],
    async tell(_kind, payload) {
      if (link.acknowledges) told.push(JSON.parse(payload) as CommandAnswer);
      return link.acknowledges;
    },
    recentLog(lines) {
      read += 1;
      return [`line ${lines}`];
    },
  });
  const order = (id = ID, orders = LOG) =>
    commands.hear(JSON.stringify({ step: 'order', id, by: ['lan'], orders }));
  const go = (nonce: string, id = ID) => commands.hear(JSON.stringify({ step: 'go', id, nonce }));
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  const nonceOf = (id = ID): string => {
    const taken = told.find((answer) => answer.id === id && answer.state === 'taken');
    return taken?.state === 'taken' ? taken.nonce : '';
  };
  return { ...time, commands, told, link, order, go, nonceOf, settled, done: () => read };
}

const states = (told: readonly CommandAnswer[]) => told.map(({ state }) => state);

test('an order does nothing before the centre says go to the nonce that it was taken with', async () => {
  const edge = open();
  edge.order();
  edge.go('BBBBBBBBBBBBBBBBBBBBBB');
  await edge.settled();
  expect([states(edge.told), edge.done()]).toEqual([['taken'], 0]);
  edge.go(edge.nonceOf());
  await edge.settled();
  expect([states(edge.told), edge.done()]).toEqual([['taken', 'done'], 1]);
});

test.each([
  ['years behind', 0],
  ['a day ahead', Date.now() + 86_400_000],
])(
  'with a clock that is %s a command is done while it is fresh, and not when it is stale',
  async (_, wall) => {
    const edge = open({ wall });
    edge.order();
    await edge.pass(GO_MS + 1);
    await edge.settled();
    edge.go(edge.nonceOf());
    await edge.settled();
    expect([states(edge.told), edge.done()]).toEqual([['taken', 'expired'], 0]);
    const fresh = 'CCCCCCCCCCCCCCCCCCCCCC';
    edge.order(fresh);
    await edge.pass(GO_MS - 1);
    edge.go(edge.nonceOf(fresh), fresh);
    await edge.settled();
    expect(edge.done()).toBe(1);
  },
);

test('an id that comes again does nothing, in this process and in the next', async () => {
  const first = open();
  first.order();
  const nonce = first.nonceOf();
  first.go(nonce);
  await first.settled();
  first.order();
  first.go(nonce);
  await first.settled();
  expect([states(first.told), first.done()]).toEqual([['taken', 'done'], 1]);
  await first.commands.stop();
  const second = open();
  second.commands.connected();
  second.order();
  second.go(nonce);
  await second.settled();
  expect([states(second.told), second.done()]).toEqual([[], 0]);
});

test('an answer that was not acknowledged is told again with the next connection, with what was read', async () => {
  const edge = open();
  edge.order();
  const nonce = edge.nonceOf();
  edge.link.acknowledges = false;
  edge.go(nonce);
  await edge.settled();
  edge.link.acknowledges = true;
  edge.commands.connected();
  await edge.settled();
  edge.commands.connected();
  await edge.settled();
  expect(edge.told.slice(1)).toEqual([expect.objectContaining({ state: 'done', lines: ['line 3'] })]);
});

test('what a kill cut off is told by the next process: not begun as expired, begun as failed', async () => {
  const entry = (id: string, state: string) => ({ id, state, reason: null, told: false });
  const begun = 'DDDDDDDDDDDDDDDDDDDDDD';
  const restarting = 'EEEEEEEEEEEEEEEEEEEEEE';
  const left = [entry(ID, 'taken'), entry(begun, 'begun'), entry(restarting, 'restarting')];
  writeFileSync(join(folder, 'commands.json'), JSON.stringify(left));
  const edge = open();
  edge.commands.connected();
  await edge.settled();
  expect(edge.told.map(({ id, state }) => [id, state])).toEqual([
    [ID, 'expired'],
    [begun, 'failed'],
    [restarting, 'done'],
  ]);
});

test('what cannot be remembered on disk is refused', async () => {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder was');
  const edge = open();
  edge.order();
  await edge.settled();
  expect(edge.told).toEqual([
    expect.objectContaining({ state: 'refused', reason: expect.stringContaining('disk') }),
  ]);
});

test('the newest commands are remembered, and only so many wait at a time', async () => {
  const entry = (number: number) => ({
    id: String(number).padStart(22, 'F'),
    state: 'done',
    reason: null,
    told: true,
  });
  const before = Array.from({ length: 500 }, (_, number) => entry(number));
  writeFileSync(join(folder, 'commands.json'), JSON.stringify(before));
  const edge = open();
  for (let number = 1000; number < 1012; number++) edge.order(String(number).padStart(22, 'F'));
  await edge.settled();
  const count = (state: string) => edge.told.filter((answer) => answer.state === state).length;
  expect([count('taken'), count('refused')]).toEqual([10, 2]);
  const kept = JSON.parse(readFileSync(join(folder, 'commands.json'), 'utf8')) as { id: string }[];
  expect([kept.length, kept[0]?.id]).toEqual([500, entry(12).id]);
});

test.each([
  ['no JSON', '{'],
  ['another step', JSON.stringify({ step: 'do', id: ID })],
  ['a field that nobody knows', JSON.stringify({ step: 'order', id: ID, by: ['lan'], orders: LOG, at: 1 })],
  ['nobody who asked', JSON.stringify({ step: 'order', id: ID, by: [], orders: LOG })],
  ['too much', ' '.repeat(5000)],
])('a message that is %s is let go', async (_, payload) => {
  const edge = open();
  edge.commands.hear(payload);
  await edge.settled();
  expect(edge.told).toEqual([]);
});
