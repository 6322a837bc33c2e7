/** The thread of the evidence: does what it is asked, in the order of asking, and packs between. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { UserFault } from '../../devices/kit/fault.ts';
import { transact } from '../transaction.ts';
import { serveWorker } from '../worker-serve.ts';
import { type Break, createArrival } from './arrival.ts';
import { createChains } from './chains.ts';
import { createFold } from './fold.ts';
import { createQuery } from './query.ts';
import { createRepeats } from './repeats.ts';
import { createForget } from './retention.ts';
import { openEvidenceFile } from './schema.ts';
import type { FromThread, Group, Methods, PlainError, Request, ThreadData } from './thread-messages.ts';

const UPKEEP_MS = 60_000;
const DAY_MS = 86_400_000;

export function serve(port: MessagePort, data: ThreadData): void {
  const plainOf = (error: unknown): PlainError => ({
    message: (error as Error).message,
    user: error instanceof UserFault,
  });
  const tell = (said: string): void => port.postMessage({ kind: 'said', said } satisfies FromThread);
  serveWorker(port, plainOf, () => openEvidenceThread(data, tell));
}

/** What does the work; `tell` gets troubles in words. */
function openEvidenceThread(
  { dataDir, keepDays }: ThreadData,
  tell: (trouble: string) => void,
): (request: Request) => unknown {
  const db = openEvidenceFile(dataDir, tell);
  const chains = createChains(db);
  const repeats = createRepeats(db);
  const arrival = createArrival(db, chains, repeats);
  const fold = createFold(db);
  const forget = createForget(db);
  const query = createQuery(db);
  const insertRefusal = db.prepare(
    'INSERT INTO refusal VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET readings = excluded.readings',
  );

  const take = ({ heads, batches, payloads }: Group): Methods['take'][1] => {
    const breaks: Break[] = [];
    try {
      return transact(db, () => {
        // A chain is opened before its first batch, which may have come in the same group.
        const faults = heads.map(({ edge, seal, at }) =>
          arrival.head(edge, seal, at, (one) => breaks.push(one)),
        );
        let offset = 0;
        for (const { length, ...batch } of batches) {
          const broken = arrival.batch({ ...batch, payload: new Uint8Array(payloads, offset, length) });
          offset += length;
          if (broken !== null) breaks.push(broken);
        }
        return { faults, breaks };
      });
    } catch (error) {
      chains.forget();
      repeats.forget();
      throw error;
    }
  };

  const methods: { [M in keyof Methods]: (given: Methods[M][0]) => Methods[M][1] } = {
    take,
    refused({ edge, chain, number, receivedAt, readings }) {
      insertRefusal.run(edge, chain, number, receivedAt, JSON.stringify(readings));
      return null;
    },
    pin({ edge, key, at }) {
      arrival.pin(edge, key, at);
      return null;
    },
    plan: query.plan,
    block: ({ id, station }) => query.block(id, station),
    edges: chains.edges,
    close() {
      closed = true;
      clearInterval(timer);
      db.close();
      return null;
    },
  };

  let closed = false;
  let working = false;
  /** A block at a time: what has come meanwhile goes before. */
  const upkeep = async (): Promise<void> => {
    if (working) return;
    working = true;
    try {
      for (const due of fold.due(Date.now())) {
        for (let more = true; more && !closed; await nextTurn()) more = fold.step(due);
      }
      while (!closed && forget(Date.now() - keepDays * DAY_MS)) await nextTurn();
    } catch (error) {
      if (!closed) tell((error as Error).message);
    }
    working = false;
  };
  const timer = setInterval(upkeep, UPKEEP_MS);

  return ({ method, given }) => methods[method](given as never);
}
