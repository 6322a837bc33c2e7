/**
 * A reading beside those that were due: an instrument that is read sooner than its period for a while, a level that is
 * told when it changes. Its reason says so, so that SenML, stores and edges need no case of their own, and the books
 * do not take it for one that was due.
 */
import type { Judged } from './quality.ts';

const EXTRA = 'beside those due';

export const asExtra = <T extends Judged>(reading: T): T => ({
  ...reading,
  reason: reading.reason === null ? EXTRA : `${reading.reason}; ${EXTRA}`,
});

export const isExtra = (reason: string | null): boolean => reason?.includes(EXTRA) ?? false;
