/** `quantrac probe`. */
import { UserFault } from '../../devices/kit/fault.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import { serialOf } from '../../devices/line/line-plan.ts';
import { silenceMs } from '../../devices/line/line-time.ts';
import type { Profile } from '../../devices/profile.ts';
import { type InstrumentTarget, instrumentOf } from './edge-file.ts';
import { type EndpointFlags, endpointOf, endpointText } from './endpoint.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { openSource } from './open.ts';
import { probe } from './probe.ts';
import { probeJson, probeTable } from './probe-report.ts';
import { createProgress } from './progress.ts';
import { DEFAULT_SERIAL, parseSettings } from './serial.ts';
import { verdictOf } from './verdict.ts';

export interface ProbeFlags extends EndpointFlags {
  readonly profile?: string | undefined;
  readonly settings?: string | undefined;
  readonly unit?: number | undefined;
  readonly edge?: string | undefined;
  readonly station?: string | undefined;
  readonly instrument?: string | undefined;
  readonly json?: boolean | undefined;
}

export async function runProbe(flags: ProbeFlags, io: CommandIo): Promise<ExitCode> {
  const { line, profile, points, unit } = targetOf(flags, io.env);
  const serial = serialOf(line);
  const source = openSource(line, io.clock);
  const progress = createProgress(io.progress, io.clock.ticks);
  let asked = 0;
  try {
    const result = await probe({
      profile,
      points,
      unit,
      // Frames on a bus are told apart by silence alone.
      pauseMs: profile.link.pause_ms + (serial === null ? 0 : silenceMs(serial)),
      clock: io.clock,
      signal: io.signal,
      source: {
        read(request) {
          asked += 1;
          progress.update(asked, asked + 1, `unit ${unit}, ${request.area} ${request.address}`);
          return source.read(request);
        },
        write: source.write,
      },
    });
    progress.end();
    if (flags.json) {
      io.say(JSON.stringify({ line: endpointText(line), ...probeJson(profile, result, unit) }));
    } else {
      io.say(`${profile.maker} ${profile.models.join(', ')} at ${endpointText(line)}, unit ${unit}`);
      for (const row of probeTable(profile, result, unit)) io.say(row);
      if (result.answered) for (const caveat of profile.caveats) io.say(`note: ${caveat}`);
    }
    const { kind } = verdictOf(result, unit);
    return kind === 'good' ? 0 : kind === 'flagged' || kind === 'other-model' ? 2 : 1;
  } finally {
    await source.stop();
  }
}

function targetOf(flags: ProbeFlags, env: NodeJS.ProcessEnv): InstrumentTarget {
  const profiles = loadProfiles();
  if (flags.edge !== undefined) {
    const given = [flags.profile, flags.host, flags.serial, flags.bridge];
    if (given.some((flag) => flag !== undefined))
      throw new UserFault(
        '--edge says profile and line itself: leave out --profile, --host, --serial, --bridge',
      );
    const target = instrumentOf({ ...flags, edge: flags.edge }, profiles, env);
    return { ...target, unit: flags.unit ?? target.unit };
  }
  if (flags.profile === undefined)
    throw new UserFault('which model? Give --profile, or --edge with --station and --instrument');
  const profile = profiles.get(flags.profile);
  if (!profile)
    throw new UserFault(`there is no profile "${flags.profile}": ${nearest(flags.profile, profiles)}`);
  const [settings = DEFAULT_SERIAL, ...more] = parseSettings(
    flags.settings ?? profile.link.serial ?? DEFAULT_SERIAL,
    profiles.values(),
  );
  if (more.length > 0) throw new UserFault('--settings: probe takes one setting; scan finds out which');
  return {
    line: endpointOf(flags, settings),
    profile,
    points: profile.points,
    unit: flags.unit ?? profile.link.unit,
  };
}

function nearest(wanted: string, profiles: ReadonlyMap<string, Profile>): string {
  const parts = wanted.split('-').filter((part) => part.length > 2);
  const like = [...profiles.keys()].filter((id) => parts.some((part) => id.includes(part)));
  return like.length > 0 ? `is it ${like.join(' or ')}?` : `there are ${[...profiles.keys()].join(', ')}`;
}
