/** Limits that a national standard sets: the value is that of the row in force on the day of the reading. */
import { z } from 'zod';
import { dayOf } from '../local-time.ts';
import type { ParameterId } from '../parameter.ts';
import { judgeByQcvn05, qcvn05Fault } from '../standards/qcvn-05.ts';
import { judgeByQcvn08, qcvn08Fault, type WaterBody, waterBodySchema } from '../standards/qcvn-08.ts';
import type { Text } from '../word.ts';

export const STANDARDS = ['qcvn-05', 'qcvn-08'] as const;
export const WATERS = ['river', 'lake'] as const;
export const CLASSES = ['A', 'B', 'C', 'D'] as const;

/** What tells the row of a standard, beside the parameter. The averaging time is that of the parameter (`pm2_5_24h`). */
export const standardShape = {
  standard: z.enum(STANDARDS, `must be one of ${STANDARDS.join(', ')}`),
  /** QCVN 08 only: what the water body is and the class it must meet, as the province's plan says. */
  water: z.enum(WATERS, `must be one of ${WATERS.join(', ')}`).optional(),
  class: z.enum(CLASSES, `must be one of ${CLASSES.join(', ')}`).optional(),
};
type Fields = { readonly [K in keyof typeof standardShape]?: z.infer<(typeof standardShape)[K]> };

export interface StandardLimit extends Fields {
  readonly parameter: ParameterId;
  readonly standard: (typeof STANDARDS)[number];
}

export interface StandardFault {
  readonly field: string;
  readonly message: string;
}

/** Why no row of the standard can ever hold for such a limit; null when one can. */
export function standardFault(limit: StandardLimit): StandardFault | null {
  const { parameter, standard } = limit;
  if (standard === 'qcvn-05') {
    const stray = (['water', 'class'] as const).find((field) => limit[field] !== undefined);
    if (stray !== undefined) return { field: stray, message: 'QCVN 05:2023 is of air, not of a water body' };
    return faultAt('parameter', qcvn05Fault(parameter));
  }
  const body = waterBodySchema.safeParse({ water: limit.water, class: limit.class });
  if (body.success) return faultAt('parameter', qcvn08Fault(body.data, parameter));
  const [issue] = body.error.issues;
  return faultAt(String(issue?.path[0]), issue?.message ?? null);
}

const faultAt = (field: string, message: string | null): StandardFault | null =>
  message === null ? null : { field, message };

export interface StandardJudgement {
  readonly exceeded: boolean;
  /** The bound that the value is beyond or, of two, nearer to; in the parameter's unit. */
  readonly bound: number;
  readonly source: Text;
}

/** A value against the row in force at its time, epoch ms. Null: no row is in force then. */
export function judgeByStandard(limit: StandardLimit, at: number, value: number): StandardJudgement | null {
  const { parameter, standard } = limit;
  if (standard === 'qcvn-05') {
    // A mean is labelled with its end: the one of 24:00 is of the day that ends there.
    const judged = judgeByQcvn05(parameter, value, dayOf(at - 1));
    if (judged.kind === 'refused') return null;
    return { exceeded: judged.exceeded, bound: judged.limit.ug_m3, source: judged.limit.clause };
  }
  // The schema has seen to it that there are both, and that the table has this class.
  const judged = judgeByQcvn08(limit as WaterBody, parameter, value, dayOf(at));
  if (judged.kind === 'refused') return null;
  const bound = nearer(value, judged.limit.least, judged.limit.most);
  return bound === null ? null : { exceeded: judged.exceeded, bound, source: judged.limit.clause };
}

function nearer(value: number, least: number | null, most: number | null): number | null {
  if (least === null || most === null) return least ?? most;
  return value < (least + most) / 2 ? least : most;
}
