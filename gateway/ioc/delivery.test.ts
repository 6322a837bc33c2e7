/** What all destinations have in common, tried with one of this file's own: its receiver does what a test tells it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openLedger } from '../ledger.ts';
import { FAILURES_TO_OPEN } from './breaker.ts';
import { MOST_DEAD_LETTERS } from './dead-letters.ts';
import { startDelivery } from './delivery.ts';
import type { NamedDestination } from './delivery-loop.ts';
import { SEND_MS } from './delivery-send.ts';
import { Gone, type Item, type OpenDestination, Refused, RetryAfter, type Source } from './destination.ts';

/** Numbers without holes, as the feed has them. */
function createSource(): Source<Item> & { add(items: number): void; removeTo(number: number): void } {
  let newest = 0;
  let oldest = 1;
  let waiting: (() => void)[] = [];
  return {
    after(number, limit) {
      const first = Math.max(number + 1, oldest);
      const count = Math.max(0, Math.min(limit, newest - first + 1));
      return Array.from({ length: count }, (_, index) => ({ number: first + index }));
    },
    newest: () => newest,
    oldest: () => oldest,
    removeTo(number) {
      oldest = number + 1;
    },
    added: (signal) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve());
      }),
    add(items) {
      newest += items;
      for (const wake of waiting) wake();
      waiting = [];
    },
  };
}

interface Receiver {
  readonly taken: number[];
  /** What it does with an item, before it takes it. */
  meet: (item: Item, signal: AbortSignal) => void | Promise<void>;
}

function createReceiver(source: Source<Item>, wants = (_: Item) => true) {
  const receiver: Receiver = { taken: [], meet: () => {} };
  const open: OpenDestination<Item> = {
    source,
    wants,
    async send(item, signal) {
      await receiver.meet(item, signal);
      receiver.taken.push(item.number);
    },
    test: async () => 'tried',
    close: async () => {},
  };
  return { receiver, open };
}

const scratch = () => mkdtempSync(join(tmpdir(), 'quantrac-delivery-'));

/** `random` 0 takes half of each pause. */
function start(
  destinations: readonly Omit<NamedDestination, 'type'>[],
  folder = scratch(),
  random = () => 0,
) {
  const ledger = openLedger(folder);
  const delivery = startDelivery({
    ledger,
    destinations: destinations.map((destination) => ({ ...destination, type: 'test' })),
    log: pino({ level: 'silent' }),
    now: Date.now,
    random,
  });
  const stop = async () => {
    await delivery.stop();
    ledger.close();
  };
  const state = (id = 'a') => delivery.states().find((one) => one.id === id);
  return { delivery, ledger, folder, stop, state };
}

/** One destination `a` that is stopped with the test. */
function startOne(wants?: (item: Item) => boolean) {
  const source = createSource();
  const { receiver, open } = createReceiver(source, wants);
  const running = start([{ id: 'a', open }]);
  onTestFinished(running.stop);
  return { source, receiver, open, ...running };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const PATIENCE = { timeout: 10_000, interval: 10 };
const until = (check: () => void) => vi.waitFor(check, PATIENCE);

test('items arrive in order, also those added later, and a restart goes on where it was', async () => {
  const source = createSource();
  const { receiver, open } = createReceiver(source);
  const first = start([{ id: 'a', open }]);
  source.add(250);
  await until(() => expect(first.state()).toMatchObject({ delivered: 250, behind: 0 }));
  source.add(1);
  await until(() => expect(first.state()?.delivered).toBe(251));
  await first.stop();

  source.add(2);
  const second = start([{ id: 'a', open }], first.folder);
  onTestFinished(second.stop);
  await until(() => expect(second.state()?.delivered).toBe(253));
  expect(receiver.taken).toEqual(range(1, 253));
});

test('what is not for it is passed over and remembered so', async () => {
  const { source, receiver, state } = startOne(({ number }) => number % 100 === 1);
  source.add(350);
  await until(() => expect(state()?.delivered).toBe(350));
  expect(receiver.taken).toEqual([1, 101, 201, 301]);
});

test('a failure is repeated before anything else goes', async () => {
  const { source, receiver, state } = startOne();
  let failures = 2;
  receiver.meet = ({ number }) => {
    if (number === 2 && failures-- > 0) throw new Error('no room');
  };
  source.add(3);
  await until(() => expect(state()).toMatchObject({ status: 'failing', error: 'no room', delivered: 1 }));
  await until(() => expect(state()).toMatchObject({ status: 'delivering', error: null, delivered: 3 }));
  expect(receiver.taken).toEqual([1, 2, 3]);
});

test('what is refused for good becomes a dead letter, the rest goes on in order', async () => {
  const { source, receiver, state, delivery } = startOne();
  receiver.meet = ({ number }) => {
    if (number % 2 === 0) throw new Refused(`no ${number}`);
  };
  source.add(5);
  await until(() => expect(state()).toMatchObject({ delivered: 5, dead_letters: 2, error: null }));
  expect(receiver.taken).toEqual([1, 3, 5]);
  const loop = delivery.get('a');
  expect(await loop?.letters(0, 10)).toEqual([
    { number: 2, reason: 'no 2', at: expect.any(Number), item: { number: 2 } },
    { number: 4, reason: 'no 4', at: expect.any(Number), item: { number: 4 } },
  ]);

  expect(await loop?.resend(2)).toEqual({ reason: 'no 2' });
  receiver.meet = () => {};
  expect(await loop?.resend(2)).toEqual({ reason: null });
  expect(await loop?.resend(2)).toBe('unknown');
  expect(loop?.discard(4)).toBe(true);
  expect(loop?.discard(4)).toBe(false);
  expect(receiver.taken).toEqual([1, 3, 5, 2]);
  expect(state()?.dead_letters).toBe(0);
});

test('a receiver that refuses everything is stopped before its dead letters are without number', async () => {
  const { source, receiver, state } = startOne();
  receiver.meet = () => {
    throw new Refused('not this');
  };
  source.add(MOST_DEAD_LETTERS + 5);
  await until(() => expect(state()?.status).toBe('stopped'));
  expect(state()).toMatchObject({ delivered: MOST_DEAD_LETTERS, dead_letters: MOST_DEAD_LETTERS });
});

test('who wants nothing more gets nothing more, also after a restart, until a person resumes it', async () => {
  const source = createSource();
  const { receiver, open } = createReceiver(source);
  let met = 0;
  receiver.meet = () => {
    met++;
    throw new Gone('gone');
  };
  const first = start([{ id: 'a', open }]);
  source.add(2);
  await until(() => expect(first.state()).toMatchObject({ status: 'stopped', delivered: 0 }));
  await first.stop();

  const second = start([{ id: 'a', open }], first.folder);
  onTestFinished(second.stop);
  source.add(1);
  expect(second.state()?.stopped).toEqual({ reason: 'gone', at: expect.any(Number) });
  expect(await second.delivery.get('a')?.resend(1)).toBe('stopped');
  expect(met).toBe(1);
  receiver.meet = () => {};
  expect(second.delivery.get('a')?.resume()).toBe(true);
  await until(() => expect(second.state()?.delivered).toBe(3));
  expect(receiver.taken).toEqual([1, 2, 3]);
  expect(second.delivery.get('a')?.resume()).toBe(false);
});

test('the receiver is waited for as long as it asks', async () => {
  const { source, receiver, state } = startOne();
  const at: number[] = [];
  receiver.meet = () => {
    at.push(performance.now());
    if (at.length === 1) throw new RetryAfter('later', 1500);
  };
  source.add(1);
  await until(() => expect(state()?.delivered).toBe(1));
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(1450);
});

test('a receiver that keeps failing is left alone for longer, and a person can have it tried at once', async () => {
  const source = createSource();
  const { receiver, open } = createReceiver(source);
  let tries = 0;
  receiver.meet = () => {
    tries++;
    throw new Error('away');
  };
  // A thousandth of each pause.
  const running = start([{ id: 'a', open }], scratch(), () => -0.499);
  onTestFinished(running.stop);
  source.add(1);
  await until(() => expect(tries).toBe(FAILURES_TO_OPEN));
  await until(() => expect(running.state()).toMatchObject({ circuit: 'open', status: 'failing' }));
  receiver.meet = () => {};
  expect(running.delivery.get('a')?.resume()).toBe(true);
  await until(() => expect(running.state()).toMatchObject({ circuit: 'closed', delivered: 1 }));
});

test('a destination that hangs or fails delays no other, and hangs no stop', async () => {
  const source = createSource();
  const hanging = createReceiver(source);
  const failing = createReceiver(source);
  const well = createReceiver(source);
  hanging.receiver.meet = (_, signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  failing.receiver.meet = () => {
    throw new Error('no');
  };
  const running = start([
    { id: 'hanging', open: hanging.open },
    { id: 'failing', open: failing.open },
    { id: 'well', open: well.open },
  ]);
  source.add(300);
  await until(() => expect(running.state('well')?.delivered).toBe(300));
  expect(running.state('hanging')).toMatchObject({ delivered: 0, behind: 300 });
  expect(running.state('failing')).toMatchObject({ delivered: 0, error: 'no' });
  await running.stop();
});

test('no more go in a second than the settings allow', async () => {
  const source = createSource();
  const { open } = createReceiver(source);
  const running = start([{ id: 'a', open, most_per_second: 50 }]);
  onTestFinished(running.stop);
  const from = performance.now();
  source.add(26);
  await until(() => expect(running.state()?.delivered).toBe(26));
  expect(performance.now() - from).toBeGreaterThan(490);
});

test('what there is to pass over does not hold up the rest of the gateway', async () => {
  const { source, state } = startOne(() => false);
  let turns = 0;
  const turn = setInterval(() => turns++, 1);
  onTestFinished(() => clearInterval(turn));
  source.add(20_000);
  await until(() => expect(state()?.delivered).toBe(20_000));
  expect(turns).toBeGreaterThan(5);
});

test('a letter whose item is not kept any more can only be discarded', async () => {
  const { source, receiver, state, delivery, open } = startOne();
  receiver.meet = () => {
    throw new Refused('no');
  };
  source.add(1);
  await until(() => expect(state()?.dead_letters).toBe(1));
  vi.spyOn(open.source, 'after').mockReturnValue([]);
  expect(await delivery.get('a')?.letters(0, 10)).toMatchObject([{ number: 1, item: null }]);
  expect(await delivery.get('a')?.resend(1)).toBe('gone');
});

test('a send that never settles and never listens is given up and repeated, and hangs no stop', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const source = createSource();
  const { receiver, open } = createReceiver(source);
  let met = 0;
  receiver.meet = () => {
    met++;
    return new Promise(() => {});
  };
  const running = start([{ id: 'a', open }]);
  source.add(1);
  await until(() => expect(met).toBe(1));
  await vi.advanceTimersByTimeAsync(SEND_MS);
  await until(() =>
    expect(running.state()).toMatchObject({
      status: 'failing',
      error: 'the receiver did not take it in time',
      delivered: 0,
    }),
  );
  await until(() => expect(met).toBe(2));
  const stopped = running.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  await stopped;
});

test('the cursor is written for many items at once, and is on disk when there is nothing more or a failure', async () => {
  const { source, receiver, ledger, state } = startOne();
  const commits = () => Number(ledger.db.prepare('SELECT total_changes() AS changes').get()?.changes);
  await until(() => expect(state()?.delivered).toBe(0));
  const before = commits();
  source.add(2000);
  await until(() => expect(state()?.delivered).toBe(2000));
  const written = () =>
    ledger.db.prepare("SELECT delivered FROM destination WHERE id = 'a'").get()?.delivered;
  await until(() => expect(written()).toBe(2000));
  // 20 pages, and each fifth of a second.
  expect(commits() - before).toBeLessThan(200);

  receiver.meet = ({ number }) => {
    if (number > 2050) throw new Error('away');
  };
  source.add(60);
  await until(() => expect(state()?.status).toBe('failing'));
  expect(written()).toBe(2050);
});

test('what was not kept until it could be delivered is told, and what follows goes on', async () => {
  const { source, receiver, state, delivery } = startOne();
  let away = true;
  let tries = 0;
  receiver.meet = ({ number }) => {
    if (number < 3 || !away) return;
    tries++;
    throw new Error('away');
  };
  source.add(5);
  await until(() => expect(state()).toMatchObject({ status: 'failing', delivered: 2 }));
  // Twice, while it is tried: they are one letter.
  for (const gone of [3, 4]) {
    source.removeTo(gone);
    const before = tries;
    await until(() => expect(tries).toBeGreaterThan(before));
    delivery.get('a')?.resume();
  }
  away = false;
  await until(() => expect(state()).toMatchObject({ delivered: 5, dead_letters: 1, error: null }));
  expect(receiver.taken).toEqual([1, 2, 5]);
  expect(await delivery.get('a')?.letters(0, 10)).toEqual([
    { number: 3, reason: 'records 3 to 4 were not kept any more', at: expect.any(Number), item: null },
  ]);
  expect(await delivery.get('a')?.resend(3)).toBe('gone');
});

test('a new destination begins with the oldest that is kept, and has missed nothing', async () => {
  const source = createSource();
  source.add(9);
  source.removeTo(6);
  const { receiver, open } = createReceiver(source);
  const { state, stop } = start([{ id: 'a', open }]);
  onTestFinished(stop);
  await until(() => expect(state()).toMatchObject({ delivered: 9, dead_letters: 0 }));
  expect(receiver.taken).toEqual([7, 8, 9]);
});

test('another destination under the same id is told so instead of passing over all that comes', async () => {
  const source = createSource();
  const first = start([{ id: 'a', open: createReceiver(source).open }]);
  source.add(250);
  await until(() => expect(first.state()?.delivered).toBe(250));
  await first.stop();

  const other = createSource();
  other.add(20);
  const { receiver, open } = createReceiver(other);
  const second = start([{ id: 'a', open }], first.folder);
  onTestFinished(second.stop);
  await until(() =>
    expect(second.state()).toMatchObject({
      status: 'failing',
      error: expect.stringMatching(/^it has all up to 250, but the newest that there is is 20: this id was/),
    }),
  );
  expect(receiver.taken).toEqual([]);
  // As it is with a clock that was set back.
  other.add(231);
  second.delivery.get('a')?.resume();
  await until(() => expect(second.state()).toMatchObject({ delivered: 251, status: 'delivering' }));
  expect(receiver.taken).toEqual([251]);
});
