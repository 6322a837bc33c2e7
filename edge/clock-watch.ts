/** Watches the wall clock while the edge runs: says when it is not to be trusted or was set, and marks readings by that. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';
import { writeWhole } from '../devices/kit/whole-file.ts';
import { doubtTime } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import { type Clock, every } from './clock.ts';
import type { SystemClockSource } from './clock-source.ts';
import { readKept } from './state-file.ts';
import { type ClockSource, type ClockState, createClockTrust, stepText } from './trust.ts';

export interface Timed {
  /** With what is to be said of their times. */
  readonly dated: readonly Reading[];
  /** Only the monotonic clock is known of them: `at` is in ticks. */
  readonly untimed: readonly Reading[];
}

export interface ClockWatch {
  /** Parts readings by what is known of their times. Looks at the clock first. */
  time(readings: readonly Reading[]): Timed;
  /** Whether nobody knows when this was, though the clock said so. */
  doubts(at: number): boolean;
  state(): ClockState;
  /** Keeps the newest time on disk. */
  stop(): void;
}

export interface ClockWatchOptions {
  readonly clock: Clock;
  readonly source: SystemClockSource;
  readonly dataDir: string;
  readonly log: Logger;
  /** The clock was set: what counts time by readings begins anew. */
  readonly onStep: () => void;
  /** The clock is trusted now, and this is what it shows beyond the ticks. Called again when it throws. */
  readonly onTime: (offset: number, source: ClockSource) => void;
}

const LOOK_MS = 1000;

/** The system is asked in this pace, since asking may start a program. */
const ASK_MS = 30_000;

/** The newest time goes to disk in this pace: flash cards wear, and a clock without a battery is wrong by more. */
const KEEP_MS = 600_000;

const fileSchema = z.object({ newest: z.int().min(0).max(8.64e15) });

export function watchClock({ clock, source, dataDir, log, onStep, onTime }: ClockWatchOptions): ClockWatch {
  const file = join(dataDir, 'clock.json');
  const stopping = new AbortController();
  const trust = createClockTrust(readNewest(file, log));
  let told: boolean | null = null;
  let keepAt = clock.ticks() + KEEP_MS;
  let keepFails = false;
  /** Whether it was told on that the clock is trusted. */
  let timed = false;

  function tellTime(): void {
    try {
      onTime(trust.offset(), trust.state().source);
      timed = true;
    } catch (err) {
      log.warn({ err }, 'readings cannot be dated yet');
    }
  }

  function keep(): void {
    keepAt = clock.ticks() + KEEP_MS;
    if (!trust.state().trusted) return;
    try {
      writeNewest(file, trust.newest());
      keepFails = false;
    } catch (err) {
      if (!keepFails) log.warn({ err }, 'the newest time cannot be kept on disk');
      keepFails = true;
    }
  }

  function look(): void {
    const step = trust.look({ wall: clock.now(), ticks: clock.ticks(), source: source.current() });
    const { trusted, source: keptBy, reason } = trust.state();
    if (step !== 0) {
      log.warn({ step: stepText(step) }, 'the clock was set');
      onStep();
      keep();
    }
    if (trusted !== told) {
      if (!trusted) log.warn({ reason }, 'the clock is not trusted, readings wait for time');
      else log.info({ source: keptBy, reason }, 'the clock is trusted');
      told = trusted;
    }
    if (!trusted || step !== 0) timed = false;
    if (trusted && !timed) tellTime();
    if (clock.ticks() >= keepAt) keep();
  }

  look();
  void every(clock, LOOK_MS, stopping.signal, look);
  void every(clock, ASK_MS, stopping.signal, () => void source.refresh());
  return {
    time(readings) {
      look();
      const dated: Reading[] = [];
      const untimed: Reading[] = [];
      for (const reading of readings) {
        const timing = trust.timing(reading.at);
        if (timing.kind === 'untimed') untimed.push({ ...reading, at: timing.ticks });
        else dated.push(timing.reason === null ? reading : doubtTime(reading, timing.reason));
      }
      return { dated, untimed };
    },
    doubts(at) {
      const timing = trust.timing(at);
      return timing.kind === 'untimed' || timing.reason !== null;
    },
    state: trust.state,
    stop() {
      stopping.abort();
      keep();
    },
  };
}

/** Null when there is none yet, or none that can be read: then this start trusts what the system tells. */
const readNewest = (file: string, log: Logger): number | null =>
  readKept(file, fileSchema, log, 'the newest time on disk cannot be read, it is forgotten')?.newest ?? null;

const writeNewest = (file: string, newest: number): void =>
  writeWhole(file, `${JSON.stringify({ newest: Math.round(newest) })}\n`);
