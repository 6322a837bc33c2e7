/** The thread of the embedded store: does what it is asked, in the order of asking, and answers. */
import type { MessagePort } from 'node:worker_threads';
import { pino } from 'pino';
import { openSqliteStore, type SqliteStore } from './sqlite.ts';
import { createUnpacker } from './thread-batch.ts';
import { type FromThread, plainOf, type Request, type ThreadData } from './thread-messages.ts';

export function serveStore(port: MessagePort, { dataDir, keep, logLevel }: ThreadData): void {
  const say = (message: FromThread): void => port.postMessage(message);
  const log = pino(
    { level: logLevel, base: undefined, timestamp: false },
    { write: (line) => say({ kind: 'log', line }) },
  );
  let store: SqliteStore;
  try {
    store = openSqliteStore(dataDir, { keep, log });
  } catch (error) {
    say({ kind: 'fault', fault: plainOf(error) });
    return;
  }
  const unpack = createUnpacker();

  const work = async (request: Request): Promise<unknown> => {
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
  port.on('message', (request: Request) => {
    work(request).then(
      (value) => {
        say({ kind: 'answer', id: request.id, value });
        if (request.method === 'close') port.close();
      },
      (error: unknown) => say({ kind: 'failed', id: request.id, fault: plainOf(error) }),
    );
  });
  say({ kind: 'open' });
}
