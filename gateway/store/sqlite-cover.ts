/** Which tables answer for a stretch of time: whole intervals from rollups, ragged ends and marked hours from readings. */
import { intervalStart } from '../../devices/local-time.ts';
import { CLASSES, type Class, type Kept } from './sqlite-kept.ts';
import { HOUR_MS, LEVELS } from './sqlite-levels.ts';

/** Rows of `table` that start within from ≤ at < to. */
export interface Piece {
  readonly table: Class;
  readonly from: number;
  readonly to: number;
}

export interface CoverParts {
  readonly kept: Kept;
  /** Starts of hours whose rollups are not up to date, within from ≤ hour < to, ascending. */
  readonly marked: (from: number, to: number) => readonly number[];
}

const READINGS = LEVELS.length;
const tableOf = (index: number): Class => LEVELS[index]?.table ?? CLASSES[0];

/**
 * Pieces in ascending order that together hold each reading of from ≤ at < to once, in rows that never cross an interval of
 * `everyMs`. Where the rows that fit are deleted already, the finest that are kept stand for them.
 */
export function cover(from: number, to: number, everyMs: number, { kept, marked }: CoverParts): Piece[] {
  const pieces: Piece[] = [];
  const add = (table: Class, start: number, end: number): void => {
    if (start >= end) return;
    const last = pieces.at(-1);
    const joins = last?.table === table && last.to === start;
    if (joins) pieces.pop();
    pieces.push({ table, from: joins ? last.from : start, to: end });
  };

  /** Rows of this or, where it is deleted, of a coarser table, whatever their interval. */
  const rows = (start: number, end: number, index: number): void => {
    if (start >= end) return;
    const split = index === 0 ? start : Math.min(end, Math.max(start, kept.since(tableOf(index))));
    if (split > start) rows(start, split, index - 1);
    add(tableOf(index), split, end);
  };

  const whole = (start: number, end: number, index: number, ms: number): void => {
    const unit = Math.max(ms, HOUR_MS);
    let at = start;
    for (const hour of marked(Math.floor(start / HOUR_MS) * HOUR_MS, end)) {
      const stale = intervalStart(hour, unit);
      if (stale + unit <= at) continue;
      rows(at, stale, index);
      const until = Math.min(end, stale + unit);
      fit(Math.max(at, stale), until, unit > HOUR_MS ? index + 1 : READINGS);
      at = until;
    }
    if (at < end) rows(at, end, index);
  };

  const fit = (start: number, end: number, index: number): void => {
    if (start >= end) return;
    const level = LEVELS[index];
    if (level === undefined) {
      rows(start, end, index);
      return;
    }
    const first = intervalStart(start + level.ms - 1, level.ms);
    const last = intervalStart(end, level.ms);
    if (first >= last) {
      fit(start, end, index + 1);
      return;
    }
    fit(start, first, index + 1);
    whole(first, last, index, level.ms);
    fit(last, end, index + 1);
  };

  const coarsest = LEVELS.findIndex(({ ms }) => everyMs % ms === 0);
  fit(from, to, coarsest === -1 ? READINGS : coarsest);
  return pieces;
}
