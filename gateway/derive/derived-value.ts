/** What the gateway works out: a value of a derived parameter, with how it came about. */
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG, type Flag } from '../../devices/quality.ts';
import type { Derivation } from '../../devices/wire/api.ts';
import type { Text } from '../../devices/word.ts';
import type { StoredReading } from '../store/store.ts';

export interface DerivedValue {
  readonly station: string;
  readonly parameter: ParameterId;
  /** The end of what it is of, epoch ms: the hour 12:00 to 13:00 has 13:00, a day has the midnight that ends it. */
  readonly at: number;
  /** null: not published, the derivation's note says why. */
  readonly value: number | null;
  readonly flag: Flag;
  readonly body: Derivation;
}

export type Where = Pick<DerivedValue, 'station' | 'parameter' | 'at'>;

export const published = (where: Where, value: number, body: Derivation): DerivedValue => ({
  ...where,
  value,
  flag: FLAG.good,
  body,
});

/** Not published, and why. It is kept all the same, so that nobody takes the value before for the present one. */
export const withheld = (where: Where, note: Text, body: Derivation): DerivedValue => ({
  ...where,
  value: null,
  flag: FLAG.missing,
  body: { ...body, note },
});

/** As screens and flows get it. `derivedAt`: when it was worked out, epoch ms. */
export const asReading = (
  { station, parameter, at, value, flag, body }: DerivedValue,
  derivedAt: number,
): StoredReading => ({
  ...{ station, parameter, at, value, flag },
  reason: body.note?.en ?? null,
  receivedAt: derivedAt,
});

/** Inputs are kept for people to compare: eight digits tell more than any instrument. */
export const short = (value: number): number => Number(value.toPrecision(8));
