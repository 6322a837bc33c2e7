/**
 * The outbox's account for the books at the centre: what waits, by station, point and hour; what was lost goes to
 * `losses.ts`. Packed rows are counted in a table of their own as they come and go, so that nobody has to unpack a month of backlog
 * to know what is in it; the few that are not packed are looked through when they are asked for.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { LossCause, Waiting } from '../../devices/wire/messages.ts';
import { payloadOf } from './body.ts';
import { type Contents, contentsOfPayload, HOUR_MS } from './contents.ts';
import type { Losses } from './losses.ts';
import { asRow, COLUMNS, LEVEL, type Row } from './schema.ts';

/** Called in the transaction that changes the rows, unless it says otherwise. */
export interface OutboxAccount {
  /** A row goes out. No transaction. */
  took(row: Row, payload: string): void;
  /** These rows were delivered and are deleted. */
  delivered(ids: Iterable<number>): void;
  /** These rows are deleted, and that is committed, or they did not arrive. No transaction. */
  forget(ids: Iterable<number>): void;
  /** Rows became others: what all of them held, what those of them held that are counted, what they hold now. */
  rewrote(station: string, before: Contents, counted: Contents, after: Contents): void;
  isCounted(row: Pick<Row, 'id' | 'level'>): boolean;
  /** A row was deleted to make room. */
  dropped(row: Row): void;
  /** A row was deleted that the disk has changed. */
  damaged(row: Row): void;
  /** What waits and is older than `liveFrom`, one entry a station and hour; no transaction. */
  waiting(liveFrom: number, delivered: ReadonlySet<number>): Waiting[];
}

/** Readings in rows that are not packed and are looked through, some ten milliseconds; of others only sums are told. */
const MOST_LOOKED_THROUGH = 20_000;

/** Cells of packed rows that are told by point: a month of a station with a dozen of them. */
const MOST_CELLS = 20_000;

interface HourOf {
  readonly station: string;
  readonly hour: number;
  readonly points: Record<string, number>;
  others: number;
}

export function createAccount(db: DatabaseSync, losses: Pick<Losses, 'lose' | 'loseUnknown'>): OutboxAccount {
  const add = db.prepare(
    `INSERT INTO held VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET readings = readings + excluded.readings`,
  );
  const empty = db.prepare(
    'DELETE FROM held WHERE station = ? AND hour = ? AND parameter = ? AND readings <= 0',
  );
  const anyPacked = db.prepare("SELECT 1 FROM batches WHERE kind = 'readings' AND level > 0 LIMIT 1");
  const size = db.prepare('SELECT COUNT(*) AS cells FROM held');
  const cells = db.prepare('SELECT station, hour, parameter, readings FROM held');
  const sums = db.prepare(
    'SELECT station, hour, NULL AS parameter, SUM(readings) AS readings FROM held GROUP BY station, hour',
  );
  const plain = db.prepare(`SELECT ${COLUMNS} FROM batches WHERE kind = 'readings' AND level = 0 AND at < ?`);
  const uncounted = db.prepare(
    `SELECT station, at - at % ${HOUR_MS} AS hour, SUM(records) AS readings FROM batches
       WHERE kind = 'readings' AND level > 0 AND id <= ? AND id NOT IN (SELECT value FROM json_each(?)) GROUP BY 1, 2`,
  );
  /** Packed rows up to this one are in no table: an older edge wrote them, or they were saved from a damaged file. */
  const after = Number(db.prepare("SELECT value FROM counts WHERE name = 'held_after'").get()?.value);
  /** What counted rows that have gone out hold. */
  const out = new Map<number, { readonly station: string; readonly contents: Contents }>();

  const isCounted = ({ id, level }: Pick<Row, 'id' | 'level'>): boolean => level > LEVEL.plain && id > after;

  function change(station: string, contents: Contents, sign: 1 | -1): void {
    for (const { hour, parameter, readings } of contents.values()) {
      add.run(station, hour, parameter, sign * readings);
      if (sign < 0) empty.run(station, hour, parameter);
    }
  }

  function left(row: Row, cause: LossCause): void {
    const payload = payloadOf(row);
    const contents = payload === null ? null : contentsOfPayload(payload);
    if (contents === null) {
      losses.loseUnknown(row.station, row.at - (row.at % HOUR_MS), cause, row.records);
      return;
    }
    losses.lose(row.station, contents.values(), cause);
    if (isCounted(row)) change(row.station, contents, -1);
  }

  return {
    isCounted,
    took(row, payload) {
      if (!isCounted(row)) return;
      const contents = contentsOfPayload(payload);
      if (contents !== null) out.set(row.id, { station: row.station, contents });
    },
    delivered(ids) {
      for (const id of ids) {
        const row = out.get(id);
        if (row) change(row.station, row.contents, -1);
      }
    },
    forget(ids) {
      for (const id of ids) out.delete(id);
    },
    rewrote(station, before, counted, now) {
      change(station, counted, -1);
      change(station, now, 1);
      const missing = [...before].map(([key, cell]) => ({
        ...cell,
        readings: cell.readings - (now.get(key)?.readings ?? 0),
      }));
      losses.lose(
        station,
        missing.filter(({ readings }) => readings > 0),
        'thinned',
      );
    },
    dropped: (row) => left(row, 'dropped'),
    damaged: (row) => left(row, 'damaged'),
    waiting(liveFrom, delivered) {
      const hours = new Map<string, HourOf>();
      const count = (station: string, hour: number, parameter: string | null, readings: number): void => {
        const key = `${station} ${hour}`;
        const own = hours.get(key) ?? { station, hour, points: {}, others: 0 };
        hours.set(key, own);
        if (parameter === null) own.others += readings;
        else own.points[parameter] = (own.points[parameter] ?? 0) + readings;
      };
      // What the disk has changed was counted when it was whole, and nobody can say what it held.
      if (anyPacked.get() === undefined) db.exec('DELETE FROM held');
      const byPoint = Number(size.get()?.cells) <= MOST_CELLS;
      for (const { station, hour, parameter, readings } of (byPoint ? cells : sums).all())
        count(String(station), Number(hour), parameter === null ? null : String(parameter), Number(readings));
      for (const id of delivered) {
        const row = out.get(id);
        for (const { hour, parameter, readings } of row?.contents.values() ?? [])
          count(row?.station ?? '', hour, byPoint ? parameter : null, -readings);
      }
      let seen = 0;
      for (const raw of plain.iterate(liveFrom)) {
        const row = asRow(raw);
        if (delivered.has(row.id)) continue;
        seen += row.records;
        const contents = seen > MOST_LOOKED_THROUGH ? null : contentsOfPayload(row.payload);
        if (contents === null) count(row.station, row.at - (row.at % HOUR_MS), null, row.records);
        for (const { hour, parameter, readings } of contents?.values() ?? [])
          count(row.station, hour, parameter, readings);
      }
      if (after > 0)
        for (const { station, hour, readings } of uncounted.all(after, JSON.stringify([...delivered])))
          count(String(station), Number(hour), null, Number(readings));
      return [...hours.values()].flatMap(waitingOf);
    },
  };
}

function waitingOf({ station, hour, points, others }: HourOf): Waiting[] {
  const own = Object.fromEntries(Object.entries(points).filter(([, readings]) => readings > 0));
  const any = Object.keys(own).length > 0;
  if (!any && others <= 0) return [];
  return [{ station, hour, ...(any && { points: own }), ...(others > 0 && { others }) }];
}
