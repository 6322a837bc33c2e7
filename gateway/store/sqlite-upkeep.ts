/** What the embedded store does beside its work: rollups and forgetting, in steps that leave most of the time to ingest. */
import type { Logger } from '../../devices/kit/log.ts';
import type { Forgetting } from './sqlite-retention.ts';
import type { Rollups } from './sqlite-rollups.ts';

const IDLE_MS = 10_000;
/** A step, and the pause after one that left something to do: at most a fifth of the time. */
const STEP_MS = 15;
const PAUSE_MS = 60;
const TELL_EVERY_MS = 60_000;
/** So many hours are no usual end of an hour: say how far it is. */
const TELL_FROM = 10_000;

export interface UpkeepParts {
  readonly rollups: Rollups;
  readonly forgetting: Forgetting;
  readonly now: () => number;
  readonly log: Logger | undefined;
}

export function startUpkeep({ rollups, forgetting, now, log }: UpkeepParts): { stop(): void } {
  let deleted = 0;
  let told = performance.now();
  let timer: NodeJS.Timeout;

  const tell = (done: boolean): void => {
    if (!done && performance.now() - told < TELL_EVERY_MS) return;
    if (deleted > 0) log?.info({ rows: deleted }, 'deleted what is older than it is to be kept');
    deleted = 0;
    const hours = done ? 0 : rollups.waiting();
    if (hours > TELL_FROM) log?.info({ hours }, 'rollups to make');
    told = performance.now();
  };

  const step = (): boolean => {
    if (rollups.step(now(), STEP_MS) === 'more') return false;
    const forgotten = forgetting.step(now(), STEP_MS);
    deleted += forgotten.deleted;
    return forgotten.state === 'done';
  };

  const run = (): void => {
    let done = true;
    try {
      done = step();
      tell(done);
    } catch (err) {
      // A full disk, say. Nothing is lost by it: marks stay, and questions are answered from readings meanwhile.
      log?.error({ err }, 'upkeep of the store failed, it will be tried again');
    }
    timer = setTimeout(run, done ? IDLE_MS : PAUSE_MS).unref();
  };

  timer = setTimeout(run, PAUSE_MS).unref();
  return { stop: () => clearTimeout(timer) };
}
