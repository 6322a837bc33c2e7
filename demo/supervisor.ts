/** What a service manager does in the field: starts processes, and a process that ends by itself comes back. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningProcess, startProcess } from './process.ts';

const STOP_MS = 1800;
const RESTART_PAUSE_MS = 1000;
/** A process that ends more often than this is left alone. */
const MAX_RESTARTS = 10;

export interface Supervised<Ready> {
  /** The command line, made anew for each start from what the process said of itself before: its ports. */
  readonly args: (before: Ready | undefined) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly onOutput?: (text: string) => void;
}

export interface Supervisor {
  /** Resolves when the process is ready, with what it said of itself. */
  run<Ready>(name: string, supervised: Supervised<Ready>): Promise<Ready>;
  pids(): Record<string, number>;
  stop(): Promise<void>;
}

export function createSupervisor(logs: string, print: (line: string) => void): Supervisor {
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const running = new Map<string, RunningProcess>();
  /** Starts under way: a stop waits for them too. */
  const starting = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  const { signal } = stopping;

  const start = async <Ready>(
    name: string,
    { args, ...options }: Supervised<Ready>,
    before: Ready | undefined,
  ): Promise<Ready> => {
    const start = startProcess(name, { args: args(before), logFile: join(logs, `${name}.log`), ...options });
    starting.add(start);
    try {
      const process = await start;
      running.set(name, process);
      return process.ready as Ready;
    } finally {
      starting.delete(start);
    }
  };

  const keep = async <Ready>(name: string, supervised: Supervised<Ready>, ready: Ready): Promise<void> => {
    for (let count = 0; count < MAX_RESTARTS; count++) {
      const how = await running.get(name)?.ended;
      if (signal.aborted) return;
      print(`! ${name} ended (${how}); it is started again`);
      await sleep(RESTART_PAUSE_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await start(name, supervised, ready).catch((error: Error) => print(`! ${error.message}`));
    }
    print(`! ${name} ends again and again and is left alone; its log is in ${logs}`);
  };

  return {
    async run(name, supervised) {
      const ready = await start(name, supervised, undefined);
      void keep(name, supervised, ready);
      return ready;
    },
    pids: () => Object.fromEntries([...running].map(([name, { child }]) => [name, child.pid ?? 0])),
    async stop() {
      stopping.abort();
      await Promise.allSettled(starting);
      await Promise.all([...running.values()].map((process) => process.stop(STOP_MS)));
    },
  };
}
