/** A thread that does what it is asked in the order of asking: its own side. */
import type { MessagePort } from 'node:worker_threads';
import type { FromWorker } from './worker-thread.ts';

/**
 * `open` makes what does the work; its fault is told instead of that it is open. After 'close' nothing more is heard.
 */
export function serveWorker<R extends { readonly id: number; readonly method: string }, Fault>(
  port: MessagePort,
  plainOf: (error: unknown) => Fault,
  open: () => (request: R) => unknown,
): void {
  const tell = (message: FromWorker<Fault>): void => port.postMessage(message);
  let work: (request: R) => unknown;
  try {
    work = open();
  } catch (error) {
    tell({ kind: 'fault', fault: plainOf(error) });
    return;
  }
  port.on('message', (request: R) => {
    const { id, method } = request;
    // In the same turn: an answer waits for no other.
    new Promise((resolve) => resolve(work(request)))
      .then(
        (value) => tell({ kind: 'answer', id, value }),
        (error: unknown) => tell({ kind: 'failed', id, fault: plainOf(error) }),
      )
      .finally(() => {
        if (method === 'close') port.close();
      });
  });
  tell({ kind: 'open' });
}
