/** The thread of the embedded store: does what it is asked, in the order of asking, and answers. */
import type { MessagePort } from 'node:worker_threads';
import { pino } from 'pino';
import { serveWorker } from '../worker-serve.ts';
import { openSqliteStore } from './sqlite.ts';
import { createUnpacker } from './thread-batch.ts';
import { type FromThread, plainOf, type Request, type ThreadData } from './thread-messages.ts';

export function serve(port: MessagePort, { dataDir, keep, logLevel }: ThreadData): void {
  const log = pino(
    { level: logLevel, base: undefined, timestamp: false },
    { write: (said) => port.postMessage({ kind: 'said', said } satisfies FromThread) },
  );
  serveWorker(port, plainOf, () => {
    const store = openSqliteStore(dataDir, { keep, log });
    const unpack = createUnpacker();
    return async (request: Request): Promise<unknown> => {
      switch (request.method) {
        case 'append':
          return store.append(unpack(request.batch));
        case 'close':
          return store.close();
        case 'rollupsWaiting':
          return store.rollups.waiting();
        case 'latest':
        case 'check':
          return store[request.method]();
        default:
          return store[request.method](request.query as never);
      }
    };
  });
}
