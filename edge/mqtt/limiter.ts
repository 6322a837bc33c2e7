/** How many messages an instrument may send: a bucket that fills again. Pure. */

export interface Limit {
  readonly perSecond: number;
  /** At once, after a silence. */
  readonly burst: number;
}

/** Whether one more is let through. */
export function createLimiter({ perSecond, burst }: Limit): (ticks: number) => boolean {
  let level = burst;
  let filledAt: number | null = null;
  return (ticks) => {
    level = Math.min(burst, level + ((ticks - (filledAt ?? ticks)) / 1000) * perSecond);
    filledAt = ticks;
    if (level < 1) return false;
    level -= 1;
    return true;
  };
}
