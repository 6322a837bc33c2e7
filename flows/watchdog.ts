/**
 * A flow that never lets go (an endless loop) stops everything in this process, its heartbeat and its way out too. A
 * thread of its own sees that and ends the process, so that what supervises it starts it again.
 */
import { Worker } from 'node:worker_threads';

export interface WatchdogOptions {
  /** Seconds without a sign of life after which the process is ended. */
  readonly hangS: number;
  /** Where the thread writes when that was. */
  readonly hangsFile: string;
  /** Whether it says so on standard error. */
  readonly silent: boolean;
}

export interface WatchdogData extends WatchdogOptions {
  /** Counted up by who is watched. */
  readonly beats: SharedArrayBuffer;
}

const BEAT_MS = 500;

export function startWatchdog(options: WatchdogOptions): () => Promise<void> {
  const beats = new SharedArrayBuffer(4);
  const count = new Int32Array(beats);
  const workerData: WatchdogData = { ...options, beats };
  const worker = new Worker(new URL('./watchdog-thread.ts', import.meta.url), { workerData });
  worker.unref();
  const timer = setInterval(() => Atomics.add(count, 0, 1), BEAT_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await worker.terminate();
  };
}
