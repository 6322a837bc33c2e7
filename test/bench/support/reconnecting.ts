/** Edges that come back by themselves, in a process of their own (reconnecting-process.ts). */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Shape } from './payloads.ts';
import type { EnrolledEdge } from './secure-gateway.ts';

export interface ReconnectingOptions {
  readonly port: number;
  readonly ca: string;
  readonly edges: readonly EnrolledEdge[];
  readonly shape: Shape;
}

export interface Served {
  /** When the last one was: its inventory and then a live reading acknowledged. Epoch ms. */
  readonly lastAt: number;
  /** Connections that failed, of all. */
  readonly failed: number;
}

export interface Reconnecting {
  /** Resolves when each has been served so many times: once after the start, twice after an outage. */
  served(times: number): Promise<Served>;
  /** Publishes at fixed times, one edge after the other; resolves when all is acknowledged. Answers how many readings that were. */
  run(seconds: number, readingsPerS: number): Promise<number>;
  /** Readings acknowledged since the start by station, of each of its parameters. */
  acknowledged(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

export type Request =
  | { readonly kind: 'start'; readonly options: ReconnectingOptions }
  | { readonly kind: 'served'; readonly times: number }
  | { readonly kind: 'run'; readonly seconds: number; readonly readingsPerS: number }
  | { readonly kind: 'acknowledged' };
export type Answer = { readonly value?: unknown } | { readonly failed: string };

export async function startReconnecting(options: ReconnectingOptions): Promise<Reconnecting> {
  const child = fork(join(import.meta.dirname, 'reconnecting-process.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  /** One question at a time. */
  const ask = async (request: Request): Promise<unknown> => {
    child.send(request);
    const gone = ended.then(() => {
      throw new Error('the edges ended by themselves');
    });
    const [answer] = (await Promise.race([once(child, 'message'), gone])) as [Answer];
    if ('failed' in answer) throw new Error(`edges: ${answer.failed}`);
    return answer.value;
  };
  await ask({ kind: 'start', options });
  return {
    served: (times) => ask({ kind: 'served', times }) as Promise<Served>,
    run: (seconds, readingsPerS) => ask({ kind: 'run', seconds, readingsPerS }) as Promise<number>,
    acknowledged: () => ask({ kind: 'acknowledged' }) as Promise<Record<string, number>>,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await ended;
    },
  };
}
