/** Changes what the embedded store has on disk as somebody does who knows its code: with right checksums. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeBatch, decodeBlock, encodeBatch, encodeBlock } from '../../gateway/store/sqlite-codec.ts';
import { type Columns, createColumns } from '../../gateway/store/sqlite-columns.ts';

/** What becomes of a reading: another value, or null: it goes. */
export type Change = (at: number, value: number) => number | null;

/** Answers how many readings were changed. The gateway must not run. */
export function changeStored(dataDir: string, change: Change): number {
  const db = new DatabaseSync(join(dataDir, 'readings.db'));
  let changed = 0;
  const apply = (columns: Columns, series?: Uint32Array): void => {
    let kept = 0;
    for (let index = 0; index < columns.count; index++) {
      const value = columns.value[index] as number;
      const next = change(columns.at[index] as number, value);
      if (next !== value) changed++;
      if (next === null) continue;
      for (const column of [
        columns.at,
        columns.flag,
        columns.reason,
        columns.receivedAt,
        ...(series ? [series] : []),
      ])
        column[kept] = column[index] as number;
      columns.value[kept] = next;
      kept++;
    }
    columns.count = kept;
  };
  try {
    for (const { seq, data } of db.prepare('SELECT seq, data FROM batch').all()) {
      const { series, columns } = decodeBatch(data as Uint8Array);
      apply(columns, series);
      if (columns.count === 0) db.prepare('DELETE FROM batch WHERE seq = ?').run(seq as number);
      else
        db.prepare('UPDATE batch SET data = ? WHERE seq = ?').run(
          encodeBatch(series, columns, 0, columns.count),
          seq as number,
        );
    }
    for (const { series, start, data } of db.prepare('SELECT series, start, data FROM block').all()) {
      const columns = createColumns(16);
      decodeBlock(data as Uint8Array, columns);
      apply(columns);
      db.prepare('UPDATE block SET data = ?, readings = ? WHERE series = ? AND start = ?').run(
        encodeBlock(columns, 0, columns.count),
        columns.count,
        series as number,
        start as number,
      );
    }
  } finally {
    db.close();
  }
  return changed;
}
