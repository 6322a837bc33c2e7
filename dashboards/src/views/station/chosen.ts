/** Which parameters the chart shows: those of the address, or the one that stands for the station. Pure. */
import type { Query } from '../../route.ts';
import type { Parameter } from './calls.ts';

export const isKnown = (parameters: readonly Parameter[], id: string): boolean =>
  parameters.some((parameter) => parameter.id === id);

/** None, one or two; the second is another one than the first. */
export function chosenOf(parameters: readonly Parameter[], { p, q }: Query): readonly Parameter[] {
  const main = parameters.find(({ id }) => id === p) ?? parameters[0];
  if (!main) return [];
  const second = parameters.find(({ id }) => id === q && id !== main.id);
  return second ? [main, second] : [main];
}
