/** Readings in memory as columns: numbers side by side, no object a reading. */
import type { Flag } from '../../devices/quality.ts';
import type { StoredReading } from './store.ts';

export interface Columns {
  count: number;
  /** Epoch ms. */
  at: Float64Array;
  /** NaN where there is no value. */
  value: Float64Array;
  flag: Uint8Array;
  /** Index in `reasons`; 0 is none. */
  reason: Uint32Array;
  /** Epoch ms. */
  receivedAt: Float64Array;
  reasons: (string | null)[];
}

/** What a reading is without the name of its series. */
export type Row = Omit<StoredReading, 'station' | 'parameter'>;

export const createColumns = (capacity: number): Columns => ({
  count: 0,
  at: new Float64Array(capacity),
  value: new Float64Array(capacity),
  flag: new Uint8Array(capacity),
  reason: new Uint32Array(capacity),
  receivedAt: new Float64Array(capacity),
  reasons: [null],
});

/** Makes room for `capacity` readings, at least doubling what there is. */
export function growColumns(columns: Columns, capacity: number): void {
  if (capacity <= columns.at.length) return;
  const grown = createColumns(Math.max(capacity, 2 * columns.at.length));
  for (const name of ['at', 'value', 'receivedAt'] as const) grown[name].set(columns[name]);
  grown.flag.set(columns.flag);
  grown.reason.set(columns.reason);
  const { at, value, flag, reason, receivedAt } = grown;
  Object.assign(columns, { at, value, flag, reason, receivedAt });
}

export function rowAt(columns: Columns, index: number): Row {
  const value = columns.value[index] as number;
  return {
    at: columns.at[index] as number,
    value: Number.isNaN(value) ? null : value,
    flag: columns.flag[index] as Flag,
    reason: columns.reasons[columns.reason[index] as number] ?? null,
    receivedAt: columns.receivedAt[index] as number,
  };
}

/** Numbers for reasons, as they come. */
export function createReasons(columns: Columns): (reason: string | null) => number {
  const numbers = new Map<string, number>();
  return (reason) => {
    if (reason === null) return 0;
    let number = numbers.get(reason);
    if (number === undefined) {
      number = columns.reasons.length;
      columns.reasons.push(reason);
      numbers.set(reason, number);
    }
    return number;
  };
}

/** Columns that are filled reading by reading, from others. */
export interface Gathering {
  readonly columns: Columns;
  clear(): void;
  push(from: Columns, index: number): void;
}

export function createGathering(): Gathering {
  const columns = createColumns(1024);
  let reasonNumber = createReasons(columns);
  return {
    columns,
    clear() {
      columns.count = 0;
      if (columns.reasons.length === 1) return;
      columns.reasons.length = 1;
      reasonNumber = createReasons(columns);
    },
    push(from, index) {
      const own = columns.count++;
      if (own === columns.at.length) growColumns(columns, own + 1);
      columns.at[own] = from.at[index] as number;
      columns.value[own] = from.value[index] as number;
      columns.flag[own] = from.flag[index] as number;
      columns.receivedAt[own] = from.receivedAt[index] as number;
      const reason = from.reason[index] as number;
      columns.reason[own] = reason === 0 ? 0 : reasonNumber(from.reasons[reason] ?? null);
    },
  };
}

/** Adds readings of both, which are ascending; of one time the one of the first counts. */
export function merge(
  into: Gathering,
  [first, firstFrom, firstTo]: readonly [Columns, number, number],
  [second, secondFrom, secondTo]: readonly [Columns, number, number],
): void {
  let a = firstFrom;
  let b = secondFrom;
  while (a < firstTo || b < secondTo) {
    const atFirst = a < firstTo ? (first.at[a] as number) : Number.POSITIVE_INFINITY;
    const atSecond = b < secondTo ? (second.at[b] as number) : Number.POSITIVE_INFINITY;
    if (atFirst <= atSecond) into.push(first, a++);
    else into.push(second, b++);
    if (atFirst === atSecond) b++;
  }
}

/** Index of the first reading of ascending `columns` that is not before `at`. */
export function indexOf({ at, count }: Columns, time: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
