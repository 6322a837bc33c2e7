/** What a technician's command needs of the world. */
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import type { ProgressSink } from './progress.ts';

export interface CommandIo {
  /** A line of the command's answer. */
  readonly say: (line: string) => void;
  readonly progress: ProgressSink;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export const processIo = (): CommandIo => ({
  say: (line) => void process.stdout.write(`${line}\n`),
  progress: process.stderr,
  clock: systemClock,
  env: process.env,
  signal: new AbortController().signal,
});

/** 0: what was asked for is good; 1: it is not; 2: it is there, and some of it is in doubt. */
export type ExitCode = 0 | 1 | 2;
