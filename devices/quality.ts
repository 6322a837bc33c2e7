/** Quality of one value: QARTOD flags with a reason, pure. */
import type { ParameterId } from './parameter.ts';
import { parameterOf } from './parameter.ts';

/** QARTOD primary flags (IOC manual 54:V3): the numbers travel on the wire and stand in the store. */
export const FLAG = { good: 1, notEvaluated: 2, suspect: 3, fail: 4, missing: 9 } as const;

export type Flag = (typeof FLAG)[keyof typeof FLAG];

export const FLAGS: readonly Flag[] = [1, 2, 3, 4, 9];

/** Precedence of QARTOD's aggregate flag, weakest first: missing < not evaluated < good < suspect < fail. */
const BY_SEVERITY: readonly Flag[] = [FLAG.missing, FLAG.notEvaluated, FLAG.good, FLAG.suspect, FLAG.fail];

export const severityOf = (flag: Flag): number => BY_SEVERITY.indexOf(flag);

export const flagOfSeverity = (severity: number): Flag => BY_SEVERITY[severity] ?? FLAG.fail;

/** Flags of values that may enter means and stand beside others: one of a calibration may not. */
export const USABLE_FLAGS: readonly Flag[] = [FLAG.good, FLAG.suspect];

export const isUsable = (flag: Flag): boolean => USABLE_FLAGS.includes(flag);

/** A judged value. No value is null, with a flag and a reason; it is never 0, NaN or -999. */
export interface Judged {
  readonly value: number | null;
  readonly flag: Flag;
  readonly reason: string | null;
}

export const missing = (reason: string): Judged => ({ value: null, flag: FLAG.missing, reason });

/** QARTOD gross range test with the parameter's spans; the limits themselves pass. */
export function judgeGrossRange(parameter: ParameterId, value: number): Judged {
  const { fail, suspect } = parameterOf(parameter);
  if (!Number.isFinite(value)) return missing('not a number');
  if (value < fail[0] || value > fail[1]) {
    return { value, flag: FLAG.fail, reason: `outside ${fail[0]}..${fail[1]}` };
  }
  if (suspect && (value < suspect[0] || value > suspect[1])) {
    return { value, flag: FLAG.suspect, reason: `unusual: outside ${suspect[0]}..${suspect[1]}` };
  }
  return { value, flag: FLAG.good, reason: null };
}
