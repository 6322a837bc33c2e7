/** Whether an instrument is the model that a profile describes: its fingerprint reads compared. Pure. */
import { type ReadWord, rawValue } from './decode.ts';
import { type AddressRange, type Profile, protocolAddress } from './profile.ts';
import { registerCount } from './register.ts';

export interface FingerprintCheck {
  /** match: all reads answer as expected; differs: at least one does not; unread: the profile has none or one is absent. */
  readonly kind: 'match' | 'differs' | 'unread';
  /** Every read with what came of it, for people. */
  readonly reads: readonly {
    readonly label: string;
    readonly expected: readonly number[];
    readonly found: number | null;
  }[];
}

/** The registers to read for it, as they go over the wire. */
export const fingerprintAddresses = (profile: Profile): AddressRange[] =>
  profile.fingerprint.map((read) => ({
    area: read.area,
    address: protocolAddress(profile, read.address),
    count: registerCount(read.type),
  }));

export function checkFingerprint(profile: Profile, read: ReadWord): FingerprintCheck {
  const reads = profile.fingerprint.map((one) => {
    const raw = rawValue(profile, one, read);
    const found = raw === undefined ? null : one.mask === undefined ? raw : (raw & one.mask) >>> 0;
    return { label: one.label ?? `${one.area} ${one.address}`, expected: one.expect, found };
  });
  const differs = reads.some(({ found, expected }) => found !== null && !expected.includes(found));
  const absent = reads.length === 0 || reads.some(({ found }) => found === null);
  return { kind: differs ? 'differs' : absent ? 'unread' : 'match', reads };
}
