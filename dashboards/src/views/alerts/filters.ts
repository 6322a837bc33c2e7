/** What the history is filtered by: kept in the address, said to the gateway. Pure. */
import type { Parameters } from '../../api.ts';
import type { Query } from '../../route.ts';

export const LISTS = ['all', 'open', 'quiet', 'cleared', 'historical'] as const;
export const LEVELS = ['critical', 'warning', 'notice'] as const;
const NAMES = ['list', 'level', 'area', 'station', 'from', 'to'] as const;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** The beginning of a day in Vietnam, epoch ms; undefined when it is none. */
export function startOfDay(day: string | undefined): number | undefined {
  if (day === undefined || !DAY.test(day)) return undefined;
  const at = Date.parse(`${day}T00:00:00+07:00`);
  return Number.isFinite(at) ? at : undefined;
}

const oneOf = <T extends string>(all: readonly T[], value: string | undefined): T | undefined =>
  all.find((one) => one === value);

/** Both days belong to what is asked for. */
export function parametersOf(query: Query): Parameters {
  const to = startOfDay(query.to);
  return {
    state: oneOf(LISTS, query.list) ?? 'all',
    level: oneOf(LEVELS, query.level),
    area: query.area || undefined,
    station: query.station || undefined,
    from: startOfDay(query.from),
    to: to === undefined ? undefined : to + DAY_MS,
  };
}

/** How many filters are set. */
export const filtersOn = (query: Query): number =>
  NAMES.filter((name) => (query[name] ?? '') !== '' && query[name] !== 'all').length;

export const NO_FILTERS: Query = Object.fromEntries(NAMES.map((name) => [name, '']));
