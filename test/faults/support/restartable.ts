/** A process of the product that a test kills and starts again: same files, same ports. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type RunningProcess, startProcess } from '../../../demo/process.ts';

/** What an edge has read and not written to its disk yet when it is killed: 250 ms are meant, the rest is a busy machine. */
export const IN_MEMORY_MS = 1500;

/** Epoch ms. */
export interface Death {
  /** What it read after this may be gone with its memory. */
  lostFrom: number;
  /** When it was started again; until then instruments answer what a dead process had asked. */
  backAt: number;
}

export interface Restartable {
  readonly name: string;
  isUp(): boolean;
  pid(): number;
  readonly deaths: readonly Death[];
  /** Resolves when it is ready; rejects with its own sentence when it cannot start. `env` is for this start alone. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface RestartableOptions {
  readonly name: string;
  readonly command: 'edge' | 'gateway';
  /** Where its settings and its log go. */
  readonly folder: string;
  readonly settings: object;
  readonly env?: Readonly<Record<string, string>>;
}

const STOP_MS = 5000;

/** Not started yet. */
export function restartable({ name, command, folder, settings, env }: RestartableOptions): Restartable {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify(settings), { mode: 0o600 });
  const deaths: Death[] = [];
  let running: RunningProcess | null = null;
  /** Never rejects. */
  let starting: Promise<void> = Promise.resolve();
  return {
    name,
    deaths,
    isUp: () => running !== null,
    pid: () => running?.child.pid ?? 0,
    async start(more) {
      const last = deaths.at(-1);
      if (last) last.backAt = Math.min(last.backAt, Date.now());
      const started = startProcess(name, {
        args: [command, '--config', file],
        logFile: join(folder, `${name}.log`),
        env: { ...env, ...more },
      }).then((process) => {
        running = process;
      });
      starting = started.catch(() => {});
      await started;
    },
    async kill() {
      await starting;
      const ending = running;
      if (ending === null) return;
      running = null;
      deaths.push({ lostFrom: Date.now() - IN_MEMORY_MS, backAt: Number.POSITIVE_INFINITY });
      ending.child.kill('SIGKILL');
      await ending.ended;
    },
    async stop() {
      // Who starts it may not wait for it any more: a failed test leaves no process behind.
      await starting;
      const ending = running;
      running = null;
      await ending?.stop(STOP_MS);
    },
  };
}
