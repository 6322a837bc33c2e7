/** Which hours of which stations were told, by which record, and which of them must be looked at again; all in the ledger. */
import type { Ledger } from '../ledger.ts';

export interface Mark {
  readonly station: string;
  readonly hour: number;
  /** When it is to be looked at, epoch ms. */
  readonly due: number;
}

export interface ToldHours {
  /** Up to where a station is told, epoch ms; undefined: it is not known yet. */
  until(station: string): number | undefined;
  stations(): string[];
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
  dueMark(now: number, passOver: (station: string) => boolean): Mark | null;
  /** Takes it away unless it was marked anew meanwhile. */
  done(mark: Mark): void;
  /** Call it after a transaction that failed: what is known in memory is again what is written. */
  reload(): void;
}

export function createToldHours({ db, transaction }: Ledger): ToldHours {
  const selectStations = db.prepare('SELECT station, until FROM feed_station');
  const upsertStation = db.prepare(
    'INSERT INTO feed_station VALUES (?, ?) ON CONFLICT DO UPDATE SET until = excluded.until',
  );
  const removeStation = db.prepare('DELETE FROM feed_station WHERE station = ?');
  const selectRecord = db.prepare('SELECT number FROM feed_hour WHERE station = ? AND hour = ?');
  const upsertRecord = db.prepare(
    'INSERT INTO feed_hour VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET number = excluded.number',
  );
  const upsertMark = db.prepare(
    'INSERT INTO feed_hour_mark VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET due = excluded.due',
  );
  const removeMark = db.prepare('DELETE FROM feed_hour_mark WHERE station = ? AND hour = ? AND due = ?');
  const selectMarks = db.prepare('SELECT station, hour, due FROM feed_hour_mark ORDER BY due');
  const untils = new Map<string, number>();
  /** By the time at which they are due. Asked with every late reading. */
  const waiting = new Map<string, Mark>();
  const reload = (): void => {
    untils.clear();
    for (const { station, until } of selectStations.all()) untils.set(String(station), Number(until));
    waiting.clear();
    for (const mark of selectMarks.all() as unknown as Mark[]) waiting.set(keyOf(mark), mark);
  };
  reload();

  return {
    until: (station) => untils.get(station),
    stations: () => [...untils.keys()],
    setUntil(station, until) {
      upsertStation.run(station, until);
      untils.set(station, until);
    },
    forget(station) {
      removeStation.run(station);
      untils.delete(station);
    },
    recordOf: (station, hour) => {
      const row = selectRecord.get(station, hour);
      return row === undefined ? null : Number(row.number);
    },
    setRecord: (station, hour, number) => void upsertRecord.run(station, hour, number),
    mark(marks, now) {
      const news = marks.filter((mark) => (waiting.get(keyOf(mark))?.due ?? 0) <= now);
      if (news.length === 0) return;
      transaction(() => {
        for (const { station, hour, due } of news) upsertMark.run(station, hour, due);
      });
      for (const mark of news) {
        // At the end, where those are that are due last.
        waiting.delete(keyOf(mark));
        waiting.set(keyOf(mark), mark);
      }
    },
    dueMark(now, passOver) {
      for (const mark of waiting.values()) {
        if (mark.due > now) return null;
        if (!passOver(mark.station)) return mark;
      }
      return null;
    },
    done(mark) {
      removeMark.run(mark.station, mark.hour, mark.due);
      if (waiting.get(keyOf(mark))?.due === mark.due) waiting.delete(keyOf(mark));
    },
    reload,
  };
}

const keyOf = ({ station, hour }: Pick<Mark, 'station' | 'hour'>): string => `${hour} ${station}`;
