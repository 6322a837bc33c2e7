/** Rows of derived values, from derived.db. */
import type { DatabaseSync } from 'node:sqlite';
import type { Flag } from '../../devices/quality.ts';
import type { Derivation } from '../../devices/wire/api.ts';
import type { SeriesName } from './ids.ts';
import { type Row, rowOfKept, type Within } from './series.ts';

export interface DerivedRows {
  at(series: SeriesName, at: number): Row | undefined;
  ascending(series: SeriesName, within: Within): Row[];
  descending(series: SeriesName, within: Within): Row[];
  count(series: SeriesName, within: Within): number;
}

interface ValueRow {
  readonly at: number;
  readonly value: number | null;
  readonly flag: Flag;
  readonly derived_at: number;
  readonly body: string;
}

const WITHIN = 'FROM value WHERE station = ? AND parameter = ? AND at >= ? AND at < ?';

export function createDerivedRows(db: DatabaseSync): DerivedRows {
  const select = (order: string) =>
    db.prepare(`SELECT at, value, flag, derived_at, body ${WITHIN} ORDER BY at ${order} LIMIT ?`);
  const [ascending, descending] = [select('ASC'), select('DESC')];
  const count = db.prepare(`SELECT count(*) AS n FROM (SELECT 1 ${WITHIN} LIMIT ?)`);
  const rows = (statement: typeof ascending, series: SeriesName, { from, to, limit }: Within): Row[] =>
    (statement.all(series.station, series.parameter, from, to, limit) as unknown as ValueRow[]).map(
      ({ derived_at, body, ...row }) =>
        rowOfKept({ ...series, ...row, derivedAt: derived_at, body: JSON.parse(body) as Derivation }),
    );
  return {
    at: (series, at) => rows(ascending, series, { from: at, to: at + 1, limit: 1 })[0],
    ascending: (series, within) => rows(ascending, series, within),
    descending: (series, within) => rows(descending, series, within),
    count: ({ station, parameter }, { from, to, limit }) =>
      (count.get(station, parameter, from, to, limit) as { n: number }).n,
  };
}
