/** A process of the product that a test kills and starts again: same files, same ports. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type RunningProcess, startProcess } from '../../../demo/process.ts';

export interface Restartable {
  readonly name: string;
  isUp(): boolean;
  pid(): number;
  /** Times of its kills, epoch ms. */
  readonly killed: readonly number[];
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
  const killed: number[] = [];
  let running: RunningProcess | null = null;
  return {
    name,
    killed,
    isUp: () => running !== null,
    pid: () => running?.child.pid ?? 0,
    async start(more) {
      running = await startProcess(name, {
        args: [command, '--config', file],
        logFile: join(folder, `${name}.log`),
        env: { ...env, ...more },
      });
    },
    async kill() {
      const ending = running;
      if (ending === null) return;
      running = null;
      killed.push(Date.now());
      ending.child.kill('SIGKILL');
      await ending.ended;
    },
    async stop() {
      const ending = running;
      running = null;
      await ending?.stop(STOP_MS);
    },
  };
}
