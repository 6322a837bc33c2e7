/** What the embedded store does beside its work: blocks, rollups and forgetting, in steps that leave most of the time to ingest. */
import type { Logger } from '../../devices/kit/log.ts';
import type { Fold } from './sqlite-fold.ts';
import type { Journal } from './sqlite-journal.ts';
import { HOUR_MS } from './sqlite-levels.ts';
import type { Forgetting } from './sqlite-retention.ts';
import { type Rollups, SETTLE_MS } from './sqlite-rollups.ts';

const IDLE_MS = 10_000;
/** A step, and the pause after one that left something to do: at most a fifth of the time. */
const STEP_MS = 15;
const PAUSE_MS = 60;
/** Readings of an hour that is over gather for so long: late data do not have their blocks written at each commit. */
const GATHER_MS = 2000;
const TELL_EVERY_MS = 60_000;
/** So many hours are no usual end of an hour: say how far it is. */
const TELL_FROM = 10_000;

export interface UpkeepParts {
  readonly journal: Journal;
  readonly fold: Fold;
  readonly rollups: Rollups;
  readonly forgetting: Forgetting;
  readonly now: () => number;
  readonly log: Logger | undefined;
}

export function startUpkeep({ journal, fold, rollups, forgetting, now, log }: UpkeepParts): { stop(): void } {
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

  /** How long until readings of hours that are over go into blocks: those of the present hour wait for its end. */
  const gatheringMs = (): number => {
    const { oldest, since } = journal.filling();
    if (oldest > now() - HOUR_MS - SETTLE_MS) return Number.POSITIVE_INFINITY;
    return since + GATHER_MS - performance.now();
  };

  /** Answers when the next step is due, in ms. */
  const step = (): number => {
    if (journal.sealed() !== null) {
      fold.step(STEP_MS);
      return PAUSE_MS;
    }
    if (gatheringMs() <= 0) {
      journal.seal();
      return 0;
    }
    if (rollups.step(now(), STEP_MS) === 'more') return PAUSE_MS;
    const forgotten = forgetting.step(now(), STEP_MS);
    deleted += forgotten.deleted;
    return forgotten.state === 'more' ? PAUSE_MS : Math.min(IDLE_MS, Math.max(PAUSE_MS, gatheringMs()));
  };

  const run = (): void => {
    let pause = IDLE_MS;
    try {
      pause = step();
      tell(pause > PAUSE_MS);
    } catch (err) {
      // A full disk, say. Nothing is lost by it: marks stay, and questions are answered from readings meanwhile.
      log?.error({ err }, 'upkeep of the store failed, it will be tried again');
    }
    timer = setTimeout(run, pause).unref();
  };

  timer = setTimeout(run, PAUSE_MS).unref();
  return { stop: () => clearTimeout(timer) };
}
