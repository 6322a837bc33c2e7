/** Which registers a technician may read of a model. Pure. */
import { type AddressRange, pointAddresses } from '../../devices/decode.ts';
import { contains, forbiddenRanges, overlaps, type Profile } from '../../devices/profile.ts';

/** Why these registers must not be read, null when they may be. */
export function whyNotRead(profile: Profile, range: AddressRange): string | null {
  const clash = forbiddenRanges(profile).find((avoided) => overlaps(avoided, range));
  if (clash) return clash.reason;
  if (profile.scan === 'allowed') return null;
  const own = profile.points.flatMap((point) => pointAddresses(profile, point));
  if (own.some((ours) => contains(ours, range))) return null;
  return 'this model permits only the reads of its profile';
}
