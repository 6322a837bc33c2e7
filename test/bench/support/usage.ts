/** What the system says of a process (Linux): the time it took of the processors, and its memory. */
import { readFileSync } from 'node:fs';

/** /proc counts in hundredths of a second on every Linux (USER_HZ). */
const TICK_S = 0.01;

export interface Usage {
  /** Processor seconds since its start, all threads, of user and system. */
  readonly cpuS: number;
  /** Resident memory, MB. */
  readonly residentMb: number;
  /** The most that it was. */
  readonly mostMb: number;
  /** Resident memory with what it shares with other processes divided among them, MB; null where the system does not tell. */
  readonly shareMb: number | null;
}

export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program is in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuS: (Number(fields[11]) + Number(fields[12])) * TICK_S,
    residentMb: megabytes(status, 'VmRSS'),
    mostMb: megabytes(status, 'VmHWM'),
    shareMb: shareOf(pid),
  };
}

function shareOf(pid: number): number | null {
  try {
    return megabytes(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'), 'Pss');
  } catch {
    return null;
  }
}

const megabytes = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;

/** Measures how many processors a process keeps busy between its start and each call. */
export function watchCpu(pid: number): () => number {
  const from = { cpuS: usageOf(pid).cpuS, at: performance.now() };
  return () => ((usageOf(pid).cpuS - from.cpuS) * 1000) / (performance.now() - from.at);
}
