/**
 * What keeps this system's clock right, from what Linux shows in files and through timedatectl: Node has no adjtimex(2), and a
 * native package for one number is not worth its trouble. Where nobody can be asked (a container, another system) it is unknown.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClockSource } from './trust.ts';

export interface SystemClockSource {
  /** As it was last known. */
  current(): ClockSource;
  /** Asks again; never throws. */
  refresh(): Promise<void>;
}

export interface SourceOptions {
  /** Where the system's files are; `/` but for tests. */
  readonly root?: string;
  readonly timedatectl?: string;
  readonly now?: () => number;
}

const ANSWER_MS = 2000;

/** A battery clock that set the system's clock agrees with it; one without a battery began anew with the power. */
const BATTERY_AGREES_MS = 60_000;

export const fixedSource = (source: ClockSource): SystemClockSource => ({
  current: () => source,
  refresh: async () => {},
});

export async function openClockSource(options: SourceOptions = {}): Promise<SystemClockSource> {
  const { root = '/', timedatectl = 'timedatectl', now = Date.now } = options;
  let current: ClockSource = 'unknown';

  async function refresh(): Promise<void> {
    // A clock that was right once since the start of the system loses some seconds a day, not hours.
    if (current !== 'network') current = await ask();
  }

  async function ask(): Promise<ClockSource> {
    const synchronised = isSynchronised(root) || (await asksKernel(timedatectl));
    if (synchronised) return 'network';
    const battery = batteryTime(root);
    if (battery !== null && Math.abs(battery - now()) <= BATTERY_AGREES_MS) return 'battery';
    return synchronised === null ? 'unknown' : 'none';
  }

  await refresh();
  return { current: () => current, refresh };
}

/** systemd-timesyncd makes this file when it has reached a server; like all of /run it is gone at the next start. */
const isSynchronised = (root: string): boolean => existsSync(join(root, 'run/systemd/timesync/synchronized'));

/**
 * The kernel's own word, whoever sets its clock (chrony, ntpd): yes while its greatest error is below 16 s. Null when there
 * is no systemd to ask.
 */
function asksKernel(timedatectl: string): Promise<boolean | null> {
  const words = ['show', '--property=NTPSynchronized', '--value'];
  return new Promise((resolve) => {
    execFile(timedatectl, words, { timeout: ANSWER_MS }, (error, output) => {
      const answer = output.trim();
      resolve(error || !['yes', 'no'].includes(answer) ? null : answer === 'yes');
    });
  });
}

/** Epoch ms of the battery clock; null without one. */
function batteryTime(root: string): number | null {
  try {
    const seconds = Number(readFileSync(join(root, 'sys/class/rtc/rtc0/since_epoch'), 'utf8'));
    return Number.isFinite(seconds) ? seconds * 1000 : null;
  } catch {
    return null;
  }
}
