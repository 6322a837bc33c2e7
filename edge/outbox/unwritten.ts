/**
 * Batches in memory that the disk has not taken, and that may go out from there. Bounded: beyond it the oldest readings
 * are lost, and counted; of alarms, those that a later one of their condition has overtaken.
 */
import type { Batch, Lane, NewBatch } from '../outbox.ts';
import { LIVE_WINDOW_MS } from '../outbox.ts';
import { addContents, type Contents, contentsOfPayload } from './contents.ts';

/** Payloads of all of them: some 250,000 readings. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Written in one transaction: what a disk refuses again and again must cost little. */
const MOST_AT_ONCE = 256;

/** Beyond all ids of an outbox file. */
const FIRST_ID = 2 ** 52;

export interface Unwritten {
  isEmpty(): boolean;
  add(batches: readonly NewBatch[]): void;
  /** The next that are to be written, those without a time or the others, alarms first; by id. */
  next(untimed: boolean): ReadonlyMap<number, NewBatch>;
  /** The next batch of this lane that nobody has taken, or null. */
  take(now: number, lane: Lane): Batch | null;
  /** Whether such an id is one of these. */
  owns(id: number): boolean;
  /** Written or delivered. */
  remove(id: number): void;
  release(): void;
  waiting(now: number): Record<Lane, number>;
  /** Readings that were lost since the start. */
  lost(): number;
  /** Of them those that are in no account yet, by station. */
  untold(): ReadonlyMap<string, Contents>;
  told(station: string): void;
}

export function createUnwritten(mostBytes = MOST_BYTES): Unwritten {
  /** In the order in which they came. */
  const held = new Map<number, NewBatch>();
  const underWay = new Set<number>();
  const untold = new Map<string, Contents>();
  let lastId = FIRST_ID;
  let bytes = 0;
  let lost = 0;

  function remove(id: number): void {
    bytes -= held.get(id)?.payload.length ?? 0;
    held.delete(id);
    underWay.delete(id);
  }

  function lose(id: number, { kind, station, records, payload, untimed }: NewBatch): void {
    remove(id);
    if (kind === 'alarm') return;
    lost += records;
    // The books are by hours, and nobody knows its hour.
    if (untimed) return;
    const own: Contents = untold.get(station) ?? new Map();
    untold.set(station, own);
    addContents(own, contentsOfPayload(payload));
  }

  /** What is lost first. */
  function* leastWorth(): Generator<[number, NewBatch]> {
    const free = [...held].filter(([id]) => !underWay.has(id));
    yield* free.filter(([, { kind }]) => kind === 'readings');
    const newest = new Map(free.map(([id, { station, condition }]) => [`${station}/${condition}`, id]));
    const isNewest = ([id, { station, condition }]: [number, NewBatch]) =>
      newest.get(`${station}/${condition}`) === id;
    const alarms = free.filter(([, { kind }]) => kind === 'alarm');
    yield* alarms.filter((alarm) => !isNewest(alarm));
    yield* alarms.filter(isNewest);
  }

  return {
    isEmpty: () => held.size === 0,
    add(batches) {
      for (const batch of batches) {
        lastId += 1;
        held.set(lastId, batch);
        bytes += batch.payload.length;
      }
      if (bytes <= mostBytes) return;
      for (const [id, batch] of leastWorth()) {
        if (bytes <= mostBytes) return;
        lose(id, batch);
      }
    },
    next(untimed) {
      const free = [...held].filter(
        ([id, batch]) => (batch.untimed ?? false) === untimed && !underWay.has(id),
      );
      const alarms = free.filter(([, { kind }]) => kind === 'alarm');
      // A later alarm on disk would be before one that is under way and comes back.
      const waits = [...underWay].some((id) => held.get(id)?.kind === 'alarm');
      const part = alarms.length > 0 && !waits ? alarms : free.filter(([, { kind }]) => kind === 'readings');
      return new Map(part.slice(0, MOST_AT_ONCE));
    },
    take(now, lane) {
      for (const [id, batch] of held) {
        if (underWay.has(id) || laneOf(batch, now) !== lane) continue;
        underWay.add(id);
        return { id, lane, station: batch.station, payload: batch.payload };
      }
      return null;
    },
    owns: (id) => id > FIRST_ID,
    remove,
    release: () => underWay.clear(),
    waiting(now) {
      const result: Record<Lane, number> = { alarms: 0, live: 0, backlog: 0 };
      for (const batch of held.values()) result[laneOf(batch, now) ?? 'backlog'] += batch.records;
      return result;
    },
    lost: () => lost,
    untold: () => untold,
    told: (station) => void untold.delete(station),
  };
}

/** Null: it has no time yet, and cannot go out. */
function laneOf({ kind, untimed, at }: NewBatch, now: number): Lane | null {
  if (kind === 'alarm') return 'alarms';
  if (untimed) return null;
  return at >= now - LIVE_WINDOW_MS ? 'live' : 'backlog';
}
