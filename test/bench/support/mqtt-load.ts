/**
 * A load in a process of its own: many raw MQTT clients that publish SenML with QoS 1, made before so that it costs the
 * machine next to nothing beside what is measured. The process is mqtt-load-process.ts.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Shape } from './payloads.ts';

export interface LoadOptions {
  readonly port: number;
  /** Names of the accounts. */
  readonly clients: readonly string[];
  readonly password: string;
  readonly shape: Shape;
  readonly keepAliveS?: number;
  /** Called as clients log in, with how many have. */
  readonly onConnected?: (clients: number) => void;
}

/**
 * `window`: each client has so many publishes in flight and sends the next when one is acknowledged. `rate`: readings/s
 * of all clients together at fixed times, whatever became of those before; what is late counts from its time.
 */
export type Pace = { readonly window: number } | { readonly readingsPerS: number };

export interface RunOptions {
  readonly seconds: number;
  readonly pace: Pace;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

export interface LoadResult {
  /** Acknowledged within the seconds of the run, a second. */
  readonly readingsPerS: number;
  /** All of the run, with those that were acknowledged after its end: none is left in flight. */
  readonly readings: number;
  /** From when a publish was to be sent to its PUBACK, ms. */
  readonly latency: Latency;
  /** How late the load itself was with its publishes, p99 in ms: the machine's unrest, which is part of the latency. 0 for a window. */
  readonly lateP99: number;
}

export interface Load {
  readonly pid: number;
  /** Returns when everything sent is acknowledged; throws when that does not happen or a connection is lost. */
  run(options: RunOptions): Promise<LoadResult>;
  /** Readings acknowledged since the start by station, of each of its parameters. */
  acknowledged(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

export type Request =
  | { readonly kind: 'connect'; readonly options: Omit<LoadOptions, 'onConnected'> }
  | { readonly kind: 'run'; readonly options: RunOptions }
  | { readonly kind: 'acknowledged' };
export type Answer =
  | { readonly kind: 'connected'; readonly clients: number }
  | { readonly kind: 'done'; readonly value?: unknown }
  | { readonly kind: 'failed'; readonly reason: string };

/** Resolves when all clients are connected and their stations known. */
export async function startLoad({ onConnected, ...options }: LoadOptions): Promise<Load> {
  const child = fork(join(import.meta.dirname, 'mqtt-load-process.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const ask = (request: Request): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const settle = (done: () => void): void => {
        child.off('message', heard);
        child.off('exit', gone);
        done();
      };
      const heard = (answer: Answer): void => {
        if (answer.kind === 'connected') onConnected?.(answer.clients);
        else if (answer.kind === 'done') settle(() => resolve(answer.value));
        else settle(() => reject(new Error(`load: ${answer.reason}`)));
      };
      const gone = (): void => settle(() => reject(new Error('the load ended by itself')));
      child.on('message', heard);
      child.once('exit', gone);
      child.send(request);
    });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.disconnect();
    await ended;
  };
  try {
    await ask({ kind: 'connect', options });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    run: (run) => ask({ kind: 'run', options: run }) as Promise<LoadResult>,
    acknowledged: () => ask({ kind: 'acknowledged' }) as Promise<Record<string, number>>,
    stop,
  };
}
