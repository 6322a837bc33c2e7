/**
 * Hours in which a sample of surface water did not meet the class that its water body has to meet, by QCVN 08:2023. Which
 * class that is stands in the limits of the station and nowhere else. Pure.
 */
import type { Limit } from '../../devices/limit.ts';
import { dayOf, HOUR_MS } from '../../devices/local-time.ts';
import { type ParameterId, parameterOf } from '../../devices/parameter.ts';
import {
  type BoundSide,
  beyondSide,
  boundOf,
  qcvn08At,
  qcvn08Sides,
  type WaterBody,
  waterBodySchema,
} from '../../devices/standards/qcvn-08.ts';
import type { Exceedance } from '../../devices/wire/derived.ts';
import type { Point } from '../store/store.ts';

/** One bound of a class. */
export interface ClassBound {
  readonly body: WaterBody;
  readonly parameter: ParameterId;
  readonly side: BoundSide;
}

/** The bounds that limits name, each once: two limits of one class differ in when they alarm, which is of no matter here. */
export function classBounds(limits: readonly Limit[]): ClassBound[] {
  const bounds = limits.flatMap((limit) => {
    const body = bodyOf(limit);
    if (body === null) return [];
    const { parameter } = limit;
    return qcvn08Sides(body, parameter).map((side): ClassBound => ({ body, parameter, side }));
  });
  return once(bounds, ({ body, parameter, side }) => `${nameOf(body)} ${parameter} ${side}`);
}

/** What limits say that a water body is. */
export const bodiesOf = (limits: readonly Limit[]): WaterBody[] =>
  once(
    limits.map(bodyOf).filter((body) => body !== null),
    nameOf,
  );

function bodyOf(limit: Limit): WaterBody | null {
  if (limit.kind !== 'standard' || limit.standard !== 'qcvn-08') return null;
  return waterBodySchema.safeParse({ water: limit.water, class: limit.class }).data ?? null;
}

const nameOf = (body: WaterBody): string => `${body.water} ${body.class}`;

const once = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];

/**
 * `points` are the usable sample of each hour that is farthest to the side of the bound, at the hour's start; null
 * where there was none. A bound that changed has a row for each time; hours without a row of the standard are left out.
 */
export function sampleExceedances(
  { body, parameter, side }: ClassBound,
  points: readonly Point[],
): Exceedance[] {
  const hours = points.flatMap(([at, value]) => {
    const row = qcvn08At(body, parameter, dayOf(at));
    const bound = row && boundOf(row, side);
    if (value === null || row === undefined || bound === null || bound === undefined) return [];
    return [{ at, value, row, bound, beyond: beyondSide(row, value) === side }];
  });
  const isWorse = (one: number, other: number): boolean => (side === 'above' ? one > other : one < other);
  return Array.from(
    Map.groupBy(hours, ({ row }) => row),
    ([{ clause }, own]) => {
      const worst = own.reduce((top, next) => (isWorse(next.value, top.value) ? next : top));
      const beyond = own.filter((hour) => hour.beyond);
      return {
        standard: 'qcvn-08',
        parameter,
        unit: parameterOf(parameter).unit,
        limit: { value: worst.bound, clause },
        side,
        by: 'sample_hour',
        of: own.length,
        exceeded: beyond.length,
        days: new Set(beyond.map(({ at }) => dayOf(at))).size,
        worst: worst.value,
        worst_at: worst.at + HOUR_MS,
      };
    },
  );
}
