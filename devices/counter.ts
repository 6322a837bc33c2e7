/** Pulse counters of instruments: a count that only grows, rolls over and restarts, as a rate per hour. Pure. */

export interface CounterKind {
  /** Bits of the counter: after 2^width - 1 comes 0. */
  readonly width: 16 | 32;
  /** What one pulse stands for: 1 vehicle, 0.2 mm of rain. */
  readonly amount: number;
  readonly window_s: number;
}

interface Sample {
  readonly at: number;
  /** Pulses since the memory began, with rollovers undone. */
  readonly total: number;
}

/** What is remembered of one counter between two reads; changed by `stepCounter`. */
export interface CounterMemory {
  raw: number;
  at: number;
  total: number;
  /** Oldest first; the first is the one the rate is counted from. */
  samples: Sample[];
}

export type CounterStep =
  /** `overMs`: what the rate is counted over; less than the window until it is full for the first time. */
  | {
      readonly kind: 'rate';
      readonly perHour: number;
      readonly overMs: number;
      readonly memory: CounterMemory;
    }
  | { readonly kind: 'started' | 'restarted'; readonly memory: CounterMemory };

const HOUR_MS = 3_600_000;

/** Samples kept over a window, so that an hour read five times a second costs no more memory than a minute. */
const SAMPLES = 60;

/** Two pulses that arrive together are no impossible rate: so many are always believed. */
const SLACK_PULSES = 10;

/**
 * One read of a counter. `highest` is the greatest rate per hour that can be true: a change that would need more
 * than twice that is no rollover but a counter that began anew (power failure, exchanged module).
 */
export function stepCounter(
  kind: CounterKind,
  memory: CounterMemory | undefined,
  raw: number,
  at: number,
  highest: number,
): CounterStep {
  const fresh: CounterMemory = { raw, at, total: 0, samples: [{ at, total: 0 }] };
  if (memory === undefined) return { kind: 'started', memory: fresh };
  const span = 2 ** kind.width;
  const plausible = (2 * highest * (at - memory.at)) / HOUR_MS / kind.amount + SLACK_PULSES;
  const pulses = (raw - memory.raw + span) % span;
  // After a gap in which it may have rolled over unseen, the difference says nothing.
  if (at <= memory.at || pulses > plausible || plausible >= span) return { kind: 'restarted', memory: fresh };

  const total = memory.total + pulses;
  const windowMs = kind.window_s * 1000;
  const samples = [...memory.samples];
  const newest = samples.at(-1)?.at ?? at;
  if (at - newest >= windowMs / SAMPLES) samples.push({ at, total });
  while ((samples[1]?.at ?? at) <= at - windowMs) samples.shift();
  const base = samples[0] ?? { at: memory.at, total: memory.total };
  return {
    kind: 'rate',
    perHour: ((total - base.total) * kind.amount * HOUR_MS) / (at - base.at),
    overMs: at - base.at,
    memory: { raw, at, total, samples },
  };
}
