/**
 * The times of cycles that had no readings yet when they were due, by destination and station: their line to the centre may have
 * been down, and what comes late is sent then. Kept in the ledger as ranges, so that a station that is gone for months is one row.
 */
import type { Ledger } from '../../ledger.ts';

/** Seconds since 1970, so that they mean the same when the period is another. Both ends are in it. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface StationRange extends Range {
  readonly station: string;
}

export interface Gaps {
  /** Ascending, by station. */
  all(): Map<string, Range[]>;
  /** In one transaction: `missing` are gaps from now on, `known` none any more, nor what is before `oldest`, seconds since 1970. */
  update(missing: readonly StationRange[], known: readonly StationRange[], oldest: number): void;
}

export function createGaps(ledger: Ledger, destination: string): Gaps {
  const { db } = ledger;
  const select = db.prepare(
    'SELECT station, first, last FROM station_file_gap WHERE destination = ? ORDER BY station, first',
  );
  const remove = db.prepare('DELETE FROM station_file_gap WHERE destination = ? AND station = ?');
  const insert = db.prepare('INSERT INTO station_file_gap VALUES (?, ?, ?, ?)');
  const all = (): Map<string, Range[]> => {
    const gaps = new Map<string, Range[]>();
    for (const row of select.all(destination)) {
      const { station, first, last } = row as unknown as StationRange;
      const ranges = gaps.get(station) ?? [];
      gaps.set(station, ranges);
      ranges.push({ first, last });
    }
    return gaps;
  };
  return {
    all,
    update: (missing, known, oldest) =>
      ledger.transaction(() => {
        const gaps = all();
        const changed = new Set<string>();
        const change = (station: string, ranges: readonly Range[]) => {
          gaps.set(station, [...ranges]);
          changed.add(station);
        };
        for (const range of missing) change(range.station, withRange(gaps.get(range.station) ?? [], range));
        for (const range of known) {
          const ranges = gaps.get(range.station);
          if (ranges?.some((gap) => overlap(gap, range))) change(range.station, withoutRange(ranges, range));
        }
        for (const [station, ranges] of gaps) {
          if (ranges.some(({ first }) => first < oldest)) change(station, startingAt(ranges, oldest));
        }
        for (const station of changed) {
          remove.run(destination, station);
          for (const { first, last } of gaps.get(station) ?? [])
            insert.run(destination, station, first, last);
        }
      }),
  };
}

export const overlap = (one: Range, other: Range): boolean =>
  one.first <= other.last && other.first <= one.last;

/** Ranges with one more: ascending, and never touching each other. */
export function withRange(ranges: readonly Range[], { first, last }: Range): Range[] {
  const joined = ranges.filter((range) => overlap(range, { first: first - 1, last: last + 1 }));
  const whole = {
    first: Math.min(first, ...joined.map((range) => range.first)),
    last: Math.max(last, ...joined.map((range) => range.last)),
  };
  return [...ranges.filter((range) => !joined.includes(range)), whole].sort((a, b) => a.first - b.first);
}

export const withoutRange = (ranges: readonly Range[], out: Range): Range[] =>
  ranges.flatMap((range) =>
    overlap(range, out)
      ? [
          { first: range.first, last: out.first - 1 },
          { first: out.last + 1, last: range.last },
        ].filter(({ first, last }) => first <= last)
      : [range],
  );

const startingAt = (ranges: readonly Range[], oldest: number): Range[] =>
  ranges
    .map(({ first, last }) => ({ first: Math.max(first, oldest), last }))
    .filter(({ first, last }) => first <= last);
