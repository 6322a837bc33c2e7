/**
 * The embedded store in a thread of its own, so that sorting, writing and waiting for the disk take no time of the
 * thread that clients are heard on, and neither does a long question.
 */
import { pino } from 'pino';
import type { Logger } from '../../devices/kit/log.ts';
import type { Retention } from '../settings.ts';
import { startWorker } from '../worker-thread.ts';
import { StoreUnavailable } from './refused.ts';
import type { Store } from './store.ts';
import { createPacker } from './thread-batch.ts';
import { errorOf, type Question, type Request, type ThreadData } from './thread-messages.ts';

/** Throws what `openSqliteStore` throws. */
export async function openThreadedStore(dataDir: string, keep: Retention, log: Logger): Promise<Store> {
  const data: ThreadData = { dataDir, keep, logLevel: log.level };
  let closed = false;
  let thread: Promise<Thread> | null = null;
  /** The one that is there, or a new one after its end: a batch that failed by that is tried again. */
  const current = (): Promise<Thread> => {
    if (closed) return Promise.reject(new StoreUnavailable('the store is closed'));
    if (thread !== null) return thread;
    const started = startThread(data, log, () => {
      if (thread === started) thread = null;
    });
    thread = started;
    return started;
  };
  const ask =
    <Q extends Question>(method: Q) =>
    async (query?: Parameters<Store[Q]>[0]): Promise<Awaited<ReturnType<Store[Q]>>> =>
      (await (await current()).ask(method, query)) as Awaited<ReturnType<Store[Q]>>;

  await current();
  return {
    append: async (readings) => (await current()).append(readings),
    latest: ask('latest'),
    points: ask('points'),
    tally: ask('tally'),
    rows: ask('rows'),
    check: ask('check'),
    rollupsWaiting: async () => (await current()).rollupsWaiting(),
    async close() {
      const last = thread;
      closed = true;
      await (await last?.catch(() => null))?.close();
    },
  };
}

type ToThread = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

interface Thread {
  append: Store['append'];
  ask(method: Question, query: Parameters<Store[Question]>[0]): Promise<unknown>;
  rollupsWaiting(): Promise<number>;
  close(): Promise<void>;
}

/** Returns when the store is open in it. `onEnd` is called once, when it will answer nothing more. */
async function startThread(data: ThreadData, log: Logger, onEnd: () => void): Promise<Thread> {
  const pack = createPacker();
  const worker = await startWorker({
    module: new URL('thread-serve.ts', import.meta.url),
    given: data,
    errorOf,
    onSaid: (line: string) => relay(log, line),
    ended: (code, cause) => new StoreUnavailable(`the store's thread has ended (code ${code})`, null, cause),
    onEnd(err) {
      if (err !== null) log.error({ err }, 'the store has ended, it is opened again for the next readings');
      onEnd();
    },
  });
  const send = (message: ToThread, transfer?: ArrayBuffer[]): Promise<unknown> =>
    worker.ask(message, transfer);
  return {
    async append(readings) {
      const batch = pack(readings);
      await send({ method: 'append', batch }, [batch.columns]);
    },
    ask: (method, query) => send({ method, query }),
    rollupsWaiting: async () => Number(await send({ method: 'rollupsWaiting' })),
    close: worker.close,
  };
}

/** A line of the thread's pino, said by ours. */
function relay(log: Logger, line: string): void {
  const { level, msg, ...fields } = JSON.parse(line) as { level: number; msg?: string };
  const name = pino.levels.labels[level] as 'error' | 'warn' | 'info' | 'debug' | undefined;
  log[name ?? 'error'](fields, msg);
}
