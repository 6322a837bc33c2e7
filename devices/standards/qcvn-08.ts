/** QCVN 08:2023/BTNMT: a value of surface water against the class that its water body must meet. */
import { z } from 'zod';
import type { ParameterId } from '../parameter.ts';
import {
  QCVN_08,
  STANDARD,
  type SurfaceWaterLimit,
  WATER_CLASSES,
  type WaterKind,
} from './qcvn-08-tables.ts';

const TABLE_NAMES = { river: 'table 2 (rivers, streams, canals)', lake: 'table 3 (lakes, ponds)' } as const;

const classOf = <Kind extends WaterKind>(water: Kind) =>
  z.enum(WATER_CLASSES[water] as (typeof WATER_CLASSES)[Kind], {
    error: ({ input }) => {
      if (input === undefined) return `is missing: one of ${WATER_CLASSES[water].join(', ')}`;
      const unseen = water === 'lake' && (input === 'C' || input === 'D');
      const why = unseen ? ', since no source of its values was seen' : '';
      return `${STANDARD}, ${TABLE_NAMES[water]} has no class "${String(input)}" here${why}: it has ${WATER_CLASSES[water].join(', ')}`;
    },
  });

/** What a water body is and the class it must meet. The province's plan says so: there is no default. */
export const waterBodySchema = z.discriminatedUnion(
  'water',
  [
    z.strictObject({ water: z.literal('river'), class: classOf('river') }),
    z.strictObject({ water: z.literal('lake'), class: classOf('lake') }),
  ],
  { error: 'must be one of river, lake' },
);
export type WaterBody = z.infer<typeof waterBodySchema>;

/**
 * The row that holds for a substance, or one of our parameters, in a water body on a Vietnamese day `2026-03-05`; undefined
 * when there is none.
 */
export const qcvn08At = (body: WaterBody, substance: string, day: string): SurfaceWaterLimit | undefined =>
  QCVN_08.find(
    (row) =>
      row.substance === substance &&
      holdsIn(row, body) &&
      row.from <= day &&
      (row.until === null || day <= row.until),
  );

/** Why no limit of the standard can ever hold for a parameter in a water body; null when one can. */
export function qcvn08Fault(body: WaterBody, parameter: ParameterId): string | null {
  const rows = QCVN_08.filter((row) => row.substance === parameter && holdsIn(row, body));
  if (rows.length === 0) return `${tablesOf(body)} have no row for ${parameter} here`;
  const open = rows.find(({ least, most }) => least === null && most === null);
  return open === undefined
    ? null
    : `${open.clause.en} sets no bound for ${parameter} ("${open.printed}"): it can never be exceeded`;
}

const tablesOf = ({ water }: WaterBody): string => `${STANDARD}, table 1 and ${TABLE_NAMES[water]}`;

const holdsIn = (row: SurfaceWaterLimit, body: WaterBody): boolean =>
  (row.water === 'all' || row.water === body.water) && (row.class === 'all' || row.class === body.class);

/** Beyond which of its bounds a value is: oxygen has a lowest one, pH both, most others a highest one. */
export type BoundSide = 'above' | 'below';

/** On which sides a parameter has a bound in a water body, in any of the rows of it. */
export function qcvn08Sides(body: WaterBody, parameter: ParameterId): BoundSide[] {
  const rows = QCVN_08.filter((row) => row.substance === parameter && holdsIn(row, body));
  return SIDES.filter((side) => rows.some((row) => boundOf(row, side) !== null));
}

const SIDES = ['above', 'below'] as const;

export const boundOf = ({ least, most }: SurfaceWaterLimit, side: BoundSide): number | null =>
  side === 'above' ? most : least;

/** The mean of values that make exactly 15 may come out as 15.000000000000002. */
const ROUNDING = 1e-9;

/** The side on which a value, in the unit of the row, does not meet it; null when it does. */
export function beyondSide({ least, most }: SurfaceWaterLimit, value: number): BoundSide | null {
  if (most !== null && value > most + ROUNDING) return 'above';
  return least !== null && value < least - ROUNDING ? 'below' : null;
}

export type SurfaceWaterJudgement =
  /** Beyond its bound, above or below. A row without a bound is never exceeded. */
  | { readonly kind: 'judged'; readonly limit: SurfaceWaterLimit; readonly exceeded: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Whether a value, in the unit of its parameter, exceeds what the class of its water body allows on a day. What the standard
 * has no row for is refused with a sentence.
 */
export function judgeByQcvn08(
  body: WaterBody,
  parameter: ParameterId,
  value: number,
  day: string,
): SurfaceWaterJudgement {
  if (!Number.isFinite(value)) return { kind: 'refused', reason: `${parameter} has no value` };
  const limit = qcvn08At(body, parameter, day);
  if (limit === undefined)
    return {
      kind: 'refused',
      reason: `${tablesOf(body)} have no row for ${parameter} here that holds on ${day}`,
    };
  return { kind: 'judged', limit, exceeded: beyondSide(limit, value) !== null };
}
