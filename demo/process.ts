/** One process of the product as a child of this one: started with its configuration file, ready when it says so. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from '../devices/kit/fault.ts';
import { flowsSandbox, type Sandbox } from '../devices/kit/sandbox.ts';

const QUANTRAC = join(import.meta.dirname, '../quantrac.js');
const READY_MS = 30_000;

export interface ProcessOptions {
  readonly args: readonly string[];
  /** Where its log goes. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onOutput?: (text: string) => void;
}

export interface RunningProcess {
  readonly child: ChildProcess;
  /** What the process said of itself when it was ready: its ports. */
  readonly ready: unknown;
  /** Resolves with the way it ended. */
  readonly ended: Promise<string>;
  /** Asks it to stop, and ends it when it has not after the patience. */
  stop(patienceMs: number): Promise<void>;
}

/** Flows start within theirs at once, so that this is their process; all their settings are in the file. */
function sandboxOf([command, ...args]: readonly string[]): Sandbox | null {
  if (command !== 'flows') return null;
  return flowsSandbox({ file: args[args.indexOf('--config') + 1], env: process.env }, []);
}

/** Resolves when the process is ready; rejects with its own sentence when it cannot start. */
export async function startProcess(name: string, options: ProcessOptions): Promise<RunningProcess> {
  const sandbox = sandboxOf(options.args);
  const child = fork(QUANTRAC, [...options.args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...(sandbox?.env ?? process.env), ...options.env },
    execArgv: [...(sandbox?.flags ?? [])],
  });
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  child.stderr?.pipe(log);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text));
  const ended = once(child, 'exit').then(([code, signal]) =>
    signal ? `signal ${signal}` : `exit code ${code}`,
  );

  const ready = await new Promise<unknown>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new UserFault(`${name} was not ready after ${READY_MS / 1000} s; its log is ${options.logFile}`),
      );
    }, READY_MS);
    child.on('message', (message: { ready?: unknown; fault?: string }) => {
      clearTimeout(timer);
      if (message.fault !== undefined) reject(new UserFault(message.fault));
      else resolve(message.ready);
    });
    void ended.then((how) => {
      clearTimeout(timer);
      reject(new UserFault(`${name} ended while starting (${how}); its log is ${options.logFile}`));
    });
  });

  return {
    child,
    ready,
    ended,
    async stop(patienceMs) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
