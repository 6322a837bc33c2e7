/** One round of words to readings: decode, convert, judge. */
import { createDecoder } from '../devices/decode.ts';
import type { ParameterId } from '../devices/parameter.ts';
import type { Profile, ProfilePoint } from '../devices/profile.ts';
import { createJudge, type Judge } from '../devices/quality/judge.ts';
import type { QualitySettings } from '../devices/quality/settings.ts';
import { missing } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import type { Round } from './reader.ts';

/** The decoder's word for a value whose registers are absent. */
const NOT_READ = 'not read';

/**
 * An acquirer of one instrument: it remembers the counters, and of each point what its tests need of the values
 * before. Every point gives a reading, be it a missing one.
 */
export function createAcquirer(
  station: string,
  profile: Profile,
  points: readonly ProfilePoint[],
  quality: QualitySettings = {},
): (round: Round) => Reading[] {
  const decoder = createDecoder(profile, points);
  const judges = new Map<ParameterId, Judge>(
    points.map(({ parameter }) => [parameter, createJudge(parameter, quality[parameter])]),
  );
  return ({ at, words, fault }) =>
    decoder.decode(words, at).map(({ parameter, judged }) => {
      const read = fault !== null && judged.reason === NOT_READ ? missing(fault) : judged;
      const { value, flag, reason } = judges.get(parameter)?.(read, at) ?? read;
      return { station, parameter, at, value, flag, reason };
    });
}
