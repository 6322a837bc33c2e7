/** What the view of limits asks and sends. */
import type { DerivedAnswer, ReadingsAnswer, StationLimitsAnswer } from '../../../../devices/wire/api.ts';
import type { RehearsalAnswer } from '../../../../devices/wire/rehearsal.ts';
import { get, send } from '../../api.ts';

export type Limit = StationLimitsAnswer['limits'][number];
export type LimitKind = Limit['kind'];
export type LimitOf<K extends LimitKind> = Extract<Limit, { kind: K }>;
export type Level = Limit['level'];

/** As the gateway keeps it: `at`, `by` and `reason` are null of version 0, the edge's own file. */
export interface LimitVersion {
  readonly version: number;
  readonly at: number | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly limits: readonly Limit[];
}

const at = (station: string): string => `/stations/${encodeURIComponent(station)}/limits`;

export const limitsOf = (station: string, signal?: AbortSignal): Promise<StationLimitsAnswer> =>
  get(at(station), {}, signal);

export const versionsOf = (
  station: string,
  cursor: string | undefined,
  signal?: AbortSignal,
): Promise<{ versions: LimitVersion[]; next: string | null }> =>
  get(`${at(station)}/versions`, { cursor }, signal);

export interface LimitsChange {
  readonly based_on: number;
  readonly reason: string;
  readonly limits: readonly Limit[];
}

export const setLimits = (station: string, change: LimitsChange): Promise<StationLimitsAnswer> =>
  send('PUT', at(station), change);

/** All limits of the station as they would be, over `from` ≤ t < `to` (epoch ms). */
export const beginRehearsal = (
  station: string,
  limits: readonly Limit[],
  from: number,
  to: number,
): Promise<RehearsalAnswer> =>
  send('POST', '/rehearsals', { stations: [station], from, to, rule: { limits } });

export const rehearsalAt = (id: string, signal?: AbortSignal): Promise<RehearsalAnswer> =>
  get(`/rehearsals/${id}`, {}, signal);

export const readingsOver = (
  query: {
    readonly station: string;
    readonly parameter: string;
    readonly from: number;
    readonly to: number;
    readonly every: number;
    readonly aggregate: 'min' | 'max' | 'mean';
  },
  signal?: AbortSignal,
): Promise<ReadingsAnswer> => get('/readings', { ...query }, signal);

export const derivedAt = (station: string, signal?: AbortSignal): Promise<DerivedAnswer> =>
  get(`/stations/${encodeURIComponent(station)}/derived`, {}, signal);
