/** Proves a station's readings piece of time by piece, and sums up. Pure. */
import { DAY_MS } from '../../devices/local-time.ts';
import { type Counts, compare, type Stored } from './compare.ts';
import { createGaps, type Gap } from './gaps.ts';
import type { Line, LineOf } from './lines.ts';
import { type Finding, prove } from './proof.ts';
import { when } from './walk.ts';

/**
 * - `proved`: all that is stored is what was measured, and nothing is missing.
 * - `contradicted`: something is not as it was signed.
 * - `not proved`: nothing contradicts, and not for everything there is a proof.
 */
export type Ending = 'proved' | 'contradicted' | 'not proved';

export interface Verified {
  readonly station: string;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly ending: Ending;
  readonly counts: Counts;
  readonly batches: number;
  readonly heads: number;
  /** Edges that have chained readings of it, and the keys that their heads were checked with. */
  readonly edges: readonly {
    readonly edge: string;
    readonly keys: readonly string[];
    readonly given: boolean;
  }[];
  /** Epoch ms; by the gateway's word readings from then on are chained. Null: nobody's word was taken for it. */
  readonly believed_since: number | null;
  /** Contradictions. */
  readonly faults: number;
  /** The first contradiction, in words; null when there is none. */
  readonly first: string | null;
  /** What is not proved and contradicts nothing. */
  readonly gaps: readonly Gap[];
}

export interface Verification {
  /** False: something contradicts, and with `if it holds` nothing of it is counted. */
  take(
    from: number,
    to: number,
    lines: readonly Line[],
    stored: readonly Stored[],
    count: 'if it holds' | 'as it is',
  ): boolean;
  result(from: number, to: number): Verified;
}

/** An edge that has sent something signs within a minute: what is younger is not cut off yet, it is only not signed. */
const LONG_DUE_MS = 15 * 60_000;

/** `given`: the keys to believe; null: those that the gateway names. `now`: by the clock here, not by the gateway's. */
export function createVerification(
  station: string,
  given: readonly string[] | null,
  now: number = Date.now(),
): Verification {
  const findings = new Map<string, Finding>();
  const edges = new Map<string, readonly string[]>();
  const gaps = createGaps();
  const counts = {
    proved: 0,
    not_yet_sealed: 0,
    not_chained: 0,
    refused: 0,
    unproved: 0,
    different: 0,
  };
  let keepDays = Number.POSITIVE_INFINITY;
  let believedSince: number | null = null;
  let batches = 0;
  let heads = 0;

  return {
    take(from, to, lines, stored, count) {
      const about = lines.find((line): line is LineOf<'evidence'> => line.kind === 'evidence');
      if (about === undefined) throw new Error('evidence without its first line');
      const keys = new Map(
        about.edges.map((one) => [one.edge, given ?? one.keys.map(({ key }) => key)] as const),
      );
      const keptFrom = now - about.keep_days * DAY_MS;
      const proof = prove({ lines, keys, from, to, keptFrom, now });
      const present = about.edges.find(({ edge }) => edge === about.edge);
      const since = present === undefined ? null : Math.min(...about.edges.map((one) => one.since));
      const compared = compare({
        station,
        from,
        to,
        batches: proof.batches,
        stored,
        refused: lines.filter((line) => line.kind === 'refused'),
        chainedSince: given === null ? since : (proof.firstSigned ?? Number.NEGATIVE_INFINITY),
        keptFrom,
      });
      const found = [...proof.findings, ...compared.findings];
      if (given !== null && present === undefined && stored.length > 0)
        found.push({
          at: from,
          text: `${station}: the gateway shows no evidence, although the edge's key is known`,
        });
      if (found.length > 0 && count === 'if it holds') return false;
      keepDays = Math.min(keepDays, about.keep_days);
      if (given === null && since !== null) believedSince = Math.min(believedSince ?? since, since);
      for (const finding of found) if (!findings.has(finding.text)) findings.set(finding.text, finding);
      for (const gap of [
        ...proof.gaps,
        ...compared.gaps,
        ...unsignedEnd(from, to, keptFrom, proof.lastSigned),
      ])
        gaps.add(gap);
      for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += compared.counts[name];
      for (const [edge, its] of keys) edges.set(edge, its);
      batches += proof.links;
      heads += proof.heads;
      return found.length === 0;
    },
    result(from, to) {
      const sorted = [...findings.values()].sort((a, b) => a.at - b.at);
      const keptFrom = now - keepDays * DAY_MS;
      if (from < keptFrom)
        gaps.add({
          why: 'no longer kept',
          readings: 0,
          from,
          to: Math.min(to, keptFrom),
          first: `${station}: the gateway says that it keeps readings and their evidence for ${keepDays} days: since ${when(keptFrom)}`,
        });
      const lacking = gaps.all();
      return {
        station,
        from,
        to,
        ending: sorted.length > 0 ? 'contradicted' : lacking.length > 0 ? 'not proved' : 'proved',
        counts,
        batches,
        heads,
        edges: [...edges].map(([edge, keys]) => ({ edge, keys, given: given !== null })),
        believed_since: believedSince,
        faults: sorted.length,
        first: sorted[0]?.text ?? null,
        gaps: lacking,
      };
    },
  };

  /** Of a time without anything signed that is as late, all may be gone, with what proves it. */
  function unsignedEnd(from: number, to: number, keptFrom: number, lastSigned: number | null): Gap[] {
    const end = Math.min(to, now);
    const begin = Math.max(from, keptFrom, lastSigned ?? Number.NEGATIVE_INFINITY);
    // Where nothing was ever signed it is no question of minutes.
    if (begin >= end || (lastSigned !== null && end - lastSigned <= LONG_DUE_MS)) return [];
    return [{ why: 'nothing signed', readings: 0, from: begin, to: end, first: null }];
  }
}
