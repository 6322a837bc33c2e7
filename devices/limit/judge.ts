/** What one reading says in the light of a limit, for each kind. Pure. */
import { normalAt } from '../baseline.ts';
import type { Text } from '../word.ts';
import { changeIn } from './change.ts';
import type { Direction, Limit, LimitOf } from './schema.ts';
import { judgeByStandard } from './standard.ts';
import type { LimitState, Vote } from './state.ts';

export interface Judgement {
  readonly vote: Vote;
  /** What was compared: of a rate the change, otherwise the value itself; of what is stale its age in seconds. */
  readonly value: number;
  /** With what, at this moment, to raise and to clear: in the parameter's unit, of what is stale in seconds. */
  readonly raise: number;
  readonly clear: number;
  /** Standard and clause that these values are from. */
  readonly source?: Text;
}

/** Why nothing can be said of a value: the baseline is not known yet, or no row of the standard is in force that day. */
export type Unjudged = 'learning' | 'no row in force';

/** The state knows of the reading already. */
export function judge(limit: Limit, state: LimitState, at: number, value: number): Judgement | Unjudged {
  switch (limit.kind) {
    case 'high': {
      const { raise, clear = raise } = limit;
      return { vote: voteOf(value >= raise, value <= clear), value, raise, clear };
    }
    case 'low': {
      const { raise, clear = raise } = limit;
      return { vote: voteOf(value <= raise, value >= clear), value, raise, clear };
    }
    case 'outside':
      return judgeOutside(limit, value);
    case 'rate':
      return judgeRate(limit, state, at, value);
    case 'deviation':
      return judgeDeviation(limit, state, at, value);
    case 'stale':
      return { vote: 'within', value: 0, raise: limit.after_s, clear: limit.after_s };
    case 'standard': {
      const judged = judgeByStandard(limit, at, value);
      if (judged === null) return 'no row in force';
      const { exceeded, bound, source } = judged;
      return { vote: voteOf(exceeded, !exceeded), value, raise: bound, clear: bound, source };
    }
  }
}

const voteOf = (beyond: boolean, within: boolean): Vote =>
  beyond ? 'beyond' : within ? 'within' : 'between';

function judgeOutside(limit: LimitOf<'outside'>, value: number): Judgement {
  const { low, high, clear_low = low, clear_high = high } = limit;
  const vote = voteOf(value <= low || value >= high, value >= clear_low && value <= clear_high);
  const lower = value < (low + high) / 2;
  return { vote, value, raise: lower ? low : high, clear: lower ? clear_low : clear_high };
}

function judgeRate(limit: LimitOf<'rate'>, state: LimitState, at: number, value: number): Judgement {
  const { raise, clear = raise, direction, within_s } = limit;
  const change = changeIn(state.window ?? [], value, direction);
  const vote = voteOf(Math.abs(change) >= raise, Math.abs(change) <= clear);
  const sign = signOf(change, direction);
  // That nothing has changed is known of a window that has no hole; after one, or a start, it is only not seen.
  const seen = at - state.runSince >= within_s * 1000;
  return {
    vote: vote === 'within' && !seen ? 'between' : vote,
    value: change,
    raise: sign * raise,
    clear: sign * clear,
  };
}

function judgeDeviation(
  limit: LimitOf<'deviation'>,
  state: LimitState,
  at: number,
  value: number,
): Judgement | 'learning' {
  const { direction, mads, days, least_days } = limit;
  const normal = state.baseline && normalAt(state.baseline, at, { days, leastDays: least_days });
  if (!normal) return 'learning';
  const raise = Math.max(limit.raise, mads * normal.mad);
  const clear = raise * ((limit.clear ?? limit.raise) / limit.raise);
  const away = value - normal.median;
  const sign = signOf(away, direction);
  const vote = voteOf(sign * away >= raise, sign * away <= clear);
  return { vote, value, raise: normal.median + sign * raise, clear: normal.median + sign * clear };
}

const signOf = (away: number, direction: Direction): 1 | -1 => {
  if (direction === 'both') return away < 0 ? -1 : 1;
  return direction === 'up' ? 1 : -1;
};
