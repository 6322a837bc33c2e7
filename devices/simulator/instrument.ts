/** A simulated instrument: a profile, and a signal for each point that it measures. */
import type { ReadWord } from '../decode.ts';
import type { ParameterId } from '../parameter.ts';
import type { Profile, ProfilePoint } from '../profile.ts';
import { canSayAbsent, createRegisterImage, inUnit } from './register-image.ts';
import type { Signal } from './signal.ts';

export interface SimulatedInstrument {
  /** Its registers at a time (epoch ms). */
  at(now: number): ReadWord;
  /** Its registers at a time when it has no value for anything. */
  absent(now: number): ReadWord;
  /** Its registers before it has measured anything. */
  idle(): ReadWord;
  /** Its counters begin anew from 0, as after a power failure. */
  resetCounters(): void;
}

interface Meter {
  measure: Signal;
  reset(): void;
}

export function createInstrument(
  profile: Profile,
  signals: ReadonlyMap<ParameterId, Signal>,
): SimulatedInstrument {
  const image = createRegisterImage(profile);
  const meters = profile.points.flatMap((point) => {
    const signal = signals.get(point.parameter);
    if (!signal) return [];
    return [{ point, meter: point.counter ? pulses(point, signal) : steady(point, signal) }];
  });
  const measured = (now: number, absent: (point: ProfilePoint) => boolean): ReadWord =>
    image(
      new Map(
        meters.map(({ point, meter }) => {
          const value = meter.measure(now);
          return [point.parameter, absent(point) ? null : value];
        }),
      ),
    );
  return {
    at: (now) => measured(now, () => false),
    // A counter that showed its absent value would look like one that was reset.
    absent: (now) => measured(now, (point) => !point.counter && canSayAbsent(point)),
    idle: () => image(new Map()),
    resetCounters: () => {
      for (const { meter } of meters) meter.reset();
    },
  };
}

/** An instrument that cannot say "no value" goes on showing its last. */
function steady(point: ProfilePoint, signal: Signal): Meter {
  let last = 0;
  return {
    measure: canSayAbsent(point)
      ? signal
      : (now) => {
          last = signal(now) ?? last;
          return last;
        },
    reset: () => {},
  };
}

/**
 * Counts the pulses of a flow. It counts in real time, however fast the recording is replayed: a reader that makes a
 * rate of it gets the recorded flow. While the recording has no value no pulse comes.
 */
function pulses(point: ProfilePoint, flow: Signal): Meter {
  const amount = point.counter?.amount ?? 1;
  let total = 0;
  let last: { at: number; perHour: number } | undefined;
  return {
    measure: (now) => {
      const perHour = Math.max(0, inUnit(point.parameter, flow(now) ?? 0, point.unit) / amount);
      if (last && now > last.at) total += (((last.perHour + perHour) / 2) * (now - last.at)) / 3_600_000;
      if (!last || now > last.at) last = { at: now, perHour };
      return total;
    },
    reset: () => {
      total = 0;
      last = undefined;
    },
  };
}
