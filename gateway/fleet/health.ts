/** How edges are and were: their retained status, and a row of numbers every five minutes. */
import type { HealthNumbers } from '../../devices/wire/edges.ts';
import type { EdgeStatus } from '../../devices/wire/messages.ts';
import type { Ledger } from '../ledger.ts';

export interface EdgeHealth {
  /** A status that an edge has just told. */
  heard(edge: string, status: EdgeStatus): void;
  /** from ≤ at < to, ascending; the newest `most` of them. */
  history(edge: string, from: number, to: number, most: number): { points: HealthPoint[]; cut: boolean };
  /** Since when it is as it is (online or not); null: it never was otherwise, as far as is known. */
  since(edge: string): number | null;
  /** Makes hours of what is older than 30 days, and lets go of what is older than 400. */
  thin(): void;
}

export interface HealthPoint extends HealthNumbers {
  readonly at: number;
}

const SAMPLE_MS = 300_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const WHOLE_MS = 30 * DAY_MS;
const KEPT_MS = 400 * DAY_MS;

export function createEdgeHealth({ db, transaction }: Ledger, now: () => number): EdgeHealth {
  const insert = db.prepare(
    'INSERT OR IGNORE INTO edge_health VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const newest = db.prepare('SELECT max(at) AS at FROM edge_health WHERE edge = ?');
  const select = db.prepare(
    'SELECT * FROM edge_health WHERE edge = ? AND at >= ? AND at < ? ORDER BY at DESC LIMIT ?',
  );
  const absence = db.prepare(
    'SELECT since, until FROM edge_absence WHERE edge = ? ORDER BY since DESC LIMIT 1',
  );
  const oldestFine = db.prepare(`SELECT min(at) AS at FROM edge_health WHERE at % ${HOUR_MS} <> 0`);
  // An hour is as bad as its worst moment.
  const coarsen = db.prepare(`
    INSERT OR REPLACE INTO edge_health
    SELECT edge, at / ${HOUR_MS} * ${HOUR_MS} AS hour, max(busy), max(units), max(failing), min(outbox_hours), max(waiting),
      min(disk_free_mb), min(memory_free_mb), max(process_mb), max(load), max(temperature), min(clock_trusted)
    FROM edge_health WHERE at >= ? AND at < ? GROUP BY edge, hour`);
  const dropFine = db.prepare(`DELETE FROM edge_health WHERE at < ? AND at % ${HOUR_MS} <> 0`);
  const dropOld = db.prepare('DELETE FROM edge_health WHERE at < ?');
  /** Of the newest row of each edge. */
  const sampledAt = new Map<string, number>();

  return {
    heard(edge, status) {
      if (!status.online) return;
      const at = now();
      const last = sampledAt.get(edge) ?? Number(newest.get(edge)?.at ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back must not end the history.
      if (at - last < SAMPLE_MS && at >= last) {
        sampledAt.set(edge, last);
        return;
      }
      const told = numbersOf(status);
      const trusted = told.clock_trusted === null ? null : Number(told.clock_trusted);
      insert.run(
        edge,
        at,
        told.busy,
        told.units,
        told.failing,
        told.outbox_hours,
        told.waiting,
        told.disk_free_mb,
        told.memory_free_mb,
        told.process_mb,
        told.load,
        told.temperature,
        trusted,
      );
      sampledAt.set(edge, at);
    },
    history(edge, from, to, most) {
      const rows = select.all(edge, from, to, most + 1) as unknown as (Omit<HealthPoint, 'clock_trusted'> & {
        edge: string;
        clock_trusted: number | null;
      })[];
      const points = rows
        .slice(0, most)
        .reverse()
        .map(({ edge: _, clock_trusted: trusted, ...point }) => ({
          ...point,
          clock_trusted: trusted === null ? null : trusted === 1,
        }));
      return { points, cut: rows.length > most };
    },
    since(edge) {
      const row = absence.get(edge) as { since: number; until: number | null } | undefined;
      return row === undefined ? null : (row.until ?? row.since);
    },
    thin() {
      const whole = now() - WHOLE_MS;
      const hours = whole - (whole % HOUR_MS);
      transaction(() => {
        const oldest = Number(oldestFine.get()?.at ?? hours);
        coarsen.run(oldest - (oldest % HOUR_MS), hours);
        dropFine.run(hours);
        dropOld.run(now() - KEPT_MS);
      });
    },
  };
}

/** What a status says in numbers. */
export function numbersOf({ lines, outbox, waiting, system, clock }: EdgeStatus): HealthNumbers {
  const units = lines?.flatMap((line) => line.units);
  return {
    busy: lines && lines.length > 0 ? Math.max(...lines.map(({ busy }) => busy)) : null,
    units: units?.length ?? null,
    failing: units?.filter(({ error }) => error !== null).length ?? null,
    outbox_hours: outbox?.holds_hours ?? null,
    waiting: waiting ? waiting.alarms + waiting.live + waiting.backlog : null,
    disk_free_mb: system?.disk?.free_mb ?? null,
    memory_free_mb: system?.memory?.free_mb ?? null,
    process_mb: system?.memory?.process_mb ?? null,
    load: system?.load ?? null,
    temperature: system?.temperature ?? null,
    clock_trusted: clock?.trusted ?? null,
  };
}
