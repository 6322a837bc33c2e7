/** What a derivation says, as rows: sub-indices, inputs with their completeness, means beside their limits. Pure. */
import { isParameter, type Language, parameterOf } from '../../../../devices/parameter.ts';
import type { DerivedAnswer, DerivedValueAnswer } from '../../../../devices/wire/api.ts';
import type { Medium } from './medium.ts';

export interface SubIndex {
  readonly id: string;
  readonly index: number;
  /** It decides the index. VN_WQI is made of all, and none is named. */
  readonly dominant: boolean;
}

/** Worst first. */
export function subIndices({ parts = {}, dominant }: DerivedValueAnswer, medium: Medium): SubIndex[] {
  const sign = medium.worst === 'high' ? -1 : 1;
  return Object.entries(parts)
    .map(([id, index]) => ({ id, index, dominant: id === dominant }))
    .sort((one, other) => Number(other.dominant) - Number(one.dominant) || sign * (one.index - other.index));
}

export interface InputRow {
  readonly parameter: string;
  readonly name: Readonly<Record<Language, string>>;
  readonly unit: string;
  readonly value: number | null;
  readonly have?: number | undefined;
  readonly of?: number | undefined;
}

/** Where an input does not say how complete it is, the derived value of the same name and time does. */
export function inputsOf(answer: DerivedAnswer, value: DerivedValueAnswer): InputRow[] {
  return value.inputs.map(({ parameter, at, value: given, have, of }) => {
    const own = answer.values.find((one) => one.parameter === parameter && one.at === at);
    const known = isParameter(parameter) ? parameterOf(parameter) : null;
    return {
      parameter,
      name: known?.name ?? { vi: parameter, en: parameter },
      unit: known?.unit ?? '',
      value: given,
      have: have ?? own?.have,
      of: of ?? own?.of,
    };
  });
}

/** Whole per cent, rounded down so that 100 means all; null where nothing is counted. */
export function completenessOf({
  have,
  of,
}: {
  readonly have?: number | undefined;
  readonly of?: number | undefined;
}): number | null {
  if (have === undefined || of === undefined || of === 0) return null;
  return Math.floor(Math.min(1, have / of) * 100);
}

/** The means that QCVN 05 has limits for, as far as they are of the time of the answer. */
export const meansOf = (answer: DerivedAnswer): DerivedValueAnswer[] =>
  answer.values.filter(({ parameter, method }) => /^mean-(1|8|24)h$/.test(method) && !isDustHour(parameter));

/** There is no limit of an hour for dust. */
const isDustHour = (parameter: string): boolean => parameter === 'pm2_5_1h' || parameter === 'pm10_1h';
