/** Which blocks of registers an instrument is read in: as few requests as its profile's link allows. Pure. */
import { type AddressRange, pointAddresses } from '../devices/decode.ts';
import { type Profile, type ProfilePoint, REGISTER_AREAS } from '../devices/profile.ts';

/** One request: addresses as they go over the wire. */
export type Block = AddressRange;

/** Everything that the points need, each range whole in one block: half a 32-bit value is of another moment. */
export function planBlocks(profile: Profile, points: readonly ProfilePoint[]): Block[] {
  const ranges = points.flatMap((point) => pointAddresses(profile, point));
  return REGISTER_AREAS.flatMap((area) => {
    const own = ranges.filter((range) => range.area === area);
    return joinRanges(
      own.sort((a, b) => a.address - b.address || a.count - b.count),
      profile.link,
    );
  });
}

/** Ranges of one area in ascending order. */
function joinRanges(ranges: readonly AddressRange[], link: Profile['link']): Block[] {
  const blocks: Block[] = [];
  for (const range of ranges) {
    const last = blocks.at(-1);
    const end = range.address + range.count;
    if (last) {
      const lastEnd = last.address + last.count;
      const joined = Math.max(lastEnd, end) - last.address;
      if (range.address - lastEnd <= link.max_gap && joined <= link.max_registers) {
        blocks[blocks.length - 1] = { ...last, count: joined };
        continue;
      }
    }
    // Bits have no even-start rule: it comes from instruments that keep 32-bit values in pairs of registers.
    const bits = range.area === 'coil' || range.area === 'discrete';
    const start = link.even_start && !bits ? range.address - (range.address % 2) : range.address;
    if (end - start > link.max_registers) {
      throw new RangeError(
        `${range.area} ${range.address} needs ${end - start} registers in one request, and the instrument gives ${link.max_registers}`,
      );
    }
    blocks.push({ area: range.area, address: start, count: end - start });
  }
  return blocks;
}
