/**
 * QCVN 05:2023/BTNMT, ambient air, issued with Circular 01/2023/TT-BTNMT: the limits of its table 1 as dated rows. Each
 * holds for a mean over its averaging time; of a single value nothing can be said against it.
 */
import type { ParameterId } from '../parameter.ts';
import type { Text } from '../word.ts';

export type AveragingTime = '1h' | '8h' | '24h' | 'year';

export type AmbientPollutant = 'so2' | 'co' | 'no2' | 'o3' | 'tsp' | 'pm10' | 'pm2_5';

export interface AmbientLimit {
  readonly pollutant: AmbientPollutant;
  readonly averaging: AveragingTime;
  /** Per Nm³: at 25 °C and 760 mmHg, as recalled in the standards we work from, not read in the regulation. */
  readonly ug_m3: number;
  readonly clause: Text;
  /** First and last Vietnamese day, `2026-01-01`; null: until it is replaced. */
  readonly from: string;
  readonly until: string | null;
}

const IN_FORCE = '2023-09-12';
const TABLE_1: Text = { vi: 'QCVN 05:2023/BTNMT, bảng 1', en: 'QCVN 05:2023/BTNMT, table 1' };

const row = (
  pollutant: AmbientPollutant,
  averaging: AveragingTime,
  ug_m3: number,
  { from = IN_FORCE, until = null }: { from?: string; until?: string | null } = {},
): AmbientLimit => ({ pollutant, averaging, ug_m3, clause: TABLE_1, from, until });

export const QCVN_05: readonly AmbientLimit[] = [
  row('so2', '1h', 350),
  row('so2', '24h', 125),
  row('so2', 'year', 50),
  row('co', '1h', 30_000),
  row('co', '8h', 10_000),
  row('no2', '1h', 200),
  row('no2', '24h', 100),
  row('no2', 'year', 40),
  row('o3', '1h', 200),
  row('o3', '8h', 120),
  row('tsp', '1h', 300),
  row('tsp', '24h', 200),
  row('tsp', 'year', 100),
  row('pm10', '24h', 100),
  row('pm10', 'year', 50),
  row('pm2_5', '24h', 50, { until: '2025-12-31' }),
  row('pm2_5', '24h', 45, { from: '2026-01-01' }),
  row('pm2_5', 'year', 25),
];

/** The rows in force on a Vietnamese day `2026-03-05`; none before 12 September 2023. */
export const qcvn05At = (day: string): AmbientLimit[] =>
  QCVN_05.filter(({ from, until }) => from <= day && (until === null || day <= until));

/** The limit of a mean over a year that is in force on a Vietnamese day; undefined when there is none. */
export const qcvn05YearAt = (pollutant: AmbientPollutant, day: string): AmbientLimit | undefined =>
  qcvn05At(day).find((limit) => limit.pollutant === pollutant && limit.averaging === 'year');

/** The mean of values that make exactly 45 may come out as 45.00000000000001. */
export const exceedsAmbient = ({ ug_m3: most }: AmbientLimit, ug_m3: number): boolean => ug_m3 > most + 1e-9;

/** Which parameters are means that the table can be held against, and over which time. */
const MEANS: Partial<Record<ParameterId, readonly [AmbientPollutant, AveragingTime]>> = {
  so2_1h: ['so2', '1h'],
  so2_24h: ['so2', '24h'],
  co_1h: ['co', '1h'],
  co_8h: ['co', '8h'],
  no2_1h: ['no2', '1h'],
  no2_24h: ['no2', '24h'],
  o3_1h: ['o3', '1h'],
  o3_8h: ['o3', '8h'],
  pm10_24h: ['pm10', '24h'],
  pm2_5_24h: ['pm2_5', '24h'],
};

export type AmbientJudgement =
  | { readonly kind: 'judged'; readonly limit: AmbientLimit; readonly exceeded: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Whether a mean in µg/m³ exceeds its limit. The day is the one that the mean ends in, `dayOf(end - 1)`: what is labelled
 * 24:00 belongs to the day that ends there. What is no mean, or has no limit then, is refused with a sentence.
 */
export function judgeByQcvn05(parameter: ParameterId, ug_m3: number, day: string): AmbientJudgement {
  const mean = MEANS[parameter];
  if (mean === undefined) return { kind: 'refused', reason: whyNoMean(parameter) };
  if (!Number.isFinite(ug_m3)) return { kind: 'refused', reason: `${parameter} has no value` };
  const [pollutant, averaging] = mean;
  const limit = qcvn05At(day).find((row) => row.pollutant === pollutant && row.averaging === averaging);
  if (limit !== undefined) return { kind: 'judged', limit, exceeded: exceedsAmbient(limit, ug_m3) };
  return { kind: 'refused', reason: `QCVN 05:2023 has no ${averaging} limit of ${pollutant} on ${day}` };
}

/** Why no limit of the standard can ever hold for a parameter; null when one can. */
export const qcvn05Fault = (parameter: ParameterId): string | null =>
  MEANS[parameter] === undefined ? whyNoMean(parameter) : null;

function whyNoMean(parameter: ParameterId): string {
  const averages = Object.entries(MEANS).flatMap(([id, [pollutant]]) =>
    pollutant === parameter ? [id] : [],
  );
  return averages.length === 0
    ? `QCVN 05:2023 has no limit of ${parameter}`
    : `${parameter} is a value of a moment: the limits of QCVN 05:2023 hold for means (${averages.join(', ')})`;
}
