/** One instrument of an edge file, as a technician names it. */

import { pointsOf, profileOf } from '../../devices/inventory.ts';
import { UserFault } from '../../devices/kit/fault.ts';
import type { Profile, ProfilePoint } from '../../devices/profile.ts';
import { isPolled, type Line } from '../../devices/station.ts';
import { loadEdgeFile } from '../settings.ts';

export interface NamedInstrument {
  readonly edge: string;
  readonly station?: string | undefined;
  readonly instrument?: string | undefined;
}

export interface InstrumentTarget {
  readonly line: Line;
  readonly profile: Profile;
  readonly points: readonly ProfilePoint[];
  readonly unit: number;
}

/** What is the only one of its kind need not be named. */
export function instrumentOf(
  { edge: path, station: stationId, instrument: instrumentId }: NamedInstrument,
  profiles: ReadonlyMap<string, Profile>,
  env: NodeJS.ProcessEnv,
): InstrumentTarget {
  // The password of the uplink is no business of a read, and in the field nobody has it at hand.
  const file = loadEdgeFile(
    { file: path, env: { QUANTRAC_UPLINK_PASSWORD: 'not used here', ...env } },
    profiles,
  );
  const station = choose(file.stations, stationId, '--station', path);
  const instrument = choose(
    station.instruments,
    instrumentId,
    '--instrument',
    `${path}: station ${station.id}`,
  );
  const line = file.lines.find(({ id }) => id === instrument.line);
  if (!line) throw new UserFault(`${path}: there is no line "${instrument.line}"`);
  if (!isPolled(instrument) || line.mode === 'mqtt')
    throw new UserFault(
      `${path}: "${instrument.id}" publishes by itself on the MQTT broker of line "${line.id}" and cannot be asked: listen to its topics there, or look at the status of the running edge`,
    );
  const profile = profileOf(profiles, instrument);
  return {
    line,
    profile,
    points: pointsOf(profile, instrument),
    unit: instrument.unit ?? profile.link.unit,
  };
}

function choose<T extends { readonly id: string }>(
  all: readonly T[],
  wanted: string | undefined,
  flag: string,
  where: string,
): T {
  const [first] = all;
  if (wanted === undefined && first && all.length === 1) return first;
  const found = all.find(({ id }) => id === wanted);
  if (found) return found;
  const ids = all.map(({ id }) => id).join(', ');
  throw new UserFault(
    wanted === undefined
      ? `${flag}: which one? ${where} has ${ids}`
      : `${flag}: ${where} has no "${wanted}", only ${ids}`,
  );
}
