/** Which configuration an edge runs when its process starts. Pure. */
import type { ConfigState } from './store.ts';

/** Starts of the process within a trial, after which it is taken back: one may have been a power cut. */
const MOST_STARTS = 2;
/** Processes in a row that died of what is kept, after which it is taken back. */
const MOST_DEATHS = 3;

export interface Start {
  readonly now: number;
  /** Of the system. */
  readonly boot: string;
}

/**
 * `kept`: what is on disk, null when there is nothing that can be read. `fileHash`: of the configuration in the edge's own
 * file. Answers the state to go on with, this start counted.
 */
export function stateAtStart(kept: ConfigState | null, fileHash: string, { now, boot }: Start): ConfigState {
  if (kept === null)
    return { base: fileHash, running: null, local: false, wanted: null, trial: null, before: null };
  const { trial, before } = kept;
  if (kept.base !== fileHash) {
    // Whoever stands before the cabinet knows more of it than the centre.
    const edited: ConfigState = { ...kept, base: fileHash, running: null, local: true, before: null };
    return trial === null ? edited : takenBack(edited, 'the edge file was changed at the cabinet', now);
  }
  if (trial === null)
    return before === null ? kept : withStarts(kept, before.boot === boot ? before.starts + 1 : 1, boot);
  const starts = trial.starts + 1;
  if (starts < MOST_STARTS) return { ...kept, trial: { ...trial, starts } };
  return takenBack(kept, `the edge ended ${starts} times while it was on trial`, now);
}

export const takenBack = (state: ConfigState, reason: string, now: number): ConfigState => ({
  ...state,
  wanted: state.wanted && { ...state.wanted, state: 'taken_back', reason: reason.slice(0, 500), since: now },
  trial: null,
});

/** `starts` of the process with what is kept, none of which has proved it good yet. */
export const withStarts = (
  state: ConfigState,
  starts: number,
  boot = state.before?.boot ?? '',
): ConfigState => ({ ...state, before: state.before && { ...state.before, boot, starts } });

/** The state after what is kept is given up, because the process dies of it; null: it does not. */
export function givenUp(state: ConfigState, now: number): ConfigState | null {
  const { running, before } = state;
  if (running === null || before === null || before.starts <= MOST_DEATHS) return null;
  const reason = `the edge ended ${before.starts - 1} times within ${before.trial_s} s of its start`;
  return {
    ...state,
    running: before.version,
    local: before.local,
    before: null,
    wanted: { version: running, state: 'taken_back', reason, since: now },
  };
}
