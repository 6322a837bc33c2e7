/** The books of a day added up: by parameter, by hour, and why readings are absent or flagged. Pure. */
import type { BooksAnswer } from '../../../../devices/wire/api.ts';

type Hour = BooksAnswer['hours'][number];

/** In the order of a bar: what is there first. */
export const FATES = ['good', 'flagged', 'queued', 'quarantined', 'missed'] as const;
export type Fate = (typeof FATES)[number];

export type Sums = Readonly<Record<Fate | 'expected' | 'extra', number>>;

const EMPTY: Sums = { expected: 0, extra: 0, good: 0, flagged: 0, queued: 0, quarantined: 0, missed: 0 };
const KEYS = Object.keys(EMPTY) as (keyof Sums)[];

const add = (sums: Sums, hour: Hour): Sums =>
  Object.fromEntries(KEYS.map((key) => [key, sums[key] + hour[key]])) as unknown as Sums;

export const sumOf = (hours: readonly Hour[]): Sums => hours.reduce(add, EMPTY);

export const byParameter = (hours: readonly Hour[]): ReadonlyMap<string, Sums> =>
  new Map([...Map.groupBy(hours, ({ parameter }) => parameter)].map(([id, own]) => [id, sumOf(own)]));

/** By the start of the hour, ascending. */
export const byHour = (
  hours: readonly Hour[],
): ReadonlyArray<{ readonly hour: number; readonly sums: Sums }> =>
  [...Map.groupBy(hours, ({ hour }) => hour)]
    .sort(([a], [b]) => a - b)
    .map(([hour, own]) => ({ hour, sums: sumOf(own) }));

/** Everything that came or was due. */
export const whole = (sums: Sums): number => FATES.reduce((sum, fate) => sum + sums[fate], 0);

export interface Cause {
  readonly fate: 'missed' | 'flagged' | 'quarantined';
  /** Of what is flagged: the flag. */
  readonly flag: Hour['flagged_why'][number]['flag'] | null;
  /** As the gateway says it. */
  readonly text: string;
  readonly count: number;
  readonly parameters: readonly string[];
}

/** The most first. */
export function causesOf(hours: readonly Hour[]): Cause[] {
  const causes = new Map<string, Cause>();
  const put = (parameter: string, { count, ...cause }: Omit<Cause, 'parameters'>): void => {
    const key = JSON.stringify([cause.fate, cause.flag, cause.text]);
    const before = causes.get(key);
    causes.set(key, {
      ...cause,
      count: (before?.count ?? 0) + count,
      parameters: [...new Set([...(before?.parameters ?? []), parameter])],
    });
  };
  for (const { parameter, missed_why, flagged_why, quarantined_why } of hours) {
    for (const { cause, count } of missed_why)
      put(parameter, { fate: 'missed', flag: null, text: cause, count });
    for (const { flag, reason, count } of flagged_why)
      put(parameter, { fate: 'flagged', flag, text: reason, count });
    for (const { reason, count } of quarantined_why)
      put(parameter, { fate: 'quarantined', flag: null, text: reason, count });
  }
  return [...causes.values()].filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}
