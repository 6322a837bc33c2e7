/** One chain, from its signed heads down, hash by hash. Its cost follows what is there, not what a head says there is. */
import type { ChainState, Seal } from '../../devices/wire/seal.ts';
import type { Gap } from './gaps.ts';
import type { LineOf } from './lines.ts';
import type { Finding, ProofParts, State } from './proof.ts';

/** One way a number of a chain was taken. */
export interface Candidate {
  readonly hash: string;
  readonly previous: string;
  /** Of the station that is asked for; null for others. */
  readonly line: LineOf<'batch'> | null;
  state: State;
}

export interface ChainParts {
  readonly about: LineOf<'chain'>;
  readonly seals: { readonly seal: Seal; readonly receivedAt: number }[];
  readonly damaged: LineOf<'damaged'>[];
  /** A head of it is wrong, which is told: that it proves nothing goes without saying. */
  faulty: boolean;
  /** The edge has signed how it ended. */
  closed: boolean;
  readonly numbers: Map<number, Candidate[]>;
}

/** Where a chain is known to have been: signed, at some time of the edge's clock. */
export interface Anchor extends ChainState {
  readonly at: number;
}

/** An edge signs each minute what was acknowledged (edge/chain.ts). */
const LONG_DUE_MS = 15 * 60_000;

type Say = (number: number, text: string) => void;
type Asked = Pick<ProofParts, 'from' | 'to' | 'keptFrom' | 'now'>;

/** Marks what is proved and says what contradicts and what lacks; answers how many links hold. */
export function walk(
  parts: ChainParts,
  all: readonly Anchor[],
  asked: Asked,
  findings: Finding[],
  gaps: Gap[],
): number {
  const { about, numbers, damaged } = parts;
  const begin = Math.min(...all.map(({ at }) => at));
  const say: Say = (number, text) =>
    void findings.push({
      at: numbers.get(number)?.[0]?.line?.received_at ?? (all.length === 0 ? 0 : begin),
      text: `edge ${about.edge}, batch ${number} of chain ${about.chain}: ${text}`,
    });
  const anchors = all.toSorted((a, b) => a.number - b.number || a.at - b.at);
  const newest = anchors.at(-1);
  if (newest === undefined) {
    if (parts.faulty) return 0;
    for (const [number, there] of numbers)
      for (const { line } of there)
        if (line) say(number, `no signed head has opened its chain${because(line)}`);
    return 0;
  }
  for (const { first, last } of damaged)
    say(first, `what is kept of batches ${first} to ${last} cannot be read`);
  checkEnds(about, anchors, newest, asked, say);

  const { low, high } = about;
  const sorted = [...numbers.keys()].sort((a, b) => a - b);
  let links = 0;
  let lower: Anchor | undefined;
  let index = 0;
  for (const anchor of anchors) {
    if (anchor.number < low) continue;
    if (anchor.number > high) break;
    const end = Math.max(lower?.number ?? 0, low);
    if (lower?.number === anchor.number) {
      if (lower.hash !== anchor.hash) say(anchor.number, 'the edge has signed two hashes for it');
      continue;
    }
    while ((sorted[index] ?? Number.POSITIVE_INFINITY) <= end) index++;
    const first = index;
    while ((sorted[index] ?? Number.POSITIVE_INFINITY) <= anchor.number) index++;
    links += descend(parts, anchor, sorted.slice(first, index), end, lower, newest, say);
    lower = anchor;
  }
  links += parts.closed ? leave(parts, newest) : ascend(parts, newest, asked.now, say, gaps);
  for (const [number, there] of numbers)
    if (number <= newest.number && there.some(({ state }) => state !== 'loose'))
      for (const { state, line } of there)
        if (state === 'loose' && line)
          say(
            number,
            `a second batch with this number came ${when(line.received_at)}, which the edge has not sent`,
          );
  return links;
}

/** Whether what is shown of a chain begins early enough and ends late enough, by signed times. */
function checkEnds(
  { low, high, floor }: LineOf<'chain'>,
  anchors: readonly Anchor[],
  newest: Anchor,
  { from, to, keptFrom }: Asked,
  say: Say,
): void {
  const beyond = anchors.find(({ number }) => number > high);
  if (beyond !== undefined && !anchors.some(({ number, at }) => number === high && at >= to))
    say(high + 1, `it and those up to ${beyond.number}, which the edge has signed, are missing`);
  if (low > floor && !anchors.some(({ number, at }) => number === low && at <= from))
    say(low, 'nothing signed says what is before it');
  if (floor === 0 || low !== floor) return;
  const needed = Math.min(floor, newest.number);
  if (!anchors.some(({ number, at }) => number >= needed && at <= keptFrom))
    say(floor, 'it and those before it were deleted before their time');
}

/** From a signed head down to the next one. `sorted`: the numbers between that are there. */
function descend(
  { about, numbers }: ChainParts,
  anchor: Anchor,
  sorted: readonly number[],
  end: number,
  lower: Anchor | undefined,
  newest: Anchor,
  say: Say,
): number {
  const open = new Set(newest.open);
  let expected: string | null = anchor.hash;
  let sound = true;
  let links = 0;
  let due = anchor.number;
  const skipTo = (number: number): void => {
    if (number === due) return;
    const first = number + 1;
    say(first, first === due ? 'is missing' : `it and those up to ${due} are missing`);
    sound = false;
    expected = null;
    due = number;
  };
  for (const number of sorted.toReversed()) {
    skipTo(number);
    due--;
    const there: readonly Candidate[] = numbers.get(number) ?? [];
    const right: Candidate | undefined = there.find(({ hash }) => expected === null || hash === expected);
    if (right !== undefined) {
      links++;
      if (sound) right.state = open.has(number) ? 'open' : 'sealed';
      expected = right.previous;
      continue;
    }
    sound = false;
    say(number, 'it is not what the edge has sent: its hash is not that of the chain');
    expected = there[0]?.previous ?? null;
  }
  skipTo(end);
  if (sound && lower !== undefined && end === lower.number && expected !== lower.hash)
    say(end + 1, `it does not follow what the edge has signed of batch ${end}`);
  if (sound && end === about.floor && about.floor > 0 && expected !== about.floor_hash)
    say(end + 1, 'it does not follow the last batch before it, which is no longer kept');
  return links;
}

/** What follows the newest head of a chain that goes on. */
function ascend({ about, numbers }: ChainParts, newest: Anchor, now: number, say: Say, gaps: Gap[]): number {
  let { number, hash } = newest;
  let links = 0;
  if (number < about.low) return 0;
  for (number++; number <= about.high; number++) {
    const there = numbers.get(number) ?? [];
    const [one] = there;
    if (one === undefined) {
      // No head is so late: that there was one is the word of those after it alone.
      const text = `edge ${about.edge}, batch ${number} of chain ${about.chain}: is missing, and no signed head says that it was there`;
      gaps.push({ why: 'after a hole', readings: 0, from: newest.at, to: newest.at, first: text });
      for (const [later, those] of numbers)
        if (later > number) for (const each of those) each.state = 'stranded';
      return links;
    }
    if (there.length > 1 || one.previous !== hash) {
      say(
        number,
        there.length > 1 ? 'several batches have this number' : 'it does not follow the one before it',
      );
      return links;
    }
    const receivedAt = one.line?.received_at ?? now;
    one.state = Math.abs(now - receivedAt) > LONG_DUE_MS ? 'unsigned' : 'unsealed';
    hash = one.hash;
    links++;
  }
  return links;
}

/** What came after the signed end of a chain: the edge sends it again, or never knew that it came. */
function leave({ numbers }: ChainParts, newest: Anchor): number {
  for (const [number, there] of numbers)
    if (number > newest.number) for (const one of there) one.state = 'unsigned';
  return 0;
}

export const because = ({ broken }: LineOf<'batch'>): string => (broken === null ? '' : ` (${broken})`);

/** ISO 8601 in Vietnamese time. */
export const when = (at: number): string =>
  `${new Date(at + 7 * 3_600_000).toISOString().slice(0, -1)}+07:00`;
