/** Watches an edge that runs a configuration on trial, to the end of it or until it does worse than before. */
import type { Clock } from '../clock.ts';
import type { Baseline } from './capture.ts';
import { type Periods, worse } from './judge.ts';

export interface TrialParts {
  readonly baseline: Baseline;
  readonly periods: Periods;
  readonly trialS: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Since this configuration runs, at most of the last minutes. */
  present(): Baseline;
  /** True when the centre has acknowledged it. */
  tell(): Promise<boolean>;
}

export type TrialEnding =
  | { readonly kind: 'good' }
  | { readonly kind: 'worse'; readonly reason: string }
  /** The process ends; the next one goes on with it. */
  | { readonly kind: 'stopped' };

const LOOK_MS = 1000;
/** At its end the centre must acknowledge; it is asked so long, or as long as the trial was. */
const MOST_REACH_MS = 60_000;

export async function watchTrial(parts: TrialParts): Promise<TrialEnding> {
  const { baseline, periods, clock, signal, present } = parts;
  const trialMs = parts.trialS * 1000;
  const since = clock.ticks();
  for (let atEnd = false; !atEnd; ) {
    await clock.sleep(LOOK_MS, signal);
    if (signal.aborted) return { kind: 'stopped' };
    const elapsedMs = clock.ticks() - since;
    atEnd = elapsedMs >= trialMs;
    const reason = worse({ before: baseline, now: present(), periods, elapsedMs }, atEnd);
    if (reason !== null) return { kind: 'worse', reason };
  }
  const reached = await reachCentre(parts, Math.min(trialMs, MOST_REACH_MS));
  if (signal.aborted) return { kind: 'stopped' };
  return reached ? { kind: 'good' } : { kind: 'worse', reason: 'the centre stays out of reach' };
}

/** The order came over the link: what cuts it off must not stay. */
async function reachCentre({ clock, signal, tell }: TrialParts, mostMs: number): Promise<boolean> {
  const until = clock.ticks() + mostMs;
  for (;;) {
    const left = until - clock.ticks();
    if (left <= 0 || signal.aborted) return false;
    const late = clock.sleep(left, signal).then(() => false);
    if (await Promise.race([tell(), late])) return true;
    await clock.sleep(Math.min(LOOK_MS, until - clock.ticks()), signal);
  }
}
