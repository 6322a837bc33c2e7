import { expect, onTestFinished, test, vi } from 'vitest';
import { message, NEVER } from '../../../test/support/channels.ts';
import { type Channel, NotBegun } from '../channel.ts';
import { paced } from './paced.ts';

/** Notes when each send begins; `hangs` never end by themselves. */
function recorder() {
  const begun: { address: string; at: number }[] = [];
  const signals: AbortSignal[] = [];
  const channel: Channel = {
    async send(address, _, signal) {
      begun.push({ address, at: performance.now() });
      signals.push(signal);
      if (address === 'hangs') await new Promise(() => {});
    },
    close: async () => {},
  };
  return { channel, begun, signals };
}

const useFakeTime = () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
};

test('no more in any minute than set, in the order in which they were asked for', async () => {
  useFakeTime();
  const { channel, begun } = recorder();
  const bounded = paced(channel, { perMinute: 3, timeoutMs: 1000 });
  const sends = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((address) => bounded.send(address, message, NEVER));
  await vi.advanceTimersByTimeAsync(59_000);
  expect(begun.map(({ address }) => address)).toEqual(['a', 'b', 'c']);
  await vi.advanceTimersByTimeAsync(70_000);
  await Promise.all(sends);
  expect(begun.map(({ address }) => address)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  for (const [index, { at }] of begun.entries())
    expect(at - (begun[index - 3]?.at ?? -60_000)).toBeGreaterThanOrEqual(60_000);
});

test('who gives up while he waits is told at once and takes no place', async () => {
  useFakeTime();
  const { channel, begun } = recorder();
  const bounded = paced(channel, { perMinute: 2, timeoutMs: 1000 });
  const sends = ['a', 'b', 'c'].map((address) => bounded.send(address, message, NEVER));
  const leaving = new AbortController();
  const left = expect(bounded.send('d', message, leaving.signal)).rejects.toBeInstanceOf(NotBegun);
  leaving.abort();
  await left;
  sends.push(bounded.send('e', message, NEVER));
  await vi.advanceTimersByTimeAsync(61_000);
  await Promise.all(sends);
  expect(begun.map(({ address }) => address)).toEqual(['a', 'b', 'c', 'e']);
});

test('who gives up while it is being sent is not told that nothing of it went out', async () => {
  const bounded = paced(recorder().channel, { perMinute: 2, timeoutMs: 60_000 });
  const leaving = new AbortController();
  const sending = bounded.send('hangs', message, leaving.signal).catch((error: Error) => error);
  await new Promise(setImmediate);
  leaving.abort();
  expect(await sending).not.toBeInstanceOf(NotBegun);
});

test('one that hears nothing is given up, and those after it go on', async () => {
  useFakeTime();
  const { channel, signals } = recorder();
  const bounded = paced(channel, { perMinute: 100, timeoutMs: 5000 });
  const hanging = expect(bounded.send('hangs', message, NEVER)).rejects.toThrow('not taken within 5 s');
  await bounded.send('a', message, NEVER);
  await vi.advanceTimersByTimeAsync(5000);
  await hanging;
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
});
