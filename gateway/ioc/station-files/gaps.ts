/**
 * Which cycles had no readings yet when they were due, by destination and station: their line to the centre may have been down,
 * and what comes late is sent then. Kept in the ledger as ranges, so that a station that is gone for months is one row.
 */
import type { Ledger } from '../../ledger.ts';

/** Both ends are in it. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface Gaps {
  /** Ascending, by station. */
  all(): Map<string, Range[]>;
  /** In one transaction: `missing` are gaps from now on, `known` none any more, nor what is before `oldest`. */
  update(missing: readonly StationCycle[], known: readonly StationCycle[], oldest: number): void;
}

export interface StationCycle {
  readonly station: string;
  readonly number: number;
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
      const { station, first, last } = row as unknown as { station: string } & Range;
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
        for (const { station, number } of missing)
          change(station, withCycle(gaps.get(station) ?? [], number));
        for (const { station, number } of known) {
          const ranges = gaps.get(station);
          if (ranges?.some(({ first, last }) => first <= number && number <= last))
            change(station, withoutCycle(ranges, number));
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

/** Ranges with a cycle more: ascending, and never touching each other. */
export function withCycle(ranges: readonly Range[], number: number): Range[] {
  const joined = ranges.filter(({ first, last }) => first <= number + 1 && last >= number - 1);
  const first = Math.min(number, ...joined.map((range) => range.first));
  const last = Math.max(number, ...joined.map((range) => range.last));
  return [...ranges.filter((range) => !joined.includes(range)), { first, last }].sort(
    (a, b) => a.first - b.first,
  );
}

export const withoutCycle = (ranges: readonly Range[], number: number): Range[] =>
  ranges.flatMap(({ first, last }) =>
    number < first || number > last
      ? [{ first, last }]
      : [
          { first, last: number - 1 },
          { first: number + 1, last },
        ].filter((range) => range.first <= range.last),
  );

const startingAt = (ranges: readonly Range[], oldest: number): Range[] =>
  ranges
    .map(({ first, last }) => ({ first: Math.max(first, oldest), last }))
    .filter(({ first, last }) => first <= last);
