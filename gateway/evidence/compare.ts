/** Holds what is stored against what was sent, reading by reading, in both directions. Pure. */
import type { Reading } from '../../devices/reading.ts';
import { decodeSenml } from '../../devices/wire/senml.ts';
import { createGaps, type Gap, type Why } from './gaps.ts';
import type { LineOf } from './lines.ts';
import type { Finding, ProvedBatch, State } from './proof.ts';
import { when } from './walk.ts';

export type Stored = Pick<Reading, 'parameter' | 'at' | 'value' | 'flag'>;

export interface Counts {
  /** Stored as it was sent, under a signed head. */
  readonly proved: number;
  /** Stored as it was sent, after the newest signed head of its chain. */
  readonly not_yet_sealed: number;
  /** Stored, of a time before the edge chained, or of a device that does not. */
  readonly not_chained: number;
  /** Sent and not stored, because the gateway says that it has refused them. */
  readonly refused: number;
  /** Stored as it was sent, in a batch that is not proved: never signed, or something is wrong there. */
  readonly unproved: number;
  /** Stored and different, sent and not stored, or stored and not sent. */
  readonly different: number;
}

export interface Comparison {
  readonly counts: Counts;
  /** What contradicts. */
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

export interface CompareParts {
  readonly station: string;
  /** from ≤ at < to, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly batches: readonly ProvedBatch[];
  readonly stored: readonly Stored[];
  readonly refused: readonly LineOf<'refused'>[];
  /** Readings from then on must be chained; null: those of this station are not. */
  readonly chainedSince: number | null;
  /** Readings before that may be deleted. */
  readonly keptFrom: number;
}

interface Sent {
  readonly reading: Stored;
  readonly batch: ProvedBatch;
  readonly refused: boolean;
}

const ORDER: readonly State[] = ['sealed', 'open', 'unsealed', 'unsigned', 'stranded', 'loose'];
const UNPROVED: Readonly<Partial<Record<State, Why>>> = {
  unsealed: 'not yet signed',
  unsigned: 'never signed',
  stranded: 'after a hole',
  loose: 'contradicted',
};

export function compare(parts: CompareParts): Comparison {
  const sent = sentBy(parts);
  const stored = new Map(parts.stored.map((one) => [keyOf(one), one]));
  const findings: Finding[] = [];
  const counts = { proved: 0, not_yet_sealed: 0, not_chained: 0, refused: 0, unproved: 0, different: 0 };
  const differs = (at: number, text: string): void => {
    counts.different++;
    findings.push({ at, text });
  };
  const gaps = createGaps();
  const lacks = (why: Why, at: number, first: string | null): void =>
    gaps.add({ why, readings: 1, from: at, to: at, first });
  const place = ({ parameter, at }: Stored): string => `${parts.station}, ${parameter} of ${when(at)}`;

  for (const [key, ways] of sent) {
    const there = stored.get(key);
    const [first] = ways;
    if (first === undefined) continue;
    if (there === undefined) {
      const must = ways.find(({ batch, refused }) => batch.state === 'sealed' && !refused);
      if (must !== undefined && must.reading.at >= parts.keptFrom)
        differs(
          must.reading.at,
          `${nameOf(must.batch)}: ${place(must.reading)}: measured ${said(must.reading)}, and nothing is stored`,
        );
      else if (ways.some(({ refused }) => refused)) {
        counts.refused++;
        lacks('refused', first.reading.at, place(first.reading));
      }
      continue;
    }
    const same = believed(ways).find(
      ({ reading }) => reading.value === there.value && reading.flag === there.flag,
    );
    if (same === undefined)
      differs(
        there.at,
        `${nameOf(first.batch)}: ${place(there)}: measured ${said(first.reading)}, stored ${said(there)}`,
      );
    else {
      const why = UNPROVED[same.batch.state];
      counts[why === undefined ? 'proved' : why === 'not yet signed' ? 'not_yet_sealed' : 'unproved']++;
      if (why !== undefined)
        lacks(why, there.at, `${nameOf(same.batch)}: ${place(there)}: stored ${said(there)}`);
    }
  }
  for (const [key, there] of stored) {
    if (sent.has(key)) continue;
    if (parts.chainedSince === null || there.at < Math.max(parts.chainedSince, parts.keptFrom)) {
      counts.not_chained++;
      lacks('not chained', there.at, null);
    } else differs(there.at, `${place(there)}: stored ${said(there)}, and no batch of the edge has it`);
  }
  return { counts, findings, gaps: gaps.all() };
}

/** What was sent under a signed head says what must be stored, whatever else came. */
function believed(ways: readonly Sent[]): readonly Sent[] {
  if (!ways.some(({ batch }) => batch.state === 'sealed')) return ways;
  return ways.filter(({ batch: { state } }) => state === 'sealed' || state === 'open');
}

/** By reading, the best proved first. */
function sentBy({ station, from, to, batches, refused }: CompareParts): Map<string, Sent[]> {
  const held = new Set(
    refused.flatMap(({ edge, chain, number, readings }) =>
      readings.map(([parameter, at]) => JSON.stringify([edge, chain, number, parameter, at])),
    ),
  );
  const sent = new Map<string, Sent[]>();
  const best = batches.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  for (const batch of best) {
    const decoded = decodeSenml(batch.payload, station, batch.receivedAt);
    if (decoded.kind !== 'records') continue;
    for (const reading of decoded.readings) {
      if (reading.at < from || reading.at >= to) continue;
      const { edge, chain, number } = batch;
      const key = keyOf(reading);
      const way: Sent = {
        reading,
        batch,
        refused: held.has(JSON.stringify([edge, chain, number, reading.parameter, reading.at])),
      };
      const ways = sent.get(key);
      if (ways === undefined) sent.set(key, [way]);
      else ways.push(way);
    }
  }
  return sent;
}

const keyOf = ({ parameter, at }: Stored): string => `${parameter} ${at}`;

const said = ({ value, flag }: Stored): string => `${value ?? 'no value'} (flag ${flag})`;

const nameOf = ({ edge, chain, number }: ProvedBatch): string =>
  chain === null ? `edge ${edge}, a batch without a link` : `edge ${edge}, batch ${number} of chain ${chain}`;
