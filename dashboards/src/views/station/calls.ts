/** What the view of a station asks. */
import type {
  AlertAnswer,
  BooksAnswer,
  DerivedValueAnswer,
  LatestReading,
  OutOfServiceAnswer,
  ReadingsAnswer,
  StationAnswer,
  StationLimitsAnswer,
} from '../../../../devices/wire/api.ts';
import type {
  InstrumentsAnswer,
  LateAnswer,
  PhotoAnswer,
  QualityDays,
} from '../../../../devices/wire/station.ts';
import { ApiFault, fileAt, get, send, sendFile } from '../../api.ts';
import type { View } from '../../chart/view.ts';
import type { Page } from './newest.ts';

export type Parameter = StationAnswer['parameters'][number];
export type Limit = StationLimitsAnswer['limits'][number];
export type Flag = LatestReading['flag'];

export interface LimitVersion {
  readonly version: number;
  readonly at: number | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly limits: readonly Limit[];
}

const at = (station: string): string => `/stations/${encodeURIComponent(station)}`;

export interface RangeQuery {
  readonly station: string;
  readonly parameter: string;
  readonly from: number;
  readonly to: number;
  /** Seconds of one interval; absent: the readings themselves. */
  readonly every?: number;
  readonly aggregate?: 'mean' | 'min' | 'max';
}

export const readingsIn = (query: RangeQuery, signal: AbortSignal): Promise<ReadingsAnswer> =>
  get('/readings', { ...query }, signal);

export const lateIn = (
  { station, parameter, from, to }: RangeQuery,
  signal: AbortSignal,
): Promise<LateAnswer> => get(`${at(station)}/late`, { parameter, from, to }, signal);

export const limitsOf = (station: string, signal: AbortSignal): Promise<StationLimitsAnswer> =>
  get(`${at(station)}/limits`, {}, signal);

export const derivedOf = async (
  station: string,
  signal: AbortSignal,
): Promise<readonly DerivedValueAnswer[]> =>
  (await get<{ values: DerivedValueAnswer[] }>(`${at(station)}/derived`, {}, signal)).values;

export const booksOf = (
  station: string,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<BooksAnswer> => get(`${at(station)}/books`, { from, to }, signal);

/** `from` and `to`: first and last Vietnamese day, as 2026-03-05. */
export const qualityOf = (
  station: string,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<QualityDays> => get(`${at(station)}/quality`, { from, to }, signal);

export const instrumentsOf = (station: string, signal: AbortSignal): Promise<InstrumentsAnswer> =>
  get(`${at(station)}/instruments`, {}, signal);

/** Newest first. */
export async function alertsOf(
  station: string,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Page<AlertAnswer>> {
  const query = { station, state: 'all', cursor, limit };
  const { alerts, next } = await get<{ alerts: AlertAnswer[]; next: string | null }>(
    '/alerts',
    query,
    signal,
  );
  return { items: alerts, next };
}

/** Newest first. */
export async function outOfServiceOf(
  station: string,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Page<OutOfServiceAnswer>> {
  const { out_of_service: items, next } = await get<{
    out_of_service: OutOfServiceAnswer[];
    next: string | null;
  }>('/out-of-service', { station, state: 'all', cursor, limit }, signal);
  return { items, next };
}

/** Newest first. */
export async function limitVersions(
  station: string,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Page<LimitVersion>> {
  const { versions: items, next } = await get<{ versions: LimitVersion[]; next: string | null }>(
    `${at(station)}/limits/versions`,
    { cursor, limit },
    signal,
  );
  return { items, next };
}

/** At most `LONGEST_FILE_MS` of it (range-query.ts). */
export const csvOf = (station: string, parameters: readonly string[], { from, to }: View): string =>
  fileAt('/export', {
    station,
    parameter: parameters.join(','),
    from: Math.round(from),
    to: Math.round(to),
  });

/** For what is shown beside the main thing: without it there is just less to see. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiFault && error.kind !== 'unauthorised') return null;
    throw error;
  }
}

export const photoOf = (station: string, signal: AbortSignal): Promise<PhotoAnswer> =>
  get(`${at(station)}/photo`, {}, signal);

/** Where the picture of that version is. */
export const photoAt = (station: string, version: string): string =>
  fileAt(`${at(station)}/photo/${version}`);

export const setPhoto = (station: string, file: Blob): Promise<PhotoAnswer> =>
  sendFile(`${at(station)}/photo`, file);

export const removePhoto = (station: string): Promise<PhotoAnswer> => send('DELETE', `${at(station)}/photo`);
