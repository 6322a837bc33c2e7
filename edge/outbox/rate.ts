/** How fast an outbox would fill: the bytes that came in the last hour, by minute. */
const MINUTES = 60;
const MINUTE_MS = 60_000;

export interface Rate {
  add(bytes: number): void;
  /** Packing has turned so many bytes into so many. */
  packed(before: number, after: number): void;
  /** Hours until so many bytes are full at the present rate, or null while nothing has come. */
  hoursOf(freeBytes: number): number | null;
}

/** `ticks` only ever grows, in ms: the wall clock may jump. */
export function createRate(ticks: () => number): Rate {
  const minutes: { readonly minute: number; bytes: number }[] = [];
  const started = ticks();
  /** What packing leaves of the bytes that came. */
  let ratio = 1;
  return {
    add(bytes) {
      const minute = Math.floor(ticks() / MINUTE_MS);
      const newest = minutes.at(-1);
      if (newest?.minute === minute) newest.bytes += bytes;
      else minutes.push({ minute, bytes });
      if (minutes.length > MINUTES) minutes.shift();
    },
    packed(before, after) {
      ratio = before > 0 ? Math.min(1, after / before) : ratio;
    },
    hoursOf(freeBytes) {
      const now = ticks();
      const from = Math.max(started, now - MINUTES * MINUTE_MS);
      const bytes = minutes.reduce(
        (sum, each) => (each.minute * MINUTE_MS + MINUTE_MS > from ? sum + each.bytes : sum),
        0,
      );
      if (bytes === 0) return null;
      // An edge that has just started has no rate yet: its first seconds count as a minute.
      const hours = Math.max(now - from, MINUTE_MS) / (MINUTES * MINUTE_MS);
      return Math.max(0, freeBytes) / ((bytes * ratio) / hours);
    },
  };
}
