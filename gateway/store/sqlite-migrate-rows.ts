/** From version 2 to 3 of the embedded store: rows become blocks, rows of minutes become those of hours. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../devices/kit/log.ts';
import { encodeBlock } from './sqlite-codec.ts';
import { createColumns, createReasons, growColumns } from './sqlite-columns.ts';
import { HOUR_MS } from './sqlite-levels.ts';
import { encodeMinutes } from './sqlite-minutes.ts';
import type { Summary } from './sqlite-summary.ts';

const TELL_EVERY_MS = 2000;
const MAX_BLOCK = 4096;

type ReadingRow = [at: number, value: number | null, flag: number, reason: string | null, receivedAt: number];

export function packReadings(db: DatabaseSync, log: Logger | undefined): void {
  const insert = db.prepare('INSERT INTO block (series, start, last, readings, data) VALUES (?, ?, ?, ?, ?)');
  const rows = db.prepare(
    'SELECT at, value, flag, reason, received_at FROM reading WHERE series = ? ORDER BY at',
  );
  rows.setReturnArrays(true);
  const columns = createColumns(MAX_BLOCK);
  let reasonNumber = createReasons(columns);
  const tell = createTeller(log, 'store packs readings');

  const series = db.prepare('SELECT id FROM series ORDER BY id').all() as { id: number }[];
  for (const { id } of series) {
    const flush = (): void => {
      const { count, at } = columns;
      if (count === 0) return;
      insert.run(id, at[0] as number, at[count - 1] as number, count, encodeBlock(columns, 0, count));
      columns.count = 0;
      columns.reasons.length = 1;
      reasonNumber = createReasons(columns);
    };
    let end = Number.NEGATIVE_INFINITY;
    let done = 0;
    for (const row of rows.iterate(id)) {
      const [at, value, flag, reason, receivedAt] = row as unknown as ReadingRow;
      if (at >= end || columns.count === MAX_BLOCK) {
        flush();
        end = Math.floor(at / HOUR_MS) * HOUR_MS + HOUR_MS;
      }
      const index = columns.count++;
      growColumns(columns, index + 1);
      columns.at[index] = at;
      columns.value[index] = value ?? Number.NaN;
      columns.flag[index] = flag;
      columns.reason[index] = reasonNumber(reason);
      columns.receivedAt[index] = receivedAt;
      if (++done % 10_000 === 0) tell(10_000);
    }
    flush();
    tell(done % 10_000);
  }
}

export function packMinutes(db: DatabaseSync, log: Logger | undefined): void {
  const insert = db.prepare('INSERT INTO minute VALUES (?, ?, ?)');
  const rows = db.prepare(
    `SELECT series, at, usable, sum, min, max, good, not_evaluated, suspect, fail, missing
     FROM minute_row ORDER BY series, at`,
  );
  rows.setReturnArrays(true);
  const tell = createTeller(log, 'store packs minutes');
  let series = Number.NaN;
  let hour = Number.NaN;
  let minutes: Summary[] = [];
  const flush = (): void => {
    if (minutes.length > 0) insert.run(series, hour, encodeMinutes(hour, minutes));
    minutes = [];
  };
  for (const row of rows.iterate()) {
    const [id, at, usable, sum, min, max, ...counts] = row as unknown as number[];
    const start = Math.floor((at as number) / HOUR_MS) * HOUR_MS;
    if (id !== series || start !== hour) {
      flush();
      [series, hour] = [id as number, start];
    }
    minutes.push({ at, usable, sum, min, max, counts } as Summary);
    tell(1);
  }
  flush();
}

function createTeller(log: Logger | undefined, words: string): (more: number) => void {
  let done = 0;
  let told = performance.now();
  return (more) => {
    done += more;
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    log?.info({ done }, words);
  };
}
