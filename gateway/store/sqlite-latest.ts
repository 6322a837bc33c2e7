/** The newest reading of every series of the embedded store, without a look into the file. */
import type { Blocks } from './sqlite-blocks.ts';
import { createColumns, type Row, rowAt } from './sqlite-columns.ts';
import type { Pool } from './sqlite-pool.ts';
import type { SeriesIds } from './sqlite-series.ts';

export interface Latest {
  /** The newest reading of a series, wherever it is; null when it has none. */
  of(series: number): Row | null;
  /** The newest time of all series, epoch ms; null when there is no reading. */
  newest(): number | null;
  /** No block of a series has a newer time; -Infinity when it has none. */
  stored(series: number): number;
  /** This reading is in a block now. */
  store(series: number, row: Row): void;
  /** What is before `since` is deleted. */
  forget(since: number): void;
}

/** Reads the newest block of each series. */
export function createLatest(blocks: Blocks, series: SeriesIds, pools: () => readonly Pool[]): Latest {
  const inBlocks = new Map<number, Row>();
  /** The newest times that blocks had: of one that is damaged or to be deleted something may still be there. */
  const times = new Map<number, number>();
  const columns = createColumns(4096);

  const load = (id: number): void => {
    for (;;) {
      const block = blocks.newest(id, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      if (block === null) return;
      blocks.read(id, block, columns);
      times.set(id, Math.max(block.last, times.get(id) ?? block.last));
      if (columns.count > 0) inBlocks.set(id, rowAt(columns, columns.count - 1));
      // One that is damaged and could not be set aside would be found for ever.
      if (columns.count > 0 || blocks.has(block)) return;
    }
  };
  for (const parameters of series.all.values()) for (const id of parameters.values()) load(id);

  const of = (id: number): Row | null => {
    let row = inBlocks.get(id) ?? null;
    for (const pool of pools()) {
      const index = pool.newest(id);
      if (index !== -1 && (row === null || (pool.columns.at[index] as number) > row.at))
        row = rowAt(pool.columns, index);
    }
    return row;
  };

  return {
    of,
    newest() {
      let newest: number | null = null;
      for (const parameters of series.all.values())
        for (const id of parameters.values()) {
          const at = of(id)?.at;
          if (at !== undefined && (newest === null || at > newest)) newest = at;
        }
      return newest;
    },
    stored: (id) => times.get(id) ?? Number.NEGATIVE_INFINITY,
    store(id, row) {
      if (row.at > (inBlocks.get(id)?.at ?? Number.NEGATIVE_INFINITY)) inBlocks.set(id, row);
      if (row.at > (times.get(id) ?? Number.NEGATIVE_INFINITY)) times.set(id, row.at);
    },
    forget(since) {
      for (const [id, { at }] of inBlocks) if (at < since) inBlocks.delete(id);
    },
  };
}
