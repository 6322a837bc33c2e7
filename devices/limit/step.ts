/**
 * The state machine of limits: pure, so that edge, flows and gateway give one answer.
 * Time comes from the reading, never from the wall clock; only what is stale needs a clock, and that is told to it.
 */
import { emptyBaseline, learned } from '../baseline.ts';
import { FLAG } from '../quality.ts';
import type { Reading } from '../reading.ts';
import type { Text } from '../word.ts';
import { withValue } from './change.ts';
import { type Judgement, judge, type Unjudged } from './judge.ts';
import type { Limit } from './schema.ts';
import { type LimitState, withTime } from './state.ts';
import { inForce } from './when.ts';

/** A change of phase, with what was compared. */
export interface Decision {
  readonly kind: 'raised' | 'cleared';
  readonly state: LimitState;
  /** Epoch ms. */
  readonly at: number;
  /** Of a rate the change within its window; of what is stale its age in seconds; otherwise the value of the reading. */
  readonly value: number;
  /** The value of the limit that `value` has crossed at this moment. */
  readonly threshold: number;
  /** Standard and clause that it is from. */
  readonly source?: Text | undefined;
}

/** Why a reading decides nothing: its flag, one at least as new was there before, or nothing can be said of its value. */
export type Refusal = 'not good' | 'out of order' | Unjudged;

export type LimitStep =
  | { readonly kind: 'none'; readonly state: LimitState }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly state: LimitState }
  | Decision;

/** What of a reading is judged. */
export type Judgeable = Pick<Reading, 'at' | 'value' | 'flag'>;

/** One step: the state before and a reading in, the state after and what to report out. */
export function stepLimit(limit: Limit, before: LimitState, { at, value, flag }: Judgeable): LimitStep {
  const sound = flag === FLAG.good || (limit.quality === 'suspect' && flag === FLAG.suspect);
  if (!sound || value === null) return { kind: 'refused', reason: 'not good', state: before };
  if (at <= before.lastAt) return { kind: 'refused', reason: 'out of order', state: before };

  const state = withReading(limit, before, at, value, flag === FLAG.good);
  const judgement = judge(limit, state, at, value);
  // Nobody knows what is normal, or allowed: neither that it is beyond nor that it is within.
  if (typeof judgement === 'string')
    return { kind: 'refused', reason: judgement, state: { ...state, pending: null } };
  return decide(limit, state, at, judgement);
}

function withReading(limit: Limit, before: LimitState, at: number, value: number, good: boolean): LimitState {
  const state = withTime(before, at);
  if (limit.kind === 'rate')
    return { ...state, window: withValue(state.window ?? [], limit.within_s, at, value) };
  if (limit.kind !== 'deviation') return state;
  const baseline = state.baseline ?? emptyBaseline();
  // What is suspect may decide, but it does not teach what is normal.
  return { ...state, baseline: good ? learned(baseline, at, value) : baseline };
}

function decide(limit: Limit, before: LimitState, at: number, judgement: Judgement): LimitStep {
  // Out of its season or hours a limit asks nothing: what it had raised is over.
  const vote = inForce(limit.when, at) ? judgement.vote : 'within';
  const { needed = 1, of = 1 } = limit.kind === 'stale' ? {} : limit;
  const votes = [...before.votes, vote].slice(-of);
  const state = { ...before, votes };
  const asked = askedBy(votes, needed);
  if (asked === null || asked === state.phase) return { kind: 'none', state: { ...state, pending: null } };

  const since = state.pending?.phase === asked ? state.pending.since : at;
  const raises = asked === 'raised';
  const holdS = raises ? (limit.kind === 'stale' ? 0 : limit.hold_s) : limit.clear_hold_s;
  // Of several samples the one that is told must itself be beyond, or within.
  const speaks = vote === (raises ? 'beyond' : 'within');
  if (!speaks || at - since < holdS * 1000)
    return { kind: 'none', state: { ...state, pending: { phase: asked, since } } };
  return {
    kind: raises ? 'raised' : 'cleared',
    state: { ...state, phase: asked, pending: null },
    at,
    value: judgement.value,
    threshold: raises ? judgement.raise : judgement.clear,
    source: judgement.source,
  };
}

function askedBy(votes: LimitState['votes'], needed: number): 'raised' | 'normal' | null {
  const count = (wanted: string): number => votes.filter((vote) => vote === wanted).length;
  if (count('beyond') >= needed) return 'raised';
  return count('within') >= needed ? 'normal' : null;
}

/** Who has not looked for so long cannot tell silence from his own absence: he waits for the whole time again. */
const MOST_TICK_PAUSE_MS = 60_000;

/**
 * Time passes for a limit that waits for readings; others do not mind. Call it every few seconds, with the wall clock (epoch
 * ms), while readings could come. Silence counts from the last reading, or from this look when nobody looked for a minute
 * or the limit was not in force.
 */
export function tickLimit(limit: Limit, before: LimitState, at: number): LimitStep {
  if (limit.kind !== 'stale') return { kind: 'none', state: before };
  if (!inForce(limit.when, at)) return { kind: 'none', state: { ...before, silence: null } };
  const { silence } = before;
  const watched = silence && at >= silence.lookedAt && at - silence.lookedAt <= MOST_TICK_PAUSE_MS;
  const since = watched ? Math.max(silence.since, before.lastAt) : at;
  const state = { ...before, silence: { since, lookedAt: at } };
  const silentS = (at - since) / 1000;
  if (before.phase === 'raised' || silentS < limit.after_s) return { kind: 'none', state };
  return {
    kind: 'raised',
    state: { ...state, phase: 'raised', pending: null },
    at,
    value: silentS,
    threshold: limit.after_s,
  };
}
