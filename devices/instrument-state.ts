/** A value beside what its instrument says of itself. Pure. */
import { type ReadRef, type StateKind, type StateRule, stateOf } from './profile/state.ts';
import { FLAG, type Judged } from './quality.ts';

/** How each kind of state is told before its reason. */
const WORDS: Readonly<Record<StateKind, string>> = {
  calibrating: 'calibration',
  error: 'instrument error',
  warning: 'instrument warning',
};

export const STATE_NOT_READ = 'instrument status not read';

/**
 * A value that was measured while calibrating keeps its value, is not evaluated (2) and so stays out of all means, whatever
 * else is said: the work at the instrument explains it. An instrument error makes it fail (4), a warning suspect (3). Without
 * its status registers a value is suspect: nobody knows what it was measured of. What is absent stays so.
 */
export function judgeState(judged: Judged, rules: readonly StateRule[], get: ReadRef): Judged {
  if (rules.length === 0 || judged.value === null) return judged;
  const told: Record<StateKind, string[]> = { calibrating: [], error: [], warning: [] };
  let unread = false;
  for (const rule of rules) {
    const raw = get(rule);
    if (raw === undefined) {
      unread = true;
      continue;
    }
    const state = stateOf(rule, raw);
    if (state) told[state.kind].push(state.reason);
  }
  const sentences = (['calibrating', 'error', 'warning'] as const)
    .filter((kind) => told[kind].length > 0)
    .map((kind) => `${WORDS[kind]}: ${told[kind].join(', ')}`);
  if (unread) sentences.push(STATE_NOT_READ);
  if (sentences.length === 0) return judged;
  // The ranges are for what was measured of the place: of a calibration gas they say nothing.
  const own = told.calibrating.length > 0 || judged.reason === null ? [] : [judged.reason];
  const reasons = [...sentences, ...own];
  return { value: judged.value, flag: flagOf(judged, told), reason: reasons.join('; ') };
}

function flagOf({ flag }: Judged, told: Readonly<Record<StateKind, readonly string[]>>): Judged['flag'] {
  if (told.calibrating.length > 0) return FLAG.notEvaluated;
  if (told.error.length > 0) return FLAG.fail;
  // What is no measurement to judge by stays that; a good value is doubtful now.
  return flag === FLAG.good ? FLAG.suspect : flag;
}
