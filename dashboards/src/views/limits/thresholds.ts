/** The values of a limit that stand on the scale of its parameter, and how they move with each other. Pure. */
import type { Limit } from './calls.ts';

export interface Threshold {
  readonly field: string;
  readonly value: number;
  readonly kind: 'raise' | 'clear';
}

/** From the lowest to the highest, as they must stay. Sizes of a change or a silence are none of the scale. */
const ORDER: Readonly<Partial<Record<Limit['kind'], readonly string[]>>> = {
  high: ['clear', 'raise'],
  low: ['raise', 'clear'],
  outside: ['low', 'clear_low', 'clear_high', 'high'],
};

export function thresholdsOf(limit: Limit | null): Threshold[] {
  if (limit === null) return [];
  const values = limit as unknown as Readonly<Record<string, number | undefined>>;
  return (ORDER[limit.kind] ?? []).flatMap((field) => {
    const value = values[field];
    return value === undefined ? [] : [{ field, value, kind: field.startsWith('clear') ? 'clear' : 'raise' }];
  });
}

/** What one value takes along when it is moved past others, so that a limit that is dragged stays one. */
export function movedTo(limit: Limit, field: string, value: number): Record<string, number> {
  const all = thresholdsOf(limit);
  const place = all.findIndex((one) => one.field === field);
  const moved: Record<string, number> = { [field]: value };
  for (const [index, one] of all.entries()) {
    if (index < place && one.value > value) moved[one.field] = value;
    if (index > place && one.value < value) moved[one.field] = value;
  }
  return moved;
}
