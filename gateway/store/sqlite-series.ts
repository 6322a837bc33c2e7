/** Numbers of the series in the embedded store, kept in memory: every reading asks for one. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoredReading } from './store.ts';

export interface SeriesIds {
  /** Station → parameter → number. */
  readonly all: ReadonlyMap<string, ReadonlyMap<string, number>>;
  find(station: string, parameter: string): number | undefined;
  /** "station/parameter" of a number: for people. */
  name(id: number): string;
  /** A series that is new gets its number within the transaction that is under way. */
  of(reading: StoredReading): number;
  /** That transaction is over: those that got their numbers in it stay or, where it was taken back, go. */
  settle(committed: boolean): void;
}

export function createSeriesIds(db: DatabaseSync): SeriesIds {
  const insert = db.prepare('INSERT INTO series (station, parameter) VALUES (?, ?) RETURNING id');
  const all = new Map<string, Map<string, number>>();
  /** Those whose transaction is under way. */
  const added: [string, string][] = [];
  // Readings of one station come one after the other.
  let lastStation: string | null = null;
  let ofLast = new Map<string, number>();
  const remember = (station: string, parameter: string, id: number): number => {
    const ofStation = all.get(station) ?? new Map<string, number>();
    all.set(station, ofStation.set(parameter, id));
    lastStation = null;
    return id;
  };
  for (const row of db.prepare('SELECT id, station, parameter FROM series').all()) {
    const { id, station, parameter } = row as { id: number; station: string; parameter: string };
    remember(station, parameter, id);
  }
  return {
    all,
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
      const known = ofLast.get(parameter);
      if (known !== undefined) return known;
      const { id } = insert.get(station, parameter) as { id: number };
      added.push([station, parameter]);
      return remember(station, parameter, id);
    },
    settle(committed) {
      // In memory alone: a file that has just failed may not be asked.
      if (!committed) for (const [station, parameter] of added) all.get(station)?.delete(parameter);
      added.length = 0;
    },
  };
}
