/**
 * What was to be expected when: each point's period since it was announced so, kept over restarts. Without the past of
 * it, a new station would have missed the month before, and a changed period would rewrite old books.
 */
import type { ParameterId } from '../../devices/parameter.ts';
import type { InventoryStation } from '../../devices/wire/messages.ts';
import type { Ledger } from '../ledger.ts';

export interface Span {
  readonly since: number;
  /** Infinity for what holds now. */
  readonly until: number;
  readonly periodS: number;
}

/**
 * Due times within from ≤ t < to: the multiples of the period since 1970, so that any cut of a day into hours, also by
 * a change of period in the middle of one, adds up to whole numbers.
 */
export function expectedWithin(spans: readonly Span[], from: number, to: number): number {
  let due = 0;
  for (const { since, until, periodS } of spans) {
    const [start, end] = [Math.max(from, since), Math.min(to, until)];
    const periodMs = periodS * 1000;
    if (start < end) due += Math.ceil(end / periodMs) - Math.ceil(start / periodMs);
  }
  return due;
}

export interface Periods {
  /** Call it in the transaction that takes an inventory over. Points of `withdrawn` are expected no more. */
  announce(stations: readonly InventoryStation[], withdrawn: readonly string[], at: number): void;
  of(station: string): Map<ParameterId, Span[]>;
}

interface Row {
  readonly parameter: ParameterId;
  readonly since: number;
  /** null: no longer announced. */
  readonly period_s: number | null;
}

export function createPeriods({ db }: Ledger): Periods {
  const insert = db.prepare(
    'INSERT INTO period VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET period_s = excluded.period_s',
  );
  const select = db.prepare(
    'SELECT parameter, since, period_s FROM period WHERE station = ? ORDER BY parameter, since',
  );
  const rowsOf = (station: string) => select.all(station) as unknown as Row[];

  /** Writes what differs from what holds. */
  const take = (station: string, announced: ReadonlyMap<string, number>, at: number): void => {
    const held = new Map(rowsOf(station).map(({ parameter, period_s }) => [parameter as string, period_s]));
    for (const parameter of new Set([...held.keys(), ...announced.keys()])) {
      const periodS = announced.get(parameter) ?? null;
      if ((held.get(parameter) ?? null) !== periodS) insert.run(station, parameter, at, periodS);
    }
  };

  return {
    announce(stations, withdrawn, at) {
      for (const { id, parameters } of stations)
        take(id, new Map(parameters.map((parameter) => [parameter.id, parameter.period_s])), at);
      for (const id of withdrawn) take(id, new Map(), at);
    },
    of(station) {
      const spans = new Map<ParameterId, Span[]>();
      const rows = rowsOf(station);
      rows.forEach(({ parameter, since, period_s }, index) => {
        const next = rows[index + 1];
        const until = next?.parameter === parameter ? next.since : Number.POSITIVE_INFINITY;
        const known = spans.get(parameter) ?? [];
        spans.set(parameter, known);
        if (period_s !== null) known.push({ since, until, periodS: period_s });
      });
      return spans;
    },
  };
}
