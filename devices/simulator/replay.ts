/** Where a replay stands in its recording, and the value there. Pure. */
import { DAY_MS, VIETNAM_AHEAD_MS } from '../local-time.ts';
import type { Recording } from './recording.ts';

/** Vietnam's clock is UTC+7 all the year round: the hour that people see is the hour that is replayed. */

export interface ReplayClock {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly speed: number;
}

/**
 * The recorded clock time that is shown now. The replay begins on the day `start` (the recording's first without
 * one) at the present time of day, and begins again at the end of the recording.
 */
export function replayTime(
  recording: Recording,
  start: number | undefined,
  clock: ReplayClock,
  now: number,
): number {
  const first = recording.times[0] ?? 0;
  const span = (recording.times.at(-1) ?? 0) + recording.stepMs - first;
  const day = start ?? Math.floor(first / DAY_MS) * DAY_MS;
  const timeOfDay = (clock.startedAt + VIETNAM_AHEAD_MS) % DAY_MS;
  const time = day + timeOfDay + (now - clock.startedAt) * clock.speed;
  return first + ((((time - first) % span) + span) % span);
}

/**
 * The value at a recorded time: straight between two neighbours one step apart, held for its own step before a gap,
 * null in a gap. Directions turn the short way round.
 */
export function valueAt(
  recording: Recording,
  values: Float64Array,
  time: number,
  kind: 'plain' | 'direction' = 'plain',
): number | null {
  const { times, stepMs } = recording;
  const index = lastNotAfter(times, time);
  const value = values[index] ?? Number.NaN;
  const age = time - (times[index] ?? 0);
  if (Number.isNaN(value) || age >= stepMs) return null;
  // After the last row comes the first again.
  const next = values[(index + 1) % times.length] ?? Number.NaN;
  const distance = index + 1 < times.length ? (times[index + 1] ?? 0) - (times[index] ?? 0) : stepMs;
  if (Number.isNaN(next) || distance > stepMs) return value;
  const part = age / stepMs;
  if (kind === 'plain') return value + (next - value) * part;
  const turn = ((next - value + 540) % 360) - 180;
  return (value + turn * part + 360) % 360;
}

function lastNotAfter(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((times[middle] ?? 0) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}
