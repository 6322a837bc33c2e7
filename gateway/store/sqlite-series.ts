/** Numbers of the series in the embedded store, kept in memory: every reading asks for one. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoredReading } from './store.ts';

export interface SeriesIds {
  /** Station → parameter → number. */
  readonly all: ReadonlyMap<string, ReadonlyMap<string, number>>;
  count(): number;
  find(station: string, parameter: string): number | undefined;
  /** "station/parameter" of a number: for people. */
  name(id: number): string;
  /** A series that is new gets its number within the transaction that is under way. */
  of(reading: StoredReading): number;
  /** After a transaction that was taken back. */
  load(): void;
}

export function createSeriesIds(db: DatabaseSync): SeriesIds {
  const insert = db.prepare('INSERT INTO series (station, parameter) VALUES (?, ?) RETURNING id');
  const select = db.prepare('SELECT id, station, parameter FROM series');
  const all = new Map<string, Map<string, number>>();
  let count = 0;
  // Readings of one station come one after the other.
  let lastStation: string | null = null;
  let ofLast = new Map<string, number>();
  const remember = (station: string, parameter: string, id: number): number => {
    const ofStation = all.get(station) ?? new Map<string, number>();
    all.set(station, ofStation.set(parameter, id));
    count++;
    lastStation = null;
    return id;
  };
  const series: SeriesIds = {
    all,
    count: () => count,
    find: (station, parameter) => all.get(station)?.get(parameter),
    name(id) {
      for (const [station, parameters] of all)
        for (const [parameter, number] of parameters) if (number === id) return `${station}/${parameter}`;
      return `series ${id}`;
    },
    of({ station, parameter }) {
      if (station !== lastStation) {
        ofLast = all.get(station) ?? new Map();
        lastStation = station;
      }
      return (
        ofLast.get(parameter) ??
        remember(station, parameter, (insert.get(station, parameter) as { id: number }).id)
      );
    },
    load() {
      all.clear();
      count = 0;
      for (const row of select.all()) {
        const { id, station, parameter } = row as { id: number; station: string; parameter: string };
        remember(station, parameter, id);
      }
    },
  };
  series.load();
  return series;
}
