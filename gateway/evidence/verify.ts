/** Proves a station's readings piece of time by piece, and sums up. Pure. */
import { DAY_MS } from '../../devices/local-time.ts';
import { type Counts, compare, type Stored } from './compare.ts';
import type { Line, LineOf } from './lines.ts';
import { type Finding, prove } from './proof.ts';
import { when } from './walk.ts';

export interface Verified {
  readonly station: string;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly counts: Counts;
  readonly batches: number;
  readonly heads: number;
  /** Edges that have chained readings of it, and the keys that their heads were checked with. */
  readonly edges: readonly {
    readonly edge: string;
    readonly keys: readonly string[];
    readonly given: boolean;
  }[];
  readonly faults: number;
  /** The first thing that is wrong, in words; null when all that is chained holds. */
  readonly first: string | null;
}

export interface Verification {
  /** False: something is wrong, and with `if it holds` nothing of it is counted. */
  take(
    from: number,
    to: number,
    lines: readonly Line[],
    stored: readonly Stored[],
    count: 'if it holds' | 'as it is',
  ): boolean;
  result(from: number, to: number): Verified;
}

/** `given`: the keys to believe; null: those that the gateway names. `now`: by the clock here, not by the gateway's. */
export function createVerification(
  station: string,
  given: readonly string[] | null,
  now: number = Date.now(),
): Verification {
  const findings = new Map<string, Finding>();
  const edges = new Map<string, readonly string[]>();
  const counts = {
    proved: 0,
    not_yet_sealed: 0,
    not_chained: 0,
    refused: 0,
    unproved: 0,
    different: 0,
  };
  /** What nothing but the gateway's word speaks for: told after all that is wrong. */
  let firstRefused: string | null = null;
  let keepDays = Number.POSITIVE_INFINITY;
  let batches = 0;
  let heads = 0;

  return {
    take(from, to, lines, stored, count) {
      const about = lines.find((line): line is LineOf<'evidence'> => line.kind === 'evidence');
      if (about === undefined) throw new Error('evidence without its first line');
      const keys = new Map(
        about.edges.map((one) => [one.edge, given ?? one.keys.map(({ key }) => key)] as const),
      );
      keepDays = Math.min(keepDays, about.keep_days);
      const keptFrom = now - about.keep_days * DAY_MS;
      const proof = prove({ lines, keys, from, to, keptFrom, now });
      const present = about.edges.find(({ edge }) => edge === about.edge);
      const compared = compare({
        station,
        from,
        to,
        batches: proof.batches,
        stored,
        refused: lines.filter((line) => line.kind === 'refused'),
        chainedSince:
          given !== null
            ? (proof.firstSigned ?? Number.NEGATIVE_INFINITY)
            : present === undefined
              ? null
              : Math.min(...about.edges.map(({ since }) => since)),
        keptFrom,
      });
      const found = [...proof.findings, ...compared.findings];
      if (given !== null && present === undefined && stored.length > 0)
        found.push({
          at: from,
          text: `${station}: the gateway shows no evidence, although the edge's key is known`,
        });
      if (found.length > 0 && count === 'if it holds') return false;
      firstRefused ??= compared.firstRefused;
      for (const finding of found) if (!findings.has(finding.text)) findings.set(finding.text, finding);
      for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += compared.counts[name];
      for (const [edge, its] of keys) edges.set(edge, its);
      batches += proof.links;
      heads += proof.heads;
      return found.length === 0;
    },
    result(from, to) {
      const sorted = [...findings.values()].sort((a, b) => a.at - b.at);
      const { refused } = counts;
      if (firstRefused !== null) {
        const text = `${firstRefused}: it and ${refused - 1} others that were measured are not stored; that they were refused and are in quarantine is the gateway’s word alone`;
        sorted.push({ at: to, text });
      }
      const keptFrom = now - keepDays * DAY_MS;
      if (from < keptFrom) {
        const text = `${station}: nothing is proved before ${when(keptFrom)}: the gateway says that it keeps readings for ${keepDays} days`;
        sorted.push({ at: to, text });
      }
      return {
        station,
        from,
        to,
        counts,
        batches,
        heads,
        edges: [...edges].map(([edge, keys]) => ({ edge, keys, given: given !== null })),
        faults: sorted.length,
        first: sorted[0]?.text ?? null,
      };
    },
  };
}
