/** How many rows of a list are shown. Pure. */

/** Heights in pixels. */
export interface Sizes {
  readonly box: number;
  /** The least of one row. */
  readonly row: number;
  /** Of the line that says how many more there are. */
  readonly rest: number;
}

/** All of them, or as many as leave room for the line that says how many are left out; one is always shown. */
export function rowsFor(count: number, { box, row, rest }: Sizes): number {
  if (row <= 0) return Math.min(count, 1);
  if (count * row <= box) return count;
  return Math.min(count, Math.max(1, Math.floor((box - rest) / row)));
}
