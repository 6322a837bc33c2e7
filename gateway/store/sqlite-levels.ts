/** Rollups of the embedded store: their intervals are those of UTC. */
import { FLAG, type Flag, severityOf, USABLE_FLAGS } from '../../devices/quality.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export interface Level {
  readonly table: 'day' | 'hour' | 'minute';
  readonly ms: number;
}

/** Coarsest first. */
export const LEVELS: readonly Level[] = [
  { table: 'day', ms: DAY_MS },
  { table: 'hour', ms: HOUR_MS },
  { table: 'minute', ms: MINUTE_MS },
];

/** Columns that count flags. */
const COUNTS: readonly (readonly [column: string, flag: Flag])[] = [
  ['good', FLAG.good],
  ['not_evaluated', FLAG.notEvaluated],
  ['suspect', FLAG.suspect],
  ['fail', FLAG.fail],
  ['missing', FLAG.missing],
];

/** Values that may enter an aggregate. */
export const USABLE = `CASE WHEN flag IN (${USABLE_FLAGS.join(', ')}) THEN value END`;

const columns = (values: string, count: (column: string, flag: Flag) => string): string =>
  `${values}, ${COUNTS.map(([column, flag]) => count(column, flag)).join(', ')}`;

/** What a row of a rollup holds after series and time, from readings and from rows of a finer rollup. */
export const FROM_READINGS = columns(
  `count(${USABLE}), sum(${USABLE}), min(${USABLE}), max(${USABLE})`,
  (_, flag) => `sum(flag = ${flag})`,
);
export const FROM_ROLLUP = columns('sum(usable), sum(sum), min(min), max(max)', (column) => `sum(${column})`);

/** Severity of the worst flag that a row of a rollup counts. */
export const WORST = `CASE ${COUNTS.toSorted(([, a], [, b]) => severityOf(b) - severityOf(a))
  .map(([column, flag]) => `WHEN ${column} > 0 THEN ${severityOf(flag)}`)
  .join(' ')} END`;
