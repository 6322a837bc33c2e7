/** The thread in which evidence is written, so that its disk and its packing take no time of the one that clients are heard on. */
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserFault } from '../../devices/kit/fault.ts';
import type { Logger } from '../../devices/kit/log.ts';
import type { FromThread, Method, Methods, ThreadData } from './thread-messages.ts';

export interface Thread {
  ask<M extends Method>(method: M, given: Methods[M][0], transfer?: ArrayBuffer[]): Promise<Methods[M][1]>;
  close(): Promise<void>;
}

/** Returns when the file is open in it. `onEnd` is called once, when it will answer nothing more. */
export async function startThread(
  dataDir: string,
  keepDays: number,
  log: Logger,
  onEnd: () => void,
): Promise<Thread> {
  const cache = getCompileCacheDir();
  const workerData: ThreadData = {
    dataDir,
    keepDays,
    compileCache: cache === undefined ? null : dirname(cache),
  };
  const worker = new Worker(new URL('thread-door.js', import.meta.url), { workerData });
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  let closing = false;
  let over: Error | null = null;
  let cause: unknown;

  worker.on('message', (message: FromThread) => {
    switch (message.kind) {
      case 'open':
        return opened.resolve();
      case 'fault':
        return opened.reject(message.user ? new UserFault(message.message) : new Error(message.message));
      case 'trouble':
        return log.error({ reason: message.message }, 'evidence is in trouble');
      default: {
        const asked = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.kind === 'answer') asked?.resolve(message.value);
        else asked?.reject(new Error(message.message));
      }
    }
  });
  worker.on('error', (error) => {
    cause = error;
  });
  worker.on('exit', (code) => {
    over = new Error(`the thread of the evidence has ended (code ${code})`, { cause });
    if (!closing) log.error({ err: over }, 'the evidence has ended, it is opened again for the next batches');
    opened.reject(over);
    for (const { reject } of waiting.values()) reject(over);
    waiting.clear();
    ended.resolve();
    onEnd();
  });

  const ask: Thread['ask'] = (method, given, transfer = []) => {
    if (over !== null) return Promise.reject(over);
    const id = count++;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    worker.postMessage({ id, method, given }, transfer);
    return answer.promise as Promise<Methods[typeof method][1]>;
  };
  try {
    await opened.promise;
  } catch (error) {
    closing = true;
    await worker.terminate();
    throw error;
  }
  return {
    ask,
    async close() {
      closing = true;
      if (over === null) await ask('close', null);
      await ended.promise;
    },
  };
}
