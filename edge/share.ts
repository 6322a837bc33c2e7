/**
 * How much backlog may be under way at one time. Live readings leave behind what is in the line already, so that must be
 * no more than the line delivers in a moment, be it a fibre or a weak GSM cell: PUBACKs that take longer make it less.
 */

/** Less than half a second leaves room for the batch that goes over the bound. */
const SLOW_MS = 400;

/** Half a second of a line of 1 Mbit/s. */
const FIRST_BYTES = 64 * 1024;
const LEAST_BYTES = 1024;
const MOST_BYTES = 4 * 1024 * 1024;

export interface Share {
  /** One batch may always go: without any the line would never be known. */
  hasRoom(): boolean;
  sent(bytes: number): void;
  /** Its PUBACK has come after so long. */
  acknowledged(bytes: number, tookMs: number): void;
}

export function createShare(): Share {
  let most = FIRST_BYTES;
  let underWay = 0;
  return {
    hasRoom: () => underWay === 0 || underWay < most,
    sent(bytes) {
      underWay += bytes;
    },
    acknowledged(bytes, tookMs) {
      underWay -= bytes;
      most = tookMs > SLOW_MS ? Math.max(LEAST_BYTES, most / 2) : Math.min(MOST_BYTES, most + bytes / 4);
    },
  };
}
