/** What the edge announces of itself: its file, with what the profiles add. Pure. */

import type { ProfileLookup } from '../devices/kit/profiles.ts';
import type { ParameterId } from '../devices/parameter.ts';
import type { Profile, ProfilePoint } from '../devices/profile.ts';
import type { EdgeFile, Instrument } from '../devices/station.ts';
import type { Inventory } from '../devices/wire/messages.ts';

export type Profiles = ProfileLookup;

export function profileOf(profiles: Profiles, { profile: id }: Instrument): Profile {
  const profile = profiles.get(id);
  if (!profile) throw new RangeError(`no profile ${id}`);
  return profile;
}

/** The points of the profile that this instrument is read for. */
export const pointsOf = (profile: Profile, { points }: Instrument): ProfilePoint[] =>
  profile.points.filter((point) => points === undefined || points.includes(point.parameter));

/** How often this parameter is read, in seconds. */
export const periodOf = ({ period_s, periods }: Instrument, parameter: ParameterId): number =>
  periods[parameter] ?? period_s;

export function inventoryOf({ stations }: EdgeFile, profiles: Profiles): Inventory {
  return {
    stations: stations.map(({ id, kind, name, area, latitude, longitude, origin, instruments }) => ({
      id,
      kind,
      name,
      area,
      latitude,
      longitude,
      ...(origin && { origin }),
      parameters: instruments.flatMap((instrument) => {
        const profile = profileOf(profiles, instrument);
        return pointsOf(profile, instrument).map(({ parameter }) => ({
          id: parameter,
          period_s: periodOf(instrument, parameter),
          instrument: `${profile.maker} ${profile.models[0] ?? profile.id}`,
        }));
      }),
    })),
  };
}
