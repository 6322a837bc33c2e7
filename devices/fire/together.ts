/** Two posts that each see something are an alarm where one alone only suspects. Pure. */
import { metresBetween, type Place } from '../distance.ts';
import type { FireEvidence } from '../fire-detection.ts';
import type { FireSettings } from './settings.ts';

/** A post as its neighbours see it: `fireEvidence` of its state. */
export interface SeenPost extends Place {
  readonly station: string;
  readonly evidence: readonly FireEvidence[];
}

/**
 * The newest evidence of each, if the posts are near enough and their evidence is near enough in time to be one fire;
 * null otherwise. In rain as in dry weather: two posts are enough.
 */
export function fireTogether(
  one: SeenPost,
  other: SeenPost,
  { neighbour_m, together_s }: Pick<FireSettings, 'neighbour_m' | 'together_s'>,
): readonly [FireEvidence, FireEvidence] | null {
  if (one.station === other.station || metresBetween(one, other) > neighbour_m) return null;
  const [first, second] = [newest(one.evidence), newest(other.evidence)];
  if (first === undefined || second === undefined) return null;
  return Math.abs(first.at - second.at) <= together_s * 1000 ? [first, second] : null;
}

const newest = (evidence: readonly FireEvidence[]): FireEvidence | undefined =>
  evidence.toSorted((a, b) => b.at - a.at)[0];
