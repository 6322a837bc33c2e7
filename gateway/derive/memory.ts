/** What an index remembers from step to step, of a station and time: a fire day, a traffic interval. Plain JSON. */
import type { DerivedStore } from './derived-store.ts';

export interface Memories<Memory> {
  get(station: string, at: number): Memory | null;
  put(station: string, memories: ReadonlyMap<number, Memory>): void;
  forget(station: string, before: number): void;
}

/** Kinds of stations share the table: a station is of one kind. */
export function createMemories<Memory>({ db }: DerivedStore): Memories<Memory> {
  const select = db.prepare('SELECT body FROM memory WHERE station = ? AND at = ?');
  const upsert = db.prepare(
    'INSERT INTO memory VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
  );
  const remove = db.prepare('DELETE FROM memory WHERE station = ? AND at < ?');
  return {
    get(station, at) {
      const row = select.get(station, at) as { body: string } | undefined;
      return row === undefined ? null : (JSON.parse(row.body) as Memory);
    },
    put(station, memories) {
      for (const [at, memory] of memories) upsert.run(station, at, JSON.stringify(memory));
    },
    forget(station, before) {
      remove.run(station, before);
    },
  };
}
