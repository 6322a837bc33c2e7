/** How long to wait before trying again. Pure. */

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Of the uplink. The longest is such that all edges are back within half a minute of the centre, however long it was away. */
export const RECONNECT: Backoff = { firstMs: 500, maxMs: 20_000 };

/** Doubles with each failure (1, 2, ...) up to the bound. */
export const backoffMs = ({ firstMs, maxMs }: Backoff, failures: number): number =>
  Math.min(maxMs, firstMs * 2 ** Math.min(30, failures - 1));

/** Half of the time for certain and half by chance, so that a hundred edges do not come back in one moment. */
export const jittered = (ms: number, random: () => number): number => ms * (0.5 + random() / 2);
