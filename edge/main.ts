/** Starts an edge from its file. */
import { createLogger, keepRecent } from '../devices/kit/log.ts';
import { openProfiles, PROFILES_DIR } from '../devices/kit/profiles.ts';
import { type Service, tellFault } from '../devices/kit/service.ts';
import type { SettingsSources } from '../devices/kit/settings.ts';
import { startAgent } from './agent.ts';
import { readBoot, systemClock } from './clock.ts';
import { fixedSource, openClockSource } from './clock-source.ts';
import { runRestartable } from './commands/restartable.ts';
import { openBox } from './config/box.ts';
import { lockData } from './config/lock.ts';
import { openConfigStore } from './config/store.ts';
import { startSupervisor } from './config/supervisor.ts';

/** Of its log, in memory for the centre. */
const MOST_LOG_LINES = 500;

export async function startEdge(
  sources: SettingsSources,
  profilesDir = PROFILES_DIR,
): Promise<Service & { ready: { edge: string } }> {
  const profiles = openProfiles(profilesDir);
  let box = openBox(sources, profiles);
  const { id, data_dir, log_level } = box.own.file;
  const recent = keepRecent(MOST_LOG_LINES);
  const log = createLogger('edge', log_level, recent).child({ edge: id });
  const configLog = log.child({ part: 'config' });
  // Half of an edge is worse than a start anew.
  const giveUp = (error: unknown): void => {
    tellFault(error);
    process.exit(1);
  };
  const start = () =>
    startSupervisor({
      box,
      store: openConfigStore(data_dir, configLog),
      profiles,
      clock: systemClock,
      boot: readBoot(),
      log: configLog,
      async open(file, config) {
        const clockSource = file.clock.sync === 'assume' ? fixedSource('assumed') : await openClockSource();
        return startAgent({
          file,
          profiles,
          clock: systemClock,
          clockSource,
          random: Math.random,
          log,
          config,
          recentLog: recent.lines,
          restart,
        });
      },
      giveUp,
    });
  /** With the edge file as it is now. One that has a fault would leave no edge that could be told anything. */
  function restart(): string | null {
    try {
      box = openBox(sources, profiles);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    edge.restart();
    return null;
  }
  // Not in `start`: whatever ends and begins anew within this process, no other edge may come in between.
  const lock = lockData(data_dir, configLog);
  const edge = await runRestartable(start, giveUp).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  return {
    async stop() {
      await edge.stop().finally(lock.release);
    },
    ready: { edge: id },
  };
}
