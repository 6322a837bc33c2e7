/** Numbers of the series in the embedded store, kept in memory: every reading asks for one. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoredReading } from './store.ts';

export interface SeriesIds {
  /** Station → parameter → number. */
  readonly all: ReadonlyMap<string, ReadonlyMap<string, number>>;
  find(station: string, parameter: string): number | undefined;
  /** A series that is new gets its number within the transaction that is under way. */
  of(reading: StoredReading): number;
  /** After a transaction that was taken back. */
  load(): void;
}

export function createSeriesIds(db: DatabaseSync): SeriesIds {
  const insert = db.prepare('INSERT INTO series (station, parameter) VALUES (?, ?) RETURNING id');
  const select = db.prepare('SELECT id, station, parameter FROM series');
  const all = new Map<string, Map<string, number>>();
  const remember = (station: string, parameter: string, id: number): number => {
    const ofStation = all.get(station) ?? new Map<string, number>();
    all.set(station, ofStation.set(parameter, id));
    return id;
  };
  const series: SeriesIds = {
    all,
    find: (station, parameter) => all.get(station)?.get(parameter),
    of: ({ station, parameter }) =>
      series.find(station, parameter) ??
      remember(station, parameter, (insert.get(station, parameter) as { id: number }).id),
    load() {
      all.clear();
      for (const row of select.all()) {
        const { id, station, parameter } = row as { id: number; station: string; parameter: string };
        remember(station, parameter, id);
      }
    },
  };
  series.load();
  return series;
}
