/**
 * Congestion of a site against its own free-flow speed: our proposal (docs/methods.md), no standard, so that every figure
 * of it is a setting.
 */
import { z } from 'zod';

export const congestionSettingsSchema = z
  .strictObject({
    /** Congested below this share of the free-flow speed … */
    raise_percent: z.number().min(1).max(100),
    /** … while the detector is covered for more than this share of the time. */
    occupancy_percent: z.number().min(0).max(100),
    /** Free again above this share of the free-flow speed. */
    clear_percent: z.number().min(1).max(100),
    /** Intervals in a row that must agree, for both. */
    intervals: z.int().min(1).max(100),
  })
  .superRefine((settings, context) => {
    if (settings.clear_percent >= settings.raise_percent) return;
    context.addIssue({
      code: 'custom',
      path: ['clear_percent'],
      message: `clear_percent ${settings.clear_percent} is below raise_percent ${settings.raise_percent}: it must not be`,
    });
  });
export type CongestionSettings = z.infer<typeof congestionSettingsSchema>;

/** What we propose. */
export const PROPOSED_CONGESTION: CongestionSettings = {
  raise_percent: 40,
  occupancy_percent: 25,
  clear_percent: 55,
  intervals: 3,
};

/** The share of night speeds that the free-flow speed is above, a proposal. */
export const PROPOSED_FREE_FLOW_PERCENTILE = 85;

/**
 * Free-flow speed in the unit of the speeds: a percentile of a site's speeds at night, linear between the two nearest. Null
 * while there are fewer than needed.
 */
export function freeFlowSpeed(
  nightSpeeds: readonly number[],
  percentile: number,
  needed: number,
): number | null {
  if (nightSpeeds.length < Math.max(1, needed)) return null;
  const sorted = nightSpeeds.toSorted((a, b) => a - b);
  const rank = (percentile / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] as number;
  const above = sorted[Math.ceil(rank)] as number;
  return below + (above - below) * (rank - Math.floor(rank));
}

export interface TrafficInterval {
  /** When it ended, epoch ms. */
  readonly at: number;
  readonly intervalS: number;
  /** Null where nothing good was measured. */
  readonly speedKmh: number | null;
  readonly occupancyPercent: number | null;
}

/** Plain JSON. `unknown` until enough intervals in a row have said one or the other. */
export interface CongestionState {
  readonly phase: 'unknown' | 'free' | 'congested';
  /** The other phase, when the last intervals asked for it, and how many in a row. */
  readonly towards: 'free' | 'congested' | null;
  readonly inRow: number;
  /** End of the newest interval, epoch ms. */
  readonly lastAt: number;
}

export const initialCongestion: CongestionState = { phase: 'unknown', towards: null, inRow: 0, lastAt: 0 };

/**
 * One step: the state before and an interval in, the state after out. An interval without values, or one that is missing,
 * ends a row and changes no phase: congestion does not clear because data stopped. What is not newer than the last
 * interval changes nothing.
 */
export function stepCongestion(
  state: CongestionState,
  interval: TrafficInterval,
  freeFlowKmh: number | null,
  settings: CongestionSettings,
): CongestionState {
  const { at, intervalS } = interval;
  if (at <= state.lastAt) return state;

  const asked = askedPhase(interval, freeFlowKmh, settings);
  if (asked === null || asked === state.phase) {
    return { phase: state.phase, towards: null, inRow: 0, lastAt: at };
  }
  // Half an interval late is still the next one.
  const follows = at - state.lastAt <= 1.5 * intervalS * 1000;
  const inRow = asked === state.towards && follows ? state.inRow + 1 : 1;
  return inRow >= settings.intervals
    ? { phase: asked, towards: null, inRow: 0, lastAt: at }
    : { phase: state.phase, towards: asked, inRow, lastAt: at };
}

/** What one interval asks for; null between the two, and where something is not known. */
function askedPhase(
  { speedKmh, occupancyPercent }: TrafficInterval,
  freeFlowKmh: number | null,
  settings: CongestionSettings,
): 'free' | 'congested' | null {
  if (speedKmh === null || freeFlowKmh === null) return null;
  const percent = (100 * speedKmh) / freeFlowKmh;
  if (percent > settings.clear_percent) return 'free';
  const covered = occupancyPercent !== null && occupancyPercent > settings.occupancy_percent;
  return covered && percent < settings.raise_percent ? 'congested' : null;
}
