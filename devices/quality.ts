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

/** What a test has found against a value. */
export interface Finding {
  readonly flag: typeof FLAG.suspect | typeof FLAG.fail;
  readonly reason: string;
}

/** The worst flag and all reasons. */
export const blame = (judged: Judged, { flag, reason }: Finding): Judged => ({
  value: judged.value,
  flag: severityOf(flag) > severityOf(judged.flag) ? flag : judged.flag,
  reason: withReason(judged.reason, reason),
});

/** Why the time of a reading is doubtful: nobody knows whether the edge's clock is right. */
export const CLOCK_NOT_SYNCHRONISED = 'clock not synchronised';
/** The same: the edge's clock was set back, and there are readings of this time already. */
export const CLOCK_SET_BACK = 'clock was set back';

/**
 * A value at a time that is doubtful: what was good is suspect. What is worse or absent stays so, and what was not
 * evaluated too: a calibration must not get into means and limits for a clock's sake.
 */
export const doubtTime = <T extends Judged>(judged: T, reason: string): T => ({
  ...judged,
  flag: judged.flag === FLAG.good ? FLAG.suspect : judged.flag,
  reason: withReason(judged.reason, reason),
});

const withReason = (before: string | null, reason: string): string =>
  before === null ? reason : `${before}; ${reason}`;

/** No value is called stale before this age: batches and the network take a few seconds of their own. */
const STALE_GRACE_MS = 10_000;

/**
 * The gap test from the other side: a value outlives its period only as "stale". At each due time there is a reading, if
 * only a missing one; when three periods have brought none, edge or line is gone and the last value is not the present one.
 */
export const isStale = (at: number, periodS: number, now: number): boolean =>
  now - at > staleAfterMs(periodS);

export const staleAfterMs = (periodS: number): number => Math.max(3 * periodS * 1000, STALE_GRACE_MS);

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
