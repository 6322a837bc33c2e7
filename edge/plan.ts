/** Which blocks of registers an instrument is read in: as few requests as its profile's link allows. Pure. */
import { pointAddresses } from '../devices/decode.ts';
import {
  type AddressRange,
  contains,
  fixedBlocks,
  forbiddenRanges,
  overlaps,
  type Profile,
  type ProfilePoint,
} from '../devices/profile.ts';
import { REGISTER_AREAS } from '../devices/register.ts';

/** One request: addresses as they go over the wire. */
export type Block = AddressRange;

/** Everything that the points need, each range whole in one block: half a 32-bit value is of another moment. */
export function planBlocks(profile: Profile, points: readonly ProfilePoint[]): Block[] {
  const ranges = points.flatMap((point) => pointAddresses(profile, point));
  const fixed = fixedBlocks(profile);
  if (fixed.length > 0) return fixed.filter((block) => ranges.some((range) => contains(block, range)));
  const avoided = forbiddenRanges(profile);
  return REGISTER_AREAS.flatMap((area) => {
    const own = ranges.filter((range) => range.area === area);
    return joinRanges(
      own.sort((a, b) => a.address - b.address || a.count - b.count),
      profile.link,
      avoided,
    );
  });
}

/** Ranges of one area in ascending order. */
function joinRanges(
  ranges: readonly AddressRange[],
  link: Profile['link'],
  avoided: readonly AddressRange[],
): Block[] {
  const blocks: Block[] = [];
  for (const range of ranges) {
    const last = blocks.at(-1);
    const joined = last && blockFrom(last.address, Math.max(endOf(last), endOf(range)), range, link);
    const fits =
      joined !== undefined &&
      range.address - endOf(last ?? range) <= link.max_gap &&
      joined.count <= link.max_registers &&
      !avoided.some((other) => overlaps(joined, other));
    if (fits) {
      blocks[blocks.length - 1] = joined;
      continue;
    }
    const block = blockFrom(range.address, endOf(range), range, link);
    if (block.count > link.max_registers) {
      throw new RangeError(
        `${range.area} ${range.address} needs ${block.count} registers in one request, and the instrument gives ${link.max_registers}`,
      );
    }
    blocks.push(block);
  }
  return blocks;
}

const endOf = ({ address, count }: AddressRange): number => address + count;

/** Bits have no even-start rule: it comes from instruments that keep 32-bit values in pairs of registers. */
function blockFrom(start: number, end: number, { area }: AddressRange, link: Profile['link']): Block {
  const pairs = link.even_start && area !== 'coil' && area !== 'discrete';
  const address = pairs ? start - (start % 2) : start;
  const count = end - address;
  return { area, address, count: pairs ? count + (count % 2) : count };
}
