/**
 * A mean that stands for several values: it goes as a good reading whose reason says so, so that SenML, stores and
 * people who know nothing of it still see that nobody has measured it.
 */
const MEAN = /^mean of (\d{1,9}) values in \d+ s(?=$|; )/;

export const meanReason = (values: number, windowMs: number): string =>
  `mean of ${values} values in ${windowMs / 1000} s`;

/** How many values a reading with this reason stands for, or null when it is no mean. */
export function valuesOfMean(reason: string | null): number | null {
  const values = reason === null ? null : MEAN.exec(reason)?.[1];
  return values === null || values === undefined ? null : Number(values);
}
