/** Readings of a series wherever they are: in blocks, and in the journal what no block holds yet. */
import type { Block, Blocks } from './sqlite-blocks.ts';
import {
  type Columns,
  createColumns,
  createGathering,
  type Gathering,
  indexOf,
  merge,
} from './sqlite-columns.ts';
import { type Pool, placeOf } from './sqlite-pool.ts';

/** Readings `from` ≤ index < `to` of ascending columns, which are good until the next chunk. */
export interface Chunk {
  readonly columns: Columns;
  readonly from: number;
  readonly to: number;
}

/**
 * Both walks answer each reading of from ≤ at < to once, of one time the first that was committed. They are to be gone
 * through at one go: a commit in between would pull the ground from under them.
 */
export interface Readings {
  ascending(series: number, from: number, to: number): Generator<Chunk, void>;
  /** The newest chunk first; within a chunk times ascend. */
  descending(series: number, from: number, to: number): Generator<Chunk, void>;
}

/** Readings of the journal in one chunk, at most about so many. */
const CHUNK = 4096;

export function createReadings(blocks: Blocks, pools: () => readonly Pool[]): Readings {
  const stored = createColumns(CHUNK);
  const waiting = createGathering();
  const merged = createGathering();

  /** Block and journal within from ≤ at < to. */
  const chunk = (series: number, block: Block | null, from: number, to: number): Chunk => {
    gather(pools(), series, from, to, waiting);
    const alone = { columns: waiting.columns, from: 0, to: waiting.columns.count };
    if (block === null) return alone;
    blocks.read(series, block, stored);
    const own = { columns: stored, from: indexOf(stored, from), to: indexOf(stored, to) };
    if (alone.to === 0) return own;
    if (own.from === own.to) return alone;
    merged.clear();
    merge(merged, [stored, own.from, own.to], [waiting.columns, 0, alone.to]);
    return { columns: merged.columns, from: 0, to: merged.columns.count };
  };

  return {
    *ascending(series, from, to) {
      for (let start = from; start < to; ) {
        const [block = null, next] = blocks.first(series, start, to);
        const end = endOf(pools(), series, start, next?.start ?? to);
        const found = chunk(series, block, start, end);
        if (found.from < found.to) yield found;
        start = end;
      }
    },
    *descending(series, from, to) {
      for (let end = to; end > from; ) {
        const block = blocks.newest(series, from, end);
        const start = startOf(pools(), series, Math.max(from, block?.start ?? from), end);
        const found = chunk(series, block, start, end);
        if (found.from < found.to) yield found;
        end = start;
      }
    },
  };
}

/** A time up to `to` before which the journal has a chunk of readings that are not before `from`. */
function endOf(pools: readonly Pool[], series: number, from: number, to: number): number {
  let end = to;
  for (const { sorted, columns } of pools) {
    const order = sorted(series);
    const index = order[placeOf(order, columns, from) + CHUNK];
    if (index !== undefined) end = Math.min(end, columns.at[index] as number);
  }
  return end;
}

/** The same from the other side. */
function startOf(pools: readonly Pool[], series: number, from: number, to: number): number {
  let start = from;
  for (const { sorted, columns } of pools) {
    const order = sorted(series);
    const index = order[placeOf(order, columns, to) - CHUNK];
    if (index !== undefined) start = Math.max(start, columns.at[index] as number);
  }
  return start;
}

/** Fills `into` with a series' readings of from ≤ at < to that are in pools: ascending, of one time the first. */
function gather(pools: readonly Pool[], series: number, from: number, to: number, into: Gathering): void {
  const [first, second] = pools.map(({ sorted, columns }) => {
    const order = sorted(series);
    return { order, columns, next: placeOf(order, columns, from), end: placeOf(order, columns, to) };
  });
  into.clear();
  if (first === undefined) return;
  while (first.next < first.end || (second !== undefined && second.next < second.end)) {
    const atFirst = timeOf(first);
    const atSecond = second === undefined ? Number.POSITIVE_INFINITY : timeOf(second);
    if (second === undefined || atFirst <= atSecond)
      into.push(first.columns, first.order[first.next++] as number);
    else into.push(second.columns, second.order[second.next++] as number);
    if (second !== undefined && atFirst === atSecond) second.next++;
  }
}

const timeOf = ({
  order,
  columns,
  next,
  end,
}: {
  order: Int32Array;
  columns: Columns;
  next: number;
  end: number;
}) => (next < end ? (columns.at[order[next] as number] as number) : Number.POSITIVE_INFINITY);
