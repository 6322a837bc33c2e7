import { expect, test } from 'vitest';
import { createShare } from './share.ts';

/**
 * A line that delivers so many bytes a second and always has backlog to send. The longest that a live reading would have
 * had to wait behind what was under way, once the line is known.
 */
function longestWaitMs(bytesPerSecond: number, batchBytes: number, knownMs = 3000) {
  const share = createShare();
  const queue: { readonly sentAt: number; readonly doneAt: number }[] = [];
  let freeAt = 0;
  let longest = 0;
  let acknowledged = 0;
  for (let now = 0; now < 20 * knownMs; now++) {
    for (let [first] = queue; first && first.doneAt <= now; [first] = queue) {
      queue.shift();
      acknowledged += batchBytes;
      share.acknowledged(batchBytes, first.doneAt - first.sentAt);
    }
    while (share.hasRoom()) {
      share.sent(batchBytes);
      freeAt = Math.max(freeAt, now) + (batchBytes / bytesPerSecond) * 1000;
      queue.push({ sentAt: now, doneAt: freeAt });
    }
    if (now > knownMs) longest = Math.max(longest, freeAt - now);
  }
  return { longest, used: acknowledged / ((20 * knownMs) / 1000) / bytesPerSecond };
}

test.each([
  ['100 Mbit/s', 12_500_000],
  ['10 Mbit/s', 1_250_000],
  ['1 Mbit/s', 125_000],
  ['0.5 Mbit/s', 62_500],
])(
  'behind backlog a live reading waits less than a second on a line of %s, and the line is used',
  (_, speed) => {
    const { longest, used } = longestWaitMs(speed, 45_000);
    expect(longest).toBeLessThan(1000);
    expect(used).toBeGreaterThan(0.9);
  },
);

test('one batch may go on a line however slow', () => {
  const { longest, used } = longestWaitMs(10_000, 45_000, 10_000);
  expect(longest).toBeLessThanOrEqual(4500);
  expect(used).toBeGreaterThan(0.7);
});
