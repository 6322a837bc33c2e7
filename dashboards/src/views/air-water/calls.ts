/** The calls of this view. */
import { DAY_MS } from '../../../../devices/local-time.ts';
import type { DerivedAnswer, ReadingsAnswer, StationQuality } from '../../../../devices/wire/api.ts';
import type {
  DerivedDaysAnswer,
  DerivedListAnswer,
  ExceedancesAnswer,
  YearMeansAnswer,
} from '../../../../devices/wire/derived.ts';
import { ApiFault, get, type Parameters } from '../../api.ts';
import { dayEnd } from './days.ts';
import type { Medium } from './medium.ts';

/** Of a list that goes on for ever nobody would read the end: 40 pages are 2,000 stations and more. */
const MAX_PAGES = 40;

async function pages<A extends { readonly next: string | null; readonly stations: readonly unknown[] }>(
  path: string,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<A> {
  const first = await get<A>(path, parameters, signal);
  const stations = [...first.stations];
  let { next } = first;
  for (let page = 1; next !== null && page < MAX_PAGES; page++) {
    const more: A = await get<A>(path, { ...parameters, cursor: next }, signal);
    stations.push(...more.stations);
    next = more.next;
  }
  return { ...first, stations, next };
}

/** The newest indices of all stations of a kind, with their scales. */
export const newestIndices = (medium: Medium, signal: AbortSignal): Promise<DerivedListAnswer> =>
  pages('/derived', { kind: medium.id, parameter: [...new Set([medium.hour, medium.day])].join() }, signal);

export interface DaysQuery {
  readonly kind?: string;
  readonly station?: string;
  readonly parameters: readonly string[];
  readonly days: readonly string[];
}

export const byDay = (
  { kind, station, parameters, days }: DaysQuery,
  signal: AbortSignal,
): Promise<DerivedDaysAnswer> =>
  pages(
    '/derived/days',
    { kind, station, parameter: parameters.join(), from: days[0], to: days.at(-1), limit: 50 },
    signal,
  );

/** Of all stations that a standard is for. */
export async function exceedances(
  days: readonly string[],
  signal: AbortSignal,
): Promise<ExceedancesAnswer['stations']> {
  const ofKind = (kind: Medium['id']): Promise<ExceedancesAnswer> =>
    pages('/derived/exceedances', { kind, from: days[0], to: days.at(-1) }, signal);
  const answers = await Promise.all([ofKind('air'), ofKind('water')]);
  return answers.flatMap(({ stations }) => stations);
}

/** Of the 365 days up to this one. */
export const yearMeans = (to: string, signal: AbortSignal): Promise<YearMeansAnswer> =>
  pages('/derived/years', { kind: 'air', to }, signal);

/** What is of a time, its end in epoch ms; the newest of each without one. */
export const derivedOf = (
  station: string,
  at: number | undefined,
  signal: AbortSignal,
): Promise<DerivedAnswer> => get(`/stations/${encodeURIComponent(station)}/derived`, { at }, signal);

export const hoursOf = (
  station: string,
  parameter: string,
  from: number,
  signal: AbortSignal,
): Promise<ReadingsAnswer> => get('/readings', { station, parameter, from }, signal);

/** Means of each hour, of a measured parameter. */
export const hourlyMeans = (
  station: string,
  parameter: string,
  days: readonly string[],
  signal: AbortSignal,
): Promise<ReadingsAnswer> => {
  const to = dayEnd(days.at(-1) as string);
  const from = dayEnd(days[0] as string) - DAY_MS;
  return get('/readings', { station, parameter, from, to, every: 3600 }, signal);
};

/** The four numbers of a day; null for a day whose readings are not kept any more. */
export async function qualityOf(
  station: string,
  day: string,
  signal: AbortSignal,
): Promise<StationQuality | null> {
  try {
    const answer = await get<{ stations: StationQuality[] }>('/quality', { station, day }, signal);
    return answer.stations[0] ?? null;
  } catch (error) {
    if (error instanceof ApiFault && error.status === 400) return null;
    throw error;
  }
}
