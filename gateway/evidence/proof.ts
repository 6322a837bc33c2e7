/**
 * What a station's evidence proves, whoever kept it: walks each chain from its signed heads down, hash by hash. Pure but for
 * hashing; nothing is believed but signatures by the keys that are given.
 */
import { isSealed } from '../../devices/kit/seal.ts';
import type { ChainState } from '../../devices/wire/seal.ts';
import type { Gap } from './gaps.ts';
import type { Line, LineOf } from './lines.ts';
import { placeOf } from './query.ts';
import { type Anchor, because, type ChainParts, walk, when } from './walk.ts';

/**
 * - `sealed`: under a signed head, and acknowledged: its readings must be stored.
 * - `open`: under a signed head, not acknowledged by then: they may be.
 * - `unsealed`: after the newest head of its chain, a short time ago: not signed yet.
 * - `unsigned`: after the last thing that the edge has signed of its chain: the chain has ended, or the next head is long due.
 * - `stranded`: after the newest head of its chain, and one between is missing.
 * - `loose`: not proved, and something is wrong there.
 */
export type State = 'sealed' | 'open' | 'unsealed' | 'unsigned' | 'stranded' | 'loose';

export interface ProvedBatch {
  readonly edge: string;
  readonly chain: string | null;
  readonly number: number;
  readonly receivedAt: number;
  readonly payload: Uint8Array;
  readonly state: State;
}

/** What contradicts, in words; `at` brings what was first to the front. */
export interface Finding {
  readonly at: number;
  readonly text: string;
}

export interface Proof {
  readonly batches: readonly ProvedBatch[];
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
  /** Batches of all stations whose link was followed, and heads whose signature was checked. */
  readonly links: number;
  readonly heads: number;
  /** The earliest and the latest signed time, epoch ms; null without a head. */
  readonly firstSigned: number | null;
  readonly lastSigned: number | null;
}

const keyOf = (edge: string, chain: string): string => JSON.stringify([edge, chain]);

export interface ProofParts {
  readonly lines: readonly Line[];
  /** Keys by edge that its heads may be signed with. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** from ≤ at < to, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Nothing need be kept from before. */
  readonly keptFrom: number;
  readonly now: number;
}

export function prove(asked: ProofParts): Proof {
  const { lines, keys, from, keptFrom } = asked;
  const findings: Finding[] = [];
  const gaps: Gap[] = [];
  const chains = new Map<string, ChainParts>();
  const strays: LineOf<'batch'>[] = [];
  for (const line of lines) {
    if (line.kind === 'chain')
      chains.set(keyOf(line.edge, line.chain), {
        about: line,
        seals: [],
        damaged: [],
        faulty: false,
        closed: false,
        numbers: new Map(),
      });
  }
  const follows: { readonly parts: ChainParts; readonly state: ChainState; readonly at: number }[] = [];
  let heads = 0;
  for (const line of lines) {
    if (line.kind === 'head') {
      const { head } = line.seal;
      const parts = chains.get(keyOf(line.edge, head.chain));
      const fault = !keys.get(line.edge)?.includes(line.seal.key)
        ? 'is signed with a key that is not the edge’s'
        : isSealed(line.seal)
          ? null
          : 'is not what the edge signed';
      if (fault !== null || parts === undefined) {
        if (parts !== undefined) parts.faulty = true;
        findings.push({
          at: line.received_at,
          text: `edge ${line.edge}: the head at batch ${head.number} of chain ${head.chain} ${fault ?? 'is of a chain that is not here'}`,
        });
        continue;
      }
      heads++;
      parts.seals.push({ seal: line.seal, receivedAt: line.received_at });
      if (head.follows !== null) follows.push({ parts, state: head.follows, at: head.at });
    } else if (line.kind === 'damaged') chains.get(keyOf(line.edge, line.chain))?.damaged.push(line);
    else if (line.kind === 'batch' || line.kind === 'link') place(line);
  }

  function place(line: LineOf<'batch'> | LineOf<'link'>): void {
    const at = placeOf(line);
    const parts = line.chain === null ? undefined : chains.get(keyOf(line.edge, line.chain));
    if (at === null || parts === undefined) {
      if (line.kind === 'batch') strays.push(line);
      return;
    }
    const there = parts.numbers.get(at.number) ?? [];
    parts.numbers.set(at.number, there);
    // What came twice is one.
    if (there.some(({ hash }) => hash === at.hash)) return;
    there.push({
      hash: at.hash,
      previous: at.previous,
      line: line.kind === 'batch' ? line : null,
      state: 'loose',
    });
  }

  const anchors = new Map<ChainParts, Anchor[]>();
  const anchor = (parts: ChainParts, one: Anchor): void =>
    void anchors.set(parts, [...(anchors.get(parts) ?? []), one]);
  for (const parts of chains.values()) for (const { seal } of parts.seals) anchor(parts, { ...seal.head });
  const gone = new Set<string>();
  for (const { parts, state, at } of follows) {
    const { edge } = parts.about;
    const before = chains.get(keyOf(edge, state.chain));
    if (before !== undefined) {
      before.closed = true;
      anchor(before, { ...state, at });
    } else if (state.number > 0 && beginOf(parts) > Math.max(from, keptFrom) && !gone.has(state.chain)) {
      gone.add(state.chain);
      findings.push({
        at: beginOf(parts),
        text: `edge ${edge}: chain ${state.chain} is missing, of which the edge signed batches up to ${state.number}`,
      });
    }
  }
  gaps.push(...begunAnew([...chains.values()]));
  let links = 0;
  for (const parts of chains.values()) links += walk(parts, anchors.get(parts) ?? [], asked, findings, gaps);
  for (const line of strays)
    findings.push({
      at: line.received_at,
      text: `edge ${line.edge}: a batch that the edge has not chained came ${when(line.received_at)}${because(line)}`,
    });
  return {
    links,
    heads,
    firstSigned: heads === 0 ? null : Math.min(...[...chains.values()].map(beginOf)),
    lastSigned: heads === 0 ? null : Math.max(...[...chains.values()].map(endOf)),
    findings,
    gaps,
    batches: [...[...chains.values()].flatMap(batchesOf), ...strays.map(strayOf)],
  };
}

/** The earliest signed time of a chain. */
const beginOf = ({ seals }: ChainParts): number =>
  seals.reduce((least, { seal }) => Math.min(least, seal.head.at), Number.POSITIVE_INFINITY);

const endOf = ({ seals }: ChainParts): number =>
  seals.reduce((most, { seal }) => Math.max(most, seal.head.at), Number.NEGATIVE_INFINITY);

/**
 * Only the first chain of a key follows none. A later one that does is the edge's own word, which has lost its files: nothing
 * signed says how the chain before ended.
 */
function begunAnew(chains: readonly ChainParts[]): Gap[] {
  return chains.flatMap((parts) => {
    const { edge, chain } = parts.about;
    const [first] = parts.seals;
    if (first === undefined || first.seal.head.follows !== null) return [];
    const before = chains.filter((other) => {
      const [one] = other.seals;
      if (other === parts || other.about.edge !== edge || one?.seal.key !== first.seal.key) return false;
      return one.seal.head.follows?.chain !== chain && beginOf(other) < beginOf(parts);
    });
    if (before.length === 0) return [];
    const text = `edge ${edge}: chain ${chain} follows none, and the edge has chained before`;
    const to = beginOf(parts);
    // What was signed last before it.
    const signed = before.flatMap(({ seals }) => seals.map(({ seal }) => seal.head.at));
    const last = Math.max(...signed.filter((at) => at <= to), Math.min(...signed));
    return [{ why: 'begun anew', readings: 0, from: last, to, first: text }];
  });
}

const batchesOf = ({ about, numbers }: ChainParts): ProvedBatch[] =>
  [...numbers].flatMap(([number, there]) =>
    there.flatMap(({ line, state }) =>
      line === null ? [] : [{ ...fieldsOf(line), chain: about.chain, number, state }],
    ),
  );

const strayOf = (line: LineOf<'batch'>): ProvedBatch => ({
  ...fieldsOf(line),
  chain: line.chain,
  number: placeOf(line)?.number ?? 0,
  state: 'loose',
});

const fieldsOf = ({ edge, received_at, payload }: LineOf<'batch'>) => ({
  edge,
  receivedAt: received_at,
  payload: Buffer.from(payload, 'base64'),
});
