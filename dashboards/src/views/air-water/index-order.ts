/** Which station comes first, and what its days were. Pure. */
import type { Language } from '../../../../devices/parameter.ts';
import type { DerivedValueAnswer, StationAnswer } from '../../../../devices/wire/api.ts';
import type { DerivedDay, DerivedDaysAnswer } from '../../../../devices/wire/derived.ts';
import type { Medium } from './medium.ts';

/** By the index of the hour, worst first; then those without one; of equals by name. */
export function inWorstOrder(
  stations: readonly StationAnswer[],
  values: ReadonlyMap<string, readonly DerivedValueAnswer[]>,
  medium: Medium,
  language: Language,
): StationAnswer[] {
  const order = new Intl.Collator(language, { numeric: true });
  const sign = medium.worst === 'high' ? -1 : 1;
  const rank = ({ id }: StationAnswer): number => {
    const value = values.get(id)?.find(({ parameter }) => parameter === medium.hour)?.value;
    return value === undefined || value === null ? Number.POSITIVE_INFINITY : sign * value;
  };
  return stations.toSorted((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    return a === b ? order.compare(one.name[language], other.name[language]) : a - b;
  });
}

/** The days of one parameter at one station, by day; those of which nothing is known are absent. */
export function daysIn(
  answer: DerivedDaysAnswer,
  station: string,
  parameter: string,
): ReadonlyMap<string, DerivedDay> {
  const own = answer.stations.find((one) => one.station === station);
  const days = own?.parameters.find((one) => one.parameter === parameter)?.days ?? [];
  return new Map(days.map((day) => [day.day, day]));
}

/** The value that stands for a day; null when none was published. */
export const valueOfDay = (day: DerivedDay | undefined, medium: Medium): number | null =>
  day?.span?.[medium.worst] ?? null;

/** The time whose derivation tells of the day, epoch ms; null when nothing is known of it. */
export function tellingTime(day: DerivedDay | undefined, medium: Medium, end: number): number | null {
  if (day === undefined) return null;
  if (medium.day !== medium.hour || day.span === undefined) return end;
  return medium.worst === 'high' ? day.span.high_at : day.span.low_at;
}
