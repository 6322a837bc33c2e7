/** One round of words to readings: decode, convert, judge. */
import { createDecoder, NOT_READ, pointAddresses } from '../devices/decode.ts';
import type { ParameterId } from '../devices/parameter.ts';
import type { Profile, ProfilePoint } from '../devices/profile.ts';
import { createJudge, type Judge } from '../devices/quality/judge.ts';
import type { QualitySettings } from '../devices/quality/settings.ts';
import { missing } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import type { Round } from './sheet.ts';

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
  const ranges = points.map((point) => pointAddresses(profile, point));
  const whyAbsent = (index: number, round: Round): string =>
    ranges[index]?.map(round.whyAbsent).find((cause) => cause !== null) ?? NOT_READ;
  return (round) =>
    decoder.decode(round.words, round.at).map(({ parameter, judged }, index) => {
      const read = judged.reason === NOT_READ ? missing(whyAbsent(index, round)) : judged;
      const { value, flag, reason } = judges.get(parameter)?.(read, round.at) ?? read;
      return { station, parameter, at: round.at, value, flag, reason };
    });
}
