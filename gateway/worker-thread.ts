/** A thread that does what it is asked in the order of asking: the asking side. The other one: worker-serve.ts. */
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What the thread is started with: worker-door.js reads it. */
export interface DoorData {
  /** Exports `serve(port, given)`. */
  readonly module: string;
  readonly given: unknown;
  /** Where Node.js keeps what it compiled; without it the thread takes a fifth of a second longer to start. */
  readonly compileCache: string | null;
}

/** What the thread says, besides what is its own (`Said`). `Fault` is an error as a plain value: a copy loses its class. */
export type FromWorker<Fault, Said = never> =
  /** It is open; the first thing that is said, or a fault instead. */
  | { readonly kind: 'open' }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly fault: Fault }
  | { readonly kind: 'said'; readonly said: Said };

export interface WorkerParts<Fault, Said> {
  /** Of the module that serves. */
  readonly module: URL;
  readonly given: unknown;
  errorOf(fault: Fault): Error;
  onSaid(said: Said): void;
  /** What is asked of a thread that has ended fails with that. */
  ended(code: number, cause: unknown): Error;
  /** Called once, when it will answer nothing more; with the error when nobody has closed it. */
  onEnd(unasked: Error | null): void;
}

export interface AskedWorker {
  /** `request` without its `id`; what it answers. */
  ask(request: { readonly method: string }, transfer?: ArrayBuffer[]): Promise<unknown>;
  /** Asks for 'close' after all that was asked before, and returns when it has ended. */
  close(): Promise<void>;
}

/** Returns when it is open. */
export async function startWorker<Fault, Said>(parts: WorkerParts<Fault, Said>): Promise<AskedWorker> {
  const cache = getCompileCacheDir();
  const workerData: DoorData = {
    module: parts.module.href,
    given: parts.given,
    compileCache: cache === undefined ? null : dirname(cache),
  };
  const worker = new Worker(new URL('worker-door.js', import.meta.url), { workerData });
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  let closing = false;
  let over: Error | null = null;
  let cause: unknown;

  worker.on('message', (message: FromWorker<Fault, Said>) => {
    switch (message.kind) {
      case 'open':
        return opened.resolve();
      case 'fault':
        return opened.reject(parts.errorOf(message.fault));
      case 'said':
        return parts.onSaid(message.said);
      default: {
        const asked = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.kind === 'answer') asked?.resolve(message.value);
        else asked?.reject(parts.errorOf(message.fault));
      }
    }
  });
  worker.on('error', (error) => {
    cause = error;
  });
  worker.on('exit', (code) => {
    over = parts.ended(code, cause);
    opened.reject(over);
    for (const { reject } of waiting.values()) reject(over);
    waiting.clear();
    ended.resolve();
    parts.onEnd(closing ? null : over);
  });

  const ask: AskedWorker['ask'] = (request, transfer = []) => {
    if (over !== null) return Promise.reject(over);
    const id = count++;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    worker.postMessage({ ...request, id }, transfer);
    return answer.promise;
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
      if (over === null) await ask({ method: 'close' });
      await ended.promise;
    },
  };
}
