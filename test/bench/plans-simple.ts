/** Two planners as simple programs have them, made to keep to what an instrument allows. Pure. */
import { pointAddresses } from '../../devices/decode.ts';
import { type AddressRange, contains, fixedBlocks, type Profile } from '../../devices/profile.ts';

const endOf = ({ address, count }: AddressRange): number => address + count;

/** As the instrument wants it: at an even address and of even length, or one of its exact blocks. */
function request(profile: Profile, range: AddressRange): AddressRange {
  const exact = fixedBlocks(profile).find((block) => contains(block, range));
  if (exact) return exact;
  if (!profile.link.even_start || range.area === 'coil' || range.area === 'discrete') return range;
  const address = range.address - (range.address % 2);
  const count = endOf(range) - address;
  return { area: range.area, address, count: count + (count % 2) };
}

const same = (range: AddressRange): string => `${range.area} ${range.address} ${range.count}`;

/** What lies side by side, as far as one request may reach. */
function joinAdjacent(profile: Profile, ranges: readonly AddressRange[]): AddressRange[] {
  if (fixedBlocks(profile).length > 0) return [...ranges];
  const joined: AddressRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.area.localeCompare(b.area) || a.address - b.address)) {
    const last = joined.at(-1);
    const end = Math.max(last ? endOf(last) : 0, endOf(range));
    if (
      last?.area === range.area &&
      range.address <= endOf(last) &&
      end - last.address <= profile.link.max_registers
    )
      joined[joined.length - 1] = { ...last, count: end - last.address };
    else joined.push(range);
  }
  return joined;
}

/** A value with its status is one request where they touch; a status that several points share is asked for once. */
export function onePerPoint(profile: Profile): AddressRange[] {
  const requests = profile.points.flatMap((point) =>
    joinAdjacent(
      profile,
      pointAddresses(profile, point).map((range) => request(profile, range)),
    ),
  );
  return [...new Map(requests.map((range) => [same(range), range])).values()];
}

export const adjacentOnly = (profile: Profile): AddressRange[] => joinAdjacent(profile, onePerPoint(profile));
