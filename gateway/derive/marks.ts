/**
 * What is still to be derived: of each station up to where it is done, and the steps before that which late data have
 * touched since. Both are on disk, so that a restart forgets nothing.
 */
import type { DerivedStore } from './derived-store.ts';

export interface Mark {
  /** Start of a step (an hour; with traffic an interval), epoch ms. */
  readonly step: number;
  readonly due: number;
}

export interface Marks {
  /** Up to where a station is derived, epoch ms; undefined when nothing was heard of it yet. */
  until(station: string): number | undefined;
  setUntil(station: string, until: number): void;
  /**
   * Late data came for these steps of a station. A step that waits already keeps its time, so that what comes in pieces
   * is derived once; one whose time has come, perhaps at this moment, gets a new one. On disk when it returns.
   */
  touch(station: string, steps: Iterable<number>, now: number, due: number): void;
  /** Stations of which marks are due, the one that waits longest first. */
  dueStations(now: number): string[];
  /** Its due marks from the oldest step on, within `spanMs`. */
  due(station: string, now: number, spanMs: number): Mark[];
  /** Takes marks away, except those that were touched meanwhile. */
  done(station: string, marks: readonly Mark[]): void;
}

export function createMarks({ db, durably }: DerivedStore): Marks {
  const upsert = db.prepare(
    'INSERT INTO mark VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET due = excluded.due WHERE mark.due <= ?',
  );
  const selectStations = db.prepare(
    'SELECT station FROM mark WHERE due <= ? GROUP BY station ORDER BY min(due)',
  );
  const selectDue = db.prepare('SELECT step, due FROM mark WHERE station = ? AND due <= ? ORDER BY step');
  const remove = db.prepare('DELETE FROM mark WHERE station = ? AND step = ? AND due = ?');
  const upsertUntil = db.prepare(
    'INSERT INTO progress VALUES (?, ?) ON CONFLICT DO UPDATE SET until = excluded.until',
  );
  const untils = new Map(
    db
      .prepare('SELECT station, until FROM progress')
      .all()
      .map((row) => [row.station as string, row.until as number]),
  );

  return {
    until: (station) => untils.get(station),
    setUntil(station, until) {
      upsertUntil.run(station, until);
      untils.set(station, until);
    },
    touch(station, steps, now, due) {
      durably(() => {
        for (const step of steps) upsert.run(station, step, due, now);
      });
    },
    dueStations: (now) => selectStations.all(now).map(({ station }) => station as string),
    due(station, now, spanMs) {
      const marks = selectDue.all(station, now) as unknown as Mark[];
      const [first] = marks;
      return first === undefined ? [] : marks.filter(({ step }) => step < first.step + spanMs);
    },
    done(station, marks) {
      for (const { step, due } of marks) remove.run(station, step, due);
    },
  };
}
