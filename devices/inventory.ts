/** What the edge announces of itself: its file, with what the profiles add. Pure. */

import { FIRE_PERIOD_S } from './fire/report.ts';
import type { ParameterId } from './parameter.ts';
import { centreWrites } from './profile/write.ts';
import type { Profile, ProfileLookup, ProfilePoint } from './profile.ts';
import { type AnyInstrument, type EdgeFile, type Instrument, isPolled } from './station.ts';
import type { Inventory } from './wire/messages.ts';
import { wiredPoints } from './wiring.ts';

export type Profiles = ProfileLookup;

export function profileOf(profiles: Profiles, { profile: id }: Instrument): Profile {
  const profile = profiles.get(id);
  if (!profile) throw new RangeError(`no profile ${id}`);
  return profile;
}

/** What this instrument is read for: points of its profile, and what is wired to the inputs of an I/O module. */
export function pointsOf(
  profile: Profile,
  { points, channels }: Pick<Instrument, 'points' | 'channels'>,
): ProfilePoint[] {
  const own = profile.points.filter(({ parameter }) => points?.includes(parameter) ?? channels === undefined);
  return channels === undefined ? own : [...own, ...wiredPoints(profile, channels)];
}

/** How often this parameter is read, in seconds. */
export const periodOf = ({ period_s, periods }: Instrument, parameter: ParameterId): number =>
  periods[parameter] ?? period_s;

/** The parameters that come from an instrument, in the order of its profile or mapping. */
export function parametersOf(instrument: AnyInstrument, profiles: Profiles): ParameterId[] {
  if (!isPolled(instrument)) return Object.keys(instrument.values) as ParameterId[];
  return pointsOf(profileOf(profiles, instrument), instrument).map(({ parameter }) => parameter);
}

/** Maker and model, for people. */
function modelOf(instrument: AnyInstrument, profiles: Profiles): string {
  if (!isPolled(instrument)) return instrument.model;
  const { maker, models, id } = profileOf(profiles, instrument);
  return `${maker} ${models[0] ?? id}`;
}

/** Absent at a station without Modbus. */
function writable(
  instruments: readonly AnyInstrument[],
  profiles: Profiles,
): Pick<Inventory['stations'][number], 'instruments'> {
  const polled = instruments.filter(isPolled).map((instrument) => ({
    id: instrument.id,
    profile: instrument.profile,
    writes: centreWrites(profileOf(profiles, instrument)).map(
      ({ name, label, note, dangerous, allowed }) => ({
        name,
        label,
        note,
        dangerous,
        allowed: 'values' in allowed ? { values: [...allowed.values] } : { ...allowed },
      }),
    ),
  }));
  return polled.length === 0 ? {} : { instruments: polled };
}

export function inventoryOf({ stations }: EdgeFile, profiles: Profiles): Inventory {
  return {
    stations: stations.map(
      ({ id, kind, name, area, latitude, longitude, origin, commissioning, instruments, fire, limits }) => ({
        id,
        kind,
        name,
        area,
        latitude,
        longitude,
        ...(origin && { origin }),
        ...(commissioning && { commissioning }),
        parameters: [
          ...instruments.flatMap((instrument) =>
            parametersOf(instrument, profiles).map((parameter) => ({
              id: parameter,
              period_s: isPolled(instrument) ? periodOf(instrument, parameter) : instrument.period_s,
              instrument: modelOf(instrument, profiles),
            })),
          ),
          ...(fire ? [{ id: 'fire_detection' as const, period_s: FIRE_PERIOD_S }] : []),
        ],
        ...writable(instruments, profiles),
        limits,
      }),
    ),
  };
}
