/** What the gateway asks of a store of readings. Implementations pass one contract suite (store.contract.ts). */
import type { ParameterId } from '../../devices/parameter.ts';
import type { Flag } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import type { Tally, TallyQuery } from './tally.ts';

export interface StoredReading extends Reading {
  /** When the gateway got it, epoch ms. */
  readonly receivedAt: number;
}

/** [at (epoch ms), value or null, flag] */
export type Point = [number, number | null, Flag];

export interface PointsQuery {
  readonly station: string;
  readonly parameter: ParameterId;
  /** from ≤ at < to, epoch ms */
  readonly from: number;
  readonly to: number;
  /** Interval of aggregation in ms, as `intervalStart` counts them; raw readings when absent. */
  readonly everyMs?: number;
  readonly aggregate: Aggregate;
  /** At most so many points; a query that has more answers with its newest. */
  readonly limit: number;
}

/** The oldest `limit` readings of a series within from ≤ at < to. */
export interface RowsQuery extends TallyQuery {
  readonly parameter: ParameterId;
  readonly limit: number;
}

export const AGGREGATES = ['mean', 'min', 'max', 'count'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export interface Store {
  /**
   * Returns when the readings are on disk. A reading of the same series and time as one that is there is
   * harmless: there is one of it afterwards. Throws when nothing or only a part is certain to be stored.
   */
  append(readings: readonly StoredReading[]): Promise<void>;
  /** The newest reading of every series. */
  latest(): Promise<StoredReading[]>;
  /**
   * Ascending. With `everyMs`: one point an interval that has readings, at its start, from values flagged good
   * or suspect (null if there are none), with the worst flag among all of its readings.
   */
  points(query: PointsQuery): Promise<Point[]>;
  /** Counts a station's readings by parameter, hour, flag and reason; groups that have none are absent. */
  tally(query: TallyQuery): Promise<Tally[]>;
  /** Readings as they were stored, ascending, from the oldest: the next page begins after the last one. */
  rows(query: RowsQuery): Promise<StoredReading[]>;
  /** Throws when the store would not take readings now. */
  check(): Promise<void>;
  /**
   * For how long the database keeps readings, in ms; null: for ever. Absent where the settings say it (`store.keep`).
   */
  keepsMs?(): Promise<number | null>;
  /** Hours of series whose rollups are still to be made. Absent where the database makes none. */
  rollupsWaiting?(): Promise<number>;
  /** The gateway stops: what is under way has a second more, then it fails. Absent where it cannot be ended. */
  hurry?(): void;
  close(): Promise<void>;
}
