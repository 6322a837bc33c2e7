/** What a station's device did in one sending cycle, from the readings of one parameter. Pure. */
import { meanDirection } from '../../../devices/methods/direction.ts';
import { FLAG, isUsable } from '../../../devices/quality.ts';
import type { Reading } from '../../../devices/reading.ts';

/** The three states that a station file knows (domain-standards 4.3: 00, 01, 02). */
export const FILE_STATES = ['measuring', 'calibrating', 'error'] as const;
export type FileState = (typeof FILE_STATES)[number];

export interface CycleValue {
  readonly state: FileState;
  /** Mean of the readings in that state, in the parameter's unit; null: none of them has a value. */
  readonly value: number | null;
}

/** As devices/instrument-state.ts tells it, alone or after other reasons. */
const CALIBRATION = /(^|; )calibration(:|;|$)/;

/** null: neither a measurement nor a fault, such as a value that is not evaluated for another reason. */
function stateOf({ flag, reason }: Pick<Reading, 'flag' | 'reason'>): FileState | null {
  if (isUsable(flag)) return 'measuring';
  if (reason !== null && CALIBRATION.test(reason)) return 'calibrating';
  return flag === FLAG.notEvaluated ? null : 'error';
}

/**
 * The state of most of the readings, before equals the earlier of FILE_STATES; a value of a calibration or a fault never enters
 * the mean of measurements. null: there is nothing to tell. An angle's mean is that of its directions.
 */
export function cycleValue(
  readings: readonly Pick<Reading, 'value' | 'flag' | 'reason'>[],
  angle: boolean,
): CycleValue | null {
  const values: Record<FileState, (number | null)[]> = { measuring: [], calibrating: [], error: [] };
  for (const reading of readings) {
    const state = stateOf(reading);
    if (state !== null) values[state].push(reading.value);
  }
  const [state] = FILE_STATES.toSorted((a, b) => values[b].length - values[a].length);
  if (state === undefined || values[state].length === 0) return null;
  const present = values[state].filter((value) => value !== null);
  return { state, value: present.length === 0 ? null : (angle ? meanDirection : mean)(present) };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
