/** Starts an edge from its file. */
import { createLogger } from '../devices/kit/log.ts';
import { openProfiles, PROFILES_DIR } from '../devices/kit/profiles.ts';
import type { Service } from '../devices/kit/service.ts';
import type { SettingsSources } from '../devices/kit/settings.ts';
import { startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { fixedSource, openClockSource } from './clock-source.ts';
import { loadEdgeFile } from './settings.ts';

export async function startEdge(
  sources: SettingsSources,
  profilesDir = PROFILES_DIR,
): Promise<Service & { ready: { edge: string } }> {
  const profiles = openProfiles(profilesDir);
  const file = loadEdgeFile(sources, profiles);
  const log = createLogger('edge', file.log_level).child({ edge: file.id });
  const clockSource = file.clock.sync === 'assume' ? fixedSource('assumed') : await openClockSource();
  const agent = await startAgent({
    file,
    profiles,
    clock: systemClock,
    clockSource,
    random: Math.random,
    log,
  });
  return { stop: agent.stop, ready: { edge: file.id } };
}
