/** What is not proved although nothing contradicts it: how much, from when to when, and why. Pure. */

/**
 * Each is something that nobody signed speaks for. What a signed head says was there, and is not, is never one of these: that
 * is a contradiction, whoever says that it was an accident.
 */
export const WHY = {
  'not yet signed': 'stored as sent; the edge signs each minute, and had not signed them yet',
  'never signed':
    'stored as sent, in batches that the edge has never signed, as when its power fails before it signs the last minute; nobody can tell them from forged ones',
  'after a hole':
    'stored as sent, after a batch that is missing; what came after the newest signed head is nobody’s word',
  contradicted: 'stored as sent, in batches of which something is wrong that is named',
  'not chained': 'of a device that does not chain, or of before it did',
  refused:
    'measured and not stored; that they were refused and are in quarantine is the gateway’s word alone',
  'no longer kept': 'no longer kept, by the gateway’s word',
  'nothing signed':
    'nothing that the edge has signed is shown of that time or of later: what was there may have been cut off',
  'begun anew':
    'the edge has signed that it began to chain anew, as when it loses its files: how the chain before ended, nobody has signed',
} as const satisfies Readonly<Record<string, string>>;
export type Why = keyof typeof WHY;

export interface Gap {
  readonly why: Why;
  /** Readings that are meant; 0 where it is a time. */
  readonly readings: number;
  /** Epoch ms: of readings the times of the first and the last; from ≤ at < to of a time. */
  readonly from: number;
  readonly to: number;
  /** The first of it, in words; null when there is no more to say. */
  readonly first: string | null;
}

export interface Gaps {
  add(gap: Gap): void;
  /** One of each kind, in the order of time. */
  all(): Gap[];
}

export function createGaps(): Gaps {
  const byKind = new Map<Why, Gap>();
  return {
    add(gap) {
      const there = byKind.get(gap.why);
      if (there === undefined) return void byKind.set(gap.why, gap);
      byKind.set(gap.why, {
        why: gap.why,
        readings: there.readings + gap.readings,
        from: Math.min(there.from, gap.from),
        to: Math.max(there.to, gap.to),
        first: there.from <= gap.from ? (there.first ?? gap.first) : (gap.first ?? there.first),
      });
    },
    all: () => [...byKind.values()].sort((a, b) => a.from - b.from),
  };
}
