/** A signal: what one point of a simulated instrument measures at a time. */
import { UserFault } from '../kit/fault.ts';
import { type ParameterId, parameterOf } from '../parameter.ts';
import type { Recording } from './recording.ts';
import { type ReplayClock, replayTime, valueAt } from './replay.ts';
import type { Source } from './settings.ts';

/** The value in the parameter's unit at a time (epoch ms); null when the recording has none there. */
export type Signal = (now: number) => number | null;

export interface SignalContext {
  readonly recordings: (id: string) => Recording;
  readonly clock: ReplayClock;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
}

export function createSignal(source: Source, parameter: ParameterId, context: SignalContext): Signal {
  const { clock, random } = context;
  if ('constant' in source) return () => source.constant + source.noise * (2 * random() - 1);
  if ('sine' in source) {
    const { mean, amplitude, period_s } = source.sine;
    return (now) => {
      const turns = ((now - clock.startedAt) * clock.speed) / 1000 / period_s;
      return mean + amplitude * Math.sin(2 * Math.PI * turns) + source.noise * (2 * random() - 1);
    };
  }

  const recording = context.recordings(source.recording);
  const values = recording.columns.get(source.column);
  if (!values) {
    const known = [...recording.columns.keys()].join(', ');
    throw new UserFault(`recording "${source.recording}" has no column "${source.column}": it has ${known}`);
  }
  const start = source.start === undefined ? undefined : Date.parse(`${source.start}T00:00:00Z`);
  if (
    start !== undefined &&
    (start > (recording.times.at(-1) ?? 0) || start + 86_400_000 <= (recording.times[0] ?? 0))
  )
    throw new UserFault(`recording "${source.recording}" has no day ${source.start}`);
  const kind = parameterOf(parameter).unit === 'deg' ? 'direction' : 'plain';
  return (now) => {
    const value = valueAt(recording, values, replayTime(recording, start, clock, now), kind);
    return value === null ? null : value * source.scale + source.offset;
  };
}
