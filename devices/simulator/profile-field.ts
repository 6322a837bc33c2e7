/** One instrument of any profile, answering with made-up values: to learn a model, or to try a reader without it. */
import { UserFault } from '../kit/fault.ts';
import { openProfiles } from '../kit/profiles.ts';
import type { SettingsSources } from '../kit/settings.ts';
import type { Profile } from '../profile.ts';
import { type Channels, wiredPoints } from '../wiring.ts';
import type { FaultInput } from './faults.ts';
import { type FieldService, startField } from './main.ts';
import { plausiblePoints } from './plausible.ts';
import type { LineMode } from './settings.ts';

export interface ProfileFieldOptions {
  readonly profile: string;
  /** The profile's factory setting without. */
  readonly unit?: number | undefined;
  readonly mode?: LineMode | undefined;
  /** Any free port without. */
  readonly port?: number | undefined;
  /** Where the serial device of mode rtu is made. */
  readonly path?: string | undefined;
  readonly fault?: FaultInput | undefined;
  print(line: string): void;
}

/** Name of its one line. */
export const PROFILE_LINE = 'line';

/** A module has nothing to show before something is wired to it: what its own example has. */
export const exampleWiring = ({ points, examples }: Profile): Channels =>
  points.length > 0
    ? {}
    : (examples.find(({ channels }) => Object.keys(channels).length > 0)?.channels ?? {});

/** Further settings (`host`, `log_level`, `speed`) come from the sources; a file has no place here. */
export async function startProfileField(
  options: ProfileFieldOptions,
  sources: Omit<SettingsSources, 'file'> = {},
  now?: () => number,
): Promise<FieldService> {
  const profile = openProfiles().get(options.profile);
  if (!profile)
    throw new UserFault(`there is no profile "${options.profile}": their names are in devices/profiles`);
  const unit = options.unit ?? profile.link.unit;
  const channels = exampleWiring(profile);
  const points = [...profile.points, ...wiredPoints(profile, channels)];
  const mode = options.mode ?? 'tcp';
  const serial = mode === 'tcp' ? undefined : profile.link.serial;
  const line = {
    id: PROFILE_LINE,
    mode,
    ...(options.path !== undefined && { path: options.path }),
    ...(serial !== undefined && { serial }),
    instruments: [
      {
        profile: profile.id,
        unit,
        points: plausiblePoints(points),
        channels,
        ...(options.fault !== undefined && { fault: options.fault }),
      },
    ],
  };
  const field = await startField(
    {
      ...sources,
      flags: { log_level: 'warn', ...sources.flags, base_port: options.port ?? 0, lines: [line] },
    },
    now,
  );
  const where = field.ready.paths[PROFILE_LINE] ?? `port ${field.ready.lines[PROFILE_LINE]}`;
  options.print(`${profile.maker} ${profile.models[0]} (${profile.id}): ${mode}, ${where}, unit ${unit}`);
  for (const [name, { parameter }] of Object.entries(channels))
    options.print(`  ${parameter} is wired to ${name}`);
  return field;
}
