/** Which hours of which stations were told, by which record, and which of them must be looked at again; all in the ledger. */
import type { Ledger } from '../ledger.ts';

export interface StationHour {
  readonly station: string;
  /** Its start, epoch ms. */
  readonly hour: number;
}

export interface Mark extends StationHour {
  /** When it is to be looked at, epoch ms. */
  readonly due: number;
}

export interface ToldHours {
  /**
   * Stations that are told from this hour on; one that is known already keeps where it is. Call it in the transaction that
   * takes them over: what a station sends next, backlog too, is then told whenever the gateway is killed.
   */
  begin(stations: readonly string[], hour: number): void;
  /** Up to where a station is told, epoch ms; undefined: it is not known. */
  until(station: string): number | undefined;
  /** The next hour of each station where that begins at this time or before it, the oldest first. */
  next(atMost: number): StationHour[];
  setUntil(station: string, until: number): void;
  /** A station that is withdrawn, and of which all was told. */
  forget(station: string): void;
  /** Number of the record that told an hour last; null: none did, or it is no longer kept. */
  recordOf(station: string, hour: number): number | null;
  setRecord(station: string, hour: number, number: number): void;
  /**
   * An hour that waits already keeps its time, so that what comes in pieces is looked at once; one whose time has come,
   * perhaps at this moment, gets a new one. On disk when it returns.
   */
  mark(marks: readonly Mark[], now: number): void;
  /** The one that is due for longest, null when none is. */
  dueMark(now: number): Mark | null;
  /** It is looked at later, unless it was marked anew meanwhile. */
  postpone(mark: Mark, due: number): void;
  /** Takes it away unless it was marked anew meanwhile. */
  done(mark: Mark): void;
}

export function createToldHours({ db, transaction }: Ledger): ToldHours {
  const insertStation = db.prepare('INSERT INTO feed_station VALUES (?, ?) ON CONFLICT DO NOTHING');
  const selectUntil = db.prepare('SELECT until FROM feed_station WHERE station = ?');
  const selectNext = db.prepare(
    'SELECT station, until AS hour FROM feed_station WHERE until <= ? ORDER BY until, station',
  );
  const upsertStation = db.prepare(
    'INSERT INTO feed_station VALUES (?, ?) ON CONFLICT DO UPDATE SET until = excluded.until',
  );
  const removeStation = db.prepare('DELETE FROM feed_station WHERE station = ?');
  const selectRecord = db.prepare('SELECT number FROM feed_hour WHERE station = ? AND hour = ?');
  const upsertRecord = db.prepare(
    'INSERT INTO feed_hour VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET number = excluded.number',
  );
  const upsertMark = db.prepare(
    'INSERT INTO feed_hour_mark VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET due = excluded.due WHERE due <= ?',
  );
  const selectMark = db.prepare(
    'SELECT station, hour, due FROM feed_hour_mark WHERE due <= ? ORDER BY due LIMIT 1',
  );
  const updateMark = db.prepare(
    'UPDATE feed_hour_mark SET due = ? WHERE station = ? AND hour = ? AND due = ?',
  );
  const removeMark = db.prepare('DELETE FROM feed_hour_mark WHERE station = ? AND hour = ? AND due = ?');

  return {
    begin(stations, hour) {
      for (const station of stations) insertStation.run(station, hour);
    },
    until: (station) => (selectUntil.get(station) as { until: number } | undefined)?.until,
    next: (atMost) => selectNext.all(atMost) as unknown as StationHour[],
    setUntil: (station, until) => void upsertStation.run(station, until),
    forget: (station) => void removeStation.run(station),
    recordOf: (station, hour) =>
      (selectRecord.get(station, hour) as { number: number } | undefined)?.number ?? null,
    setRecord: (station, hour, number) => void upsertRecord.run(station, hour, number),
    mark: (marks, now) =>
      transaction(() => {
        for (const { station, hour, due } of marks) upsertMark.run(station, hour, due, now);
      }),
    dueMark: (now) => (selectMark.get(now) as Mark | undefined) ?? null,
    postpone: (mark, due) => void updateMark.run(due, mark.station, mark.hour, mark.due),
    done: (mark) => void removeMark.run(mark.station, mark.hour, mark.due),
  };
}
