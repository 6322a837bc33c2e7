/** A simulated instrument: a profile, and a signal for each point that it measures. */
import type { ReadWord } from '../decode.ts';
import type { ParameterId } from '../parameter.ts';
import type { Profile, ProfilePoint } from '../profile.ts';
import { canSayAbsent, createRegisterImage, inUnit } from './register-image.ts';
import type { Signal } from './signal.ts';

export interface SimulatedInstrument {
  /** Its registers at a time (epoch ms). */
  at(now: number): ReadWord;
}

export function createInstrument(
  profile: Profile,
  signals: ReadonlyMap<ParameterId, Signal>,
): SimulatedInstrument {
  const image = createRegisterImage(profile);
  const meters = profile.points.flatMap((point) => {
    const signal = signals.get(point.parameter);
    if (!signal) return [];
    return [[point.parameter, point.counter ? pulses(point, signal) : steady(point, signal)] as const];
  });
  return {
    at: (now) => image(new Map(meters.map(([parameter, meter]) => [parameter, meter(now)]))),
  };
}

/** An instrument that cannot say "no value" goes on showing its last. */
function steady(point: ProfilePoint, signal: Signal): Signal {
  if (canSayAbsent(point)) return signal;
  let last = 0;
  return (now) => {
    last = signal(now) ?? last;
    return last;
  };
}

/**
 * Counts the pulses of a flow. It counts in real time, however fast the recording is replayed: a reader that makes a
 * rate of it gets the recorded flow. While the recording has no value no pulse comes.
 */
function pulses(point: ProfilePoint, flow: Signal): Signal {
  const amount = point.counter?.amount ?? 1;
  let total = 0;
  let last: { at: number; perHour: number } | undefined;
  return (now) => {
    const perHour = Math.max(0, inUnit(point.parameter, flow(now) ?? 0, point.unit) / amount);
    if (last && now > last.at) total += (((last.perHour + perHour) / 2) * (now - last.at)) / 3_600_000;
    if (!last || now > last.at) last = { at: now, perHour };
    return total;
  };
}
