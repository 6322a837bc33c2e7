/** One send at a time to a destination, each within a time. */
import type { Item, OpenDestination } from './destination.ts';

/** No item takes longer; types whose receivers answer at once have a shorter limit of their own. */
export const SEND_MS = 120_000;
/** What listens to its signal ends its connection meanwhile; what does not is waited for no longer. */
const GRACE_MS = 1000;

/** A function that rejects as `send` does, when the time is over, or when `stopping` is aborted, whether `send` listens or not. */
export function createSend({ send }: Pick<OpenDestination<Item>, 'send'>, stopping: AbortSignal) {
  /** A person's resend and the loop never send at the same time. */
  let underWay: Promise<unknown> = Promise.resolve();

  async function sendNow(item: Item): Promise<void> {
    stopping.throwIfAborted();
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new Error('the receiver did not take it in time')),
      SEND_MS,
    );
    const signal = AbortSignal.any([stopping, deadline.signal]);
    let grace: NodeJS.Timeout | undefined;
    let cut = () => {};
    const givenUp = new Promise<never>((_, reject) => {
      cut = () => {
        grace = setTimeout(() => reject(signal.reason), GRACE_MS);
      };
    });
    // Removed at the end: Node.js keeps a joined signal that somebody listens to.
    signal.addEventListener('abort', cut);
    try {
      await Promise.race([send(item, signal), givenUp]);
    } finally {
      signal.removeEventListener('abort', cut);
      clearTimeout(timer);
      clearTimeout(grace);
    }
  }

  return (item: Item): Promise<void> => {
    const mine = underWay.then(() => sendNow(item));
    underWay = mine.catch(() => {});
    return mine;
  };
}
