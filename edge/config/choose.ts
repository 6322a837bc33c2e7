/** Which configuration an edge runs when its process starts. Pure. */
import type { ConfigState } from './store.ts';

/** Starts of the process within a trial, after which it is taken back: one may have been a power cut. */
const MOST_STARTS = 2;

/**
 * `kept`: what is on disk, null when there is nothing that can be read. `fileHash`: of the configuration in the edge's own
 * file. Answers the state to go on with, this start counted.
 */
export function stateAtStart(kept: ConfigState | null, fileHash: string, now: number): ConfigState {
  if (kept === null) return { base: fileHash, running: null, local: false, wanted: null, trial: null };
  const { trial } = kept;
  if (kept.base !== fileHash) {
    // Whoever stands before the cabinet knows more of it than the centre.
    const edited: ConfigState = { ...kept, base: fileHash, running: null, local: true };
    return trial === null ? edited : takenBack(edited, 'the edge file was changed at the cabinet', now);
  }
  if (trial === null) return kept;
  const starts = trial.starts + 1;
  if (starts < MOST_STARTS) return { ...kept, trial: { ...trial, starts } };
  return takenBack(kept, `the edge ended ${starts} times while it was on trial`, now);
}

export const takenBack = (state: ConfigState, reason: string, now: number): ConfigState => ({
  ...state,
  wanted: state.wanted && { ...state.wanted, state: 'taken_back', reason: reason.slice(0, 500), since: now },
  trial: null,
});
