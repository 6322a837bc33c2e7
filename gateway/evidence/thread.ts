/** The thread in which evidence is written, so that its disk and its packing take no time of the one that clients are heard on. */
import { UserFault } from '../../devices/kit/fault.ts';
import type { Logger } from '../../devices/kit/log.ts';
import { startWorker } from '../worker-thread.ts';
import type { Method, Methods, PlainError, ThreadData } from './thread-messages.ts';

export interface Thread {
  ask<M extends Method>(method: M, given: Methods[M][0], transfer?: ArrayBuffer[]): Promise<Methods[M][1]>;
  close(): Promise<void>;
}

/** Returns when the file is open in it. `onEnd` is called once, when it will answer nothing more. */
export async function startThread(given: ThreadData, log: Logger, onEnd: () => void): Promise<Thread> {
  const { ask, close } = await startWorker({
    module: new URL('thread-serve.ts', import.meta.url),
    given,
    errorOf: ({ message, user }: PlainError) => (user ? new UserFault(message) : new Error(message)),
    onSaid: (reason: string) => log.error({ reason }, 'evidence is in trouble'),
    ended: (code, cause) => new Error(`the thread of the evidence has ended (code ${code})`, { cause }),
    onEnd(err) {
      if (err !== null) log.error({ err }, 'the evidence has ended, it is opened again for the next batches');
      onEnd();
    },
  });
  return {
    ask: <M extends Method>(method: M, what: Methods[M][0], transfer?: ArrayBuffer[]) =>
      ask({ method, given: what } as { method: M }, transfer) as Promise<Methods[M][1]>,
    close,
  };
}
