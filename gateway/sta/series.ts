/** The rows of one Datastream, straight from where they are: store, derived values, and in memory the newest of each. */
import { isDerived, type ParameterId } from '../../devices/parameter.ts';
import { type Flag, isStale } from '../../devices/quality.ts';
import type { Derivation } from '../../devices/wire/api.ts';
import type { KeptValue } from '../derive/derived-store.ts';
import { derivedPeriodS } from '../derive/kinds.ts';
import type { LiveReadings } from '../live.ts';
import type { Store } from '../store/store.ts';
import type { DerivedRows } from './derived-rows.ts';
import type { SeriesName } from './ids.ts';

/** Times in epoch ms. */
export interface Row {
  readonly at: number;
  readonly value: number | null;
  readonly flag: Flag;
  readonly reason: string | null;
  readonly receivedAt: number;
  /** Of a derived value: the start of what it is of, of which `at` is the end. */
  readonly from?: number;
  readonly derivation?: Derivation;
}

export interface Within {
  /** from ≤ at < to, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

export interface SeriesRows {
  /**
   * The newest row where memory knows it for certain. Undefined where only the store can tell: nothing is live, or the
   * live value is stale, and what came late since may be newer.
   */
  newest(series: SeriesName, periodS: number): Row | undefined;
  /** The oldest rows, ascending. */
  ascending(series: SeriesName, within: Within): Promise<Row[]>;
  /** The newest rows, descending. */
  descending(series: SeriesName, within: Within): Promise<Row[]>;
  /** How many there are, at most `limit`. */
  count(series: SeriesName, within: Within): Promise<number>;
}

export interface SeriesParts {
  readonly store: Pick<Store, 'points' | 'rows'>;
  readonly derivedRows: DerivedRows;
  readonly live: Pick<LiveReadings, 'get'>;
  readonly now: () => number;
}

/** Readings that may be stored between two questions of one answer. */
const MOST_LATE = 1000;
/** Points of one question to the store while they are counted. */
const COUNTED_AT_ONCE = 10_000;

export function createSeriesRows({ store, derivedRows, live, now }: SeriesParts): SeriesRows {
  return {
    newest(series, periodS) {
      const heard = live.get(series.station, series.parameter);
      if (heard === undefined) return undefined;
      if (isDerived(series.parameter)) return derivedRows.at(series, heard.at);
      return isStale(heard.at, periodS, now()) ? undefined : heard;
    },
    async ascending(series, within) {
      if (isDerived(series.parameter)) return derivedRows.ascending(series, within);
      return store.rows({ ...series, ...within });
    },
    async descending(series, { from, to, limit }) {
      if (isDerived(series.parameter)) return derivedRows.descending(series, { from, to, limit });
      const points = await store.points({ ...series, from, to, limit, aggregate: 'mean' });
      const [oldest] = points;
      if (oldest === undefined) return [];
      // Late ones may have come in between: the newest are wanted all the same.
      const rows = await store.rows({ ...series, from: oldest[0], to, limit: limit + MOST_LATE });
      return rows.reverse().slice(0, limit);
    },
    async count(series, { from, to, limit }) {
      if (isDerived(series.parameter)) return derivedRows.count(series, { from, to, limit });
      let counted = 0;
      for (let end = to; counted < limit; ) {
        const most = Math.min(COUNTED_AT_ONCE, limit - counted);
        const points = await store.points({ ...series, from, to: end, limit: most, aggregate: 'mean' });
        counted += points.length;
        const oldest = points[0];
        if (oldest === undefined || points.length < most) break;
        end = oldest[0];
      }
      return counted;
    },
  };
}

/** A kept derived value as a row: it is of all that its inputs are of, and of its period when it has none. */
export function rowOfKept({ parameter, at, value, flag, derivedAt, body }: KeptValue): Row {
  const start = Math.min(...body.inputs.map(({ from }) => from));
  const from = start < at ? start : at - derivedPeriodS(parameter as ParameterId) * 1000;
  return { at, from, value, flag, reason: body.note?.en ?? null, receivedAt: derivedAt, derivation: body };
}
