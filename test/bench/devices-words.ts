/** Registers of any profile with made-up values, for benches: each device has its own. */
import type { ReadWord } from '../../devices/decode.ts';
import { openProfiles } from '../../devices/kit/profiles.ts';
import { createInstrument } from '../../devices/simulator/instrument.ts';
import { signalsOf } from '../../devices/simulator/line.ts';
import { plausiblePoints } from '../../devices/simulator/plausible.ts';

/** `index` tells the devices apart: each is somewhere else in the same waves. */
export function wordsOf(profileId: string, index = 0): (now: number) => ReadWord {
  const profile = openProfiles().get(profileId);
  if (!profile) throw new Error(`no profile ${profileId}`);
  const instrument = createInstrument(
    profile,
    signalsOf(plausiblePoints(profile.points), {
      recordings: (id) => {
        throw new Error(`made-up values need no recording, and ${id} was asked for`);
      },
      clock: { startedAt: 0, speed: 1 },
      random: Math.random,
    }),
  );
  return (now) => instrument.at(now + index * 7000);
}
