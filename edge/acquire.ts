/** One round of words to readings: decode, convert, judge. */
import { createDecoder } from '../devices/decode.ts';
import type { Profile, ProfilePoint } from '../devices/profile.ts';
import { missing } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import type { Round } from './reader.ts';

/** The decoder's word for a value whose registers are absent. */
const NOT_READ = 'not read';

/** An acquirer of one instrument: it remembers the counters. Every point gives a reading, be it a missing one. */
export function createAcquirer(
  station: string,
  profile: Profile,
  points: readonly ProfilePoint[],
): (round: Round) => Reading[] {
  const decoder = createDecoder(profile, points);
  return ({ at, words, fault }) =>
    decoder.decode(words, at).map(({ parameter, judged }) => {
      const { value, flag, reason } = fault !== null && judged.reason === NOT_READ ? missing(fault) : judged;
      return { station, parameter, at, value, flag, reason };
    });
}
