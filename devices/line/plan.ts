/**
 * Which blocks of registers an instrument is read in: those that take the least time of the line, within what its
 * profile allows and what it has shown of itself. Pure.
 */
import { pointAddresses } from '../decode.ts';
import {
  type AddressRange,
  contains,
  fixedBlocks,
  forbiddenRanges,
  overlaps,
  type Profile,
  type ProfilePoint,
} from '../profile.ts';
import { REGISTER_AREAS } from '../register.ts';
import { type Learned, NOTHING_LEARNED } from './learned.ts';

/** One request: addresses as they go over the wire. */
export type Block = AddressRange;

type PlannedProfile = Pick<Profile, 'address_base' | 'blocks' | 'forbidden' | 'link' | 'never_poll'>;

export interface PlanOptions {
  /** Time of a request on the line, ms; without it the fewest requests are best, then the fewest registers. */
  readonly cost?: (block: Block) => number;
  readonly learned?: Learned;
}

/** The registers that points need, each once, in the order in which they are asked for. */
export function wantedRanges(profile: Profile, points: readonly ProfilePoint[]): AddressRange[] {
  const ranges = points.flatMap((point) => pointAddresses(profile, point));
  return REGISTER_AREAS.flatMap((area) => joinOverlapping(ranges.filter((range) => range.area === area)));
}

/** Everything that the points need, each range whole in one block: half a 32-bit value is of another moment. */
export const planBlocks = (
  profile: Profile,
  points: readonly ProfilePoint[],
  options: PlanOptions = {},
): Block[] => planRanges(profile, wantedRanges(profile, points), options);

/** Ranges that the instrument is known to refuse are in none of the blocks. */
export function planRanges(
  profile: PlannedProfile,
  wanted: readonly AddressRange[],
  { cost = () => 1, learned = NOTHING_LEARNED }: PlanOptions = {},
): Block[] {
  const ranges = wanted.filter((range) => !learned.illegal.some((other) => overlaps(range, other)));
  const fixed = fixedBlocks(profile);
  if (fixed.length > 0) return fixed.filter((block) => ranges.some((range) => contains(block, range)));
  const { link } = profile;
  const rules: Rules = {
    link,
    maxRegisters: Math.min(link.max_registers, learned.maxRegisters ?? link.max_registers),
    avoided: [...forbiddenRanges(profile), ...learned.illegal],
    apart: learned.apart,
    cost,
  };
  return REGISTER_AREAS.flatMap((area) =>
    leastTime(joinOverlapping(ranges.filter((range) => range.area === area)), rules),
  );
}

interface Rules {
  readonly link: Profile['link'];
  readonly maxRegisters: number;
  readonly avoided: readonly AddressRange[];
  readonly apart: Learned['apart'];
  readonly cost: (block: Block) => number;
}

interface Best {
  readonly cost: number;
  readonly registers: number;
  readonly blocks: readonly Block[];
}

/** Ranges of one area, ascending and apart. The best plan up to each range ends with a block from one of those before. */
function leastTime(ranges: readonly AddressRange[], rules: Rules): readonly Block[] {
  const upTo: Best[] = [{ cost: 0, registers: 0, blocks: [] }];
  for (const [end, last] of ranges.entries()) {
    mustFit(blockFrom(last.address, endOf(last), last, rules.link), last, rules.link);
    let best: Best | null = null;
    for (let start = end; start >= 0; start--) {
      const first = ranges[start];
      const before = upTo[start];
      if (!first || !before) break;
      const block = blockFrom(first.address, endOf(last), last, rules.link);
      // What is too long or touches what it must not does so all the more when it begins earlier.
      if (start < end && !mayJoin(block, first, ranges[start + 1] ?? last, rules)) break;
      const cost = before.cost + rules.cost(block);
      const registers = before.registers + block.count;
      if (
        best === null ||
        cost < best.cost - EQUAL ||
        (cost < best.cost + EQUAL && registers < best.registers)
      )
        best = { cost, registers, blocks: [...before.blocks, block] };
    }
    if (best !== null) upTo.push(best);
  }
  return upTo.at(-1)?.blocks ?? [];
}

function mustFit({ count }: Block, { area, address }: AddressRange, link: Profile['link']): void {
  if (count <= link.max_registers) return;
  throw new RangeError(
    `${area} ${address} needs ${count} registers in one request, and the instrument gives ${link.max_registers}`,
  );
}

/** Sums of milliseconds that differ by less are the same time. */
const EQUAL = 1e-9;

function mayJoin(block: Block, first: AddressRange, second: AddressRange, rules: Rules): boolean {
  return (
    block.count <= rules.maxRegisters &&
    second.address - endOf(first) <= (rules.link.holes === 'silent' ? 0 : rules.link.max_gap) &&
    !rules.avoided.some((other) => overlaps(block, other)) &&
    !rules.apart.some(
      ({ area, address }) => area === block.area && block.address < address && address < endOf(block),
    )
  );
}

const endOf = ({ address, count }: AddressRange): number => address + count;

/** Ranges of one area, those that share registers made one, ascending. */
export function joinOverlapping(ranges: readonly AddressRange[]): AddressRange[] {
  const joined: AddressRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.address - b.address || a.count - b.count)) {
    const last = joined.at(-1);
    if (last && range.address < endOf(last))
      joined[joined.length - 1] = { ...last, count: Math.max(endOf(last), endOf(range)) - last.address };
    else joined.push(range);
  }
  return joined;
}

/** Bits have no even-start rule: it comes from instruments that keep 32-bit values in pairs of registers. */
export function blockFrom(
  start: number,
  end: number,
  { area }: Pick<AddressRange, 'area'>,
  link: Pick<Profile['link'], 'even_start'>,
): Block {
  const pairs = link.even_start && area !== 'coil' && area !== 'discrete';
  const address = pairs ? start - (start % 2) : start;
  const count = end - address;
  return { area, address, count: pairs ? count + (count % 2) : count };
}
