/** Readings that are in the journal and in no block yet: columns in the order of their commits, with a list for each series. */
import { type Columns, createColumns, growColumns } from './sqlite-columns.ts';

const NONE = -1;
const NOTHING = new Int32Array(0);
const MAX_ORDERS = 64;

export interface Pool {
  readonly columns: Columns;
  /** The series of each reading, by the same index as the columns. */
  series: Uint32Array;
  /** Series that have readings, in the order in which they came. */
  readonly members: number[];
  /** Room for `capacity` readings; what is beyond `columns.count` belongs to nobody yet. */
  reserve(capacity: number): void;
  /** The next `count` readings are committed. */
  accept(count: number): void;
  /** Indexes of a series' readings in the order of time; of one time the first that was committed. */
  sorted(series: number): Int32Array;
  /** Index of the newest reading of a series, of one time the first; -1 when there is none. */
  newest(series: number): number;
  /** How many there are of a series, repeats among them. */
  size(series: number): number;
  /** Those of a series are in blocks. */
  drop(series: number): void;
  /** How many are in no block. */
  waiting(): number;
  /** Nothing is in it any more; its memory stays. */
  clear(): void;
}

const FIRST_CAPACITY = 4096;

export function createPool(): Pool {
  const columns = createColumns(FIRST_CAPACITY);
  /** Index of the next reading of the same series. */
  let next = new Int32Array(FIRST_CAPACITY);
  // By series: its first and last reading, how many there are, the newest reading.
  let head = new Int32Array(0);
  let tail = new Int32Array(0);
  let sizes = new Uint32Array(0);
  let newest = new Int32Array(0);
  let waiting = 0;
  /** Those that were asked for lately, good as long as no reading is added. */
  const orders = new Map<number, { size: number; order: Int32Array }>();

  const know = (series: number): void => {
    if (series < head.length) return;
    const length = Math.max(2 * head.length, series + 1, 256);
    const grow = <T extends Int32Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    head = grow(head, new Int32Array(length).fill(NONE));
    tail = grow(tail, new Int32Array(length));
    sizes = grow(sizes, new Uint32Array(length));
    newest = grow(newest, new Int32Array(length));
  };

  const pool: Pool = {
    columns,
    series: new Uint32Array(FIRST_CAPACITY),
    members: [],
    reserve(capacity) {
      growColumns(columns, capacity);
      if (pool.series.length === columns.at.length) return;
      const series = new Uint32Array(columns.at.length);
      series.set(pool.series);
      pool.series = series;
      const longer = new Int32Array(columns.at.length);
      longer.set(next);
      next = longer;
    },
    accept(count) {
      const end = columns.count + count;
      const { at } = columns;
      for (let index = columns.count; index < end; index++) {
        const series = pool.series[index] as number;
        const time = at[index] as number;
        if (series >= head.length) know(series);
        next[index] = NONE;
        if (head[series] === NONE) {
          head[series] = index;
          newest[series] = index;
          sizes[series] = 1;
          pool.members.push(series);
        } else {
          next[tail[series] as number] = index;
          if (time > (at[newest[series] as number] as number)) newest[series] = index;
          (sizes[series] as number)++;
        }
        tail[series] = index;
      }
      columns.count = end;
      waiting += count;
    },
    sorted(series) {
      const size = pool.size(series);
      if (size === 0) return NOTHING;
      const known = orders.get(series);
      if (known?.size === size) return known.order;
      const order = new Int32Array(size);
      let index = head[series] as number;
      for (let i = 0; i < size; i++) {
        order[i] = index;
        index = next[index] as number;
      }
      const sorted = { size, order: sortByTime(order, columns.at) };
      if (orders.size >= MAX_ORDERS) orders.clear();
      orders.set(series, sorted);
      return sorted.order;
    },
    newest: (series) => ((head[series] ?? NONE) === NONE ? NONE : (newest[series] as number)),
    size: (series) => ((head[series] ?? NONE) === NONE ? 0 : (sizes[series] as number)),
    drop(series) {
      if ((head[series] ?? NONE) === NONE) return;
      orders.delete(series);
      waiting -= sizes[series] as number;
      head[series] = NONE;
    },
    waiting: () => waiting,
    clear() {
      for (const series of pool.members) head[series] = NONE;
      pool.members.length = 0;
      columns.count = 0;
      columns.reasons.length = 1;
      orders.clear();
      waiting = 0;
    },
  };
  return pool;
}

/** Of indexes that have one time the least stays. */
function sortByTime(order: Int32Array, at: Float64Array): Int32Array {
  let ascending = true;
  for (let i = 1; i < order.length && ascending; i++)
    ascending = (at[order[i - 1] as number] as number) < (at[order[i] as number] as number);
  if (ascending) return order;
  order.sort((a, b) => (at[a] as number) - (at[b] as number) || a - b);
  let count = 1;
  for (let i = 1; i < order.length; i++) {
    const index = order[i] as number;
    if (at[index] !== at[order[count - 1] as number]) order[count++] = index;
  }
  return order.subarray(0, count);
}

/** Place in `order` of the first reading that is not before `time`. */
export function placeOf(order: Int32Array, { at }: Columns, time: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[order[middle] as number] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
