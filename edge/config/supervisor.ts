/**
 * Decides which configuration the edge runs: that of its own file, or a version of the centre, which is on trial first and is
 * taken back here, without the centre, when the edge does worse with it.
 */
import { newlyOverloaded } from '../../devices/edge-config-check.ts';
import type { Profiles } from '../../devices/inventory.ts';
import type { Logger } from '../../devices/kit/log.ts';
import type { Service } from '../../devices/kit/service.ts';
import { describeLoad } from '../../devices/line/line-time.ts';
import type { Reading } from '../../devices/reading.ts';
import type { EdgeFile } from '../../devices/station.ts';
import {
  type ConfigReport,
  MOST_CONFIG_CHARACTERS,
  type WantedConfig,
  wantedConfigSchema,
} from '../../devices/wire/fleet.ts';
import { readMessage } from '../centre-message.ts';
import { type Clock, every } from '../clock.ts';
import type { Box, Config } from './box.ts';
import { type Capture, createCapture, type LineBusy } from './capture.ts';
import { givenUp, stateAtStart, takenBack, withStarts } from './choose.ts';
import { periodsOf, slowestOf } from './judge.ts';
import type { ConfigState, ConfigStore } from './store.ts';
import { watchTrial } from './trial.ts';

/** What the supervisor hears of the agent that it runs. */
export interface ConfigEars {
  /** `edges/{edge}/config` as it came. */
  take(payload: string): void;
  /** A connection works. */
  onReady(): void;
  onReadings(readings: readonly Reading[]): void;
}

/** What it asks of it. */
export interface RunningAgent extends Service {
  /** False when it was not acknowledged. */
  tell(kind: 'config', payload: string): Promise<boolean>;
  lines(): readonly LineBusy[];
}

export interface SupervisorParts {
  readonly box: Box;
  readonly store: ConfigStore;
  /** Everything of the edge, with this file. Throws when it cannot start; the process cannot go on then. */
  open(file: EdgeFile, ears: ConfigEars): Promise<RunningAgent>;
  readonly profiles: Profiles;
  readonly clock: Clock;
  /** Names the boot of the system: a process that ended with the machine did not die of its configuration. */
  readonly boot: string;
  readonly log: Logger;
  /** What was started may be there by half: the process has to end. */
  giveUp(error: unknown): void;
}

const LOOK_MS = 1000;
/** A baseline takes two rounds of the slowest instrument, and is not waited for any longer. */
const MOST_BASELINE_MS = 120_000;
const MOST_REASON = 500;
/** A message is JSON, in which a character of the text may take two. */
const MOST_MESSAGE = 2 * MOST_CONFIG_CHARACTERS + 1000;

export async function startSupervisor(parts: SupervisorParts): Promise<Service> {
  const { box, store, profiles, clock, boot, log } = parts;
  const stopping = new AbortController();
  let state = stateAtStart(store.load(), box.own.hash, { now: clock.now(), boot });
  let running: Config = box.own;
  let agent: RunningAgent;
  let capture: Capture;
  let startedTicks = 0;
  /** What is on disk is older than `state`. */
  let unsaved = false;
  /** Whose text the centre has been told on this connection. */
  let toldHash = '';
  /** What the centre wants next, as far as this connection has told. */
  let pending: WantedConfig | null = null;
  let working: Promise<void> | null = null;

  const ears: ConfigEars = {
    take,
    onReady,
    onReadings: (readings) => capture.take(readings),
  };

  /** What cannot be kept holds until the process ends, and is tried again when it ends in order. */
  function save(next: ConfigState): void {
    state = next;
    unsaved = true;
    try {
      store.save(next);
      unsaved = false;
    } catch (err) {
      log.warn({ err }, 'what is known of configurations cannot be kept on disk');
    }
  }

  /**
   * The text goes with the first report of each connection, since the centre may have an older ledger by then: 5 to 7 kB of
   * an edge with a few stations, 256 kB at most. What the centre still wants comes again: it is retained, and what was withdrawn meanwhile does not come.
   */
  function onReady(): void {
    toldHash = '';
    pending = null;
    void tell();
  }

  function report(): ConfigReport {
    const { version, hash, text } = running;
    const { local, wanted } = state;
    return {
      running: { version, hash, text: hash === toldHash ? null : text },
      local: local && version === null,
      wanted,
    };
  }

  async function tell(): Promise<boolean> {
    const told = report();
    const acknowledged = await agent.tell('config', JSON.stringify(told));
    if (acknowledged) toldHash = told.running.hash;
    return acknowledged;
  }

  async function run(config: Config): Promise<void> {
    capture = createCapture(clock.ticks);
    startedTicks = clock.ticks();
    running = config;
    agent = await parts.open(config.file, ears);
  }

  /** What is in force without the trial. What cannot be read any more is not: then it is the edge's own file. */
  function inForce(): Config {
    const { running: version } = state;
    if (version === null) return box.own;
    const config = readVersion(version);
    if (typeof config !== 'string') return config;
    log.error({ version, reason: config }, 'configuration cannot be run any more, the edge file is in force');
    const told = state.wanted?.version === version ? answered(version, 'taken_back', config) : {};
    save({ ...state, ...told, running: null, before: null });
    return box.own;
  }

  function readVersion(version: number): Config | string {
    const text = store.text(version);
    return text === null ? 'its file is gone' : box.read(version, text);
  }

  function take(payload: string): void {
    // It was withdrawn, or is taken away because it was begun.
    if (payload === '') {
      pending = null;
      return;
    }
    const told = readMessage(payload, wantedConfigSchema, MOST_MESSAGE);
    if (typeof told === 'string') {
      log.warn({ reason: told }, 'configuration of the centre cannot be read');
      return;
    }
    const { message } = told;
    if (message.version <= Math.max(state.wanted?.version ?? 0, pending?.version ?? 0)) return;
    pending = message;
    work();
  }

  function work(): void {
    working ??= settle()
      .catch(parts.giveUp)
      .finally(() => {
        working = null;
        if (pending !== null && !stopping.signal.aborted) work();
      });
  }

  async function settle(): Promise<void> {
    if (state.trial !== null) await onTrial(state.trial);
    const wanted = pending;
    if (wanted === null || stopping.signal.aborted) return;
    await sleep(
      Math.min(MOST_BASELINE_MS, 2 * slowestOf(periodsOf(running.file, profiles))) -
        (clock.ticks() - startedTicks),
    );
    // Withdrawn meanwhile, or a newer one is wanted.
    if (stopping.signal.aborted || pending !== wanted) return;
    pending = null;
    await begin(wanted);
    if (state.trial !== null) await onTrial(state.trial);
  }

  const sleep = (ms: number): Promise<void> =>
    ms > 0 ? clock.sleep(ms, stopping.signal) : Promise.resolve();

  const answered = (
    version: number,
    what: NonNullable<ConfigReport['wanted']>['state'],
    reason: string | null,
  ) => ({
    wanted: { version, state: what, reason: reason === null ? null : cut(reason), since: clock.now() },
  });

  async function begin(wanted: WantedConfig): Promise<void> {
    const { version, trial_s } = wanted;
    const config = acceptable(wanted);
    if (typeof config === 'string') {
      log.warn({ version, reason: config }, 'configuration of the centre refused');
      save({ ...state, ...answered(version, config === EXPIRED ? 'expired' : 'refused', config) });
      await tell();
      return;
    }
    const trial = { version, trial_s, starts: 0, baseline: capture.present(agent.lines()) };
    const next = { ...withStarts(state, 0), ...answered(version, 'trial', null), trial };
    try {
      store.keep(version, wanted.text);
      store.save(next);
    } catch (err) {
      log.error({ err, version }, 'configuration of the centre refused: it cannot be kept on disk');
      // It may be there by half: the trial must not begin at the next start.
      save({ ...state, ...answered(version, 'refused', `it cannot be kept on disk: ${String(err)}`) });
      await tell();
      return;
    }
    state = next;
    log.info({ version, trial_s }, 'configuration of the centre is on trial');
    await agent.stop();
    await tryRun(config);
  }

  function acceptable({ version, hash, text, instead_of, expires }: WantedConfig): Config | string {
    if (clock.now() > expires) return EXPIRED;
    if (instead_of !== running.hash)
      return 'the edge runs another configuration than the one that this is to replace: look at it, then send again';
    const config = box.read(version, text);
    if (typeof config === 'string') return config;
    if (config.hash !== hash) return 'its hash is not that of its text';
    const [overloaded] = newlyOverloaded(running.file, config.file, profiles);
    return overloaded === undefined ? config : describeLoad(overloaded.line, overloaded.load);
  }

  /** No agent runs. Throws when it cannot start: the next start of the process has what was before. */
  async function tryRun(config: Config): Promise<void> {
    try {
      await run(config);
    } catch (error) {
      saveTakenBack(`it cannot start: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  }

  function saveTakenBack(reason: string): void {
    log.error({ version: state.trial?.version, reason }, 'configuration of the centre taken back');
    save(takenBack(state, reason, clock.now()));
  }

  async function onTrial(trial: NonNullable<ConfigState['trial']>): Promise<void> {
    const { version, baseline, trial_s: trialS } = trial;
    const ending = await watchTrial({
      baseline,
      periods: periodsOf(running.file, profiles),
      trialS,
      clock,
      signal: stopping.signal,
      present: () => capture.present(agent.lines()),
      tell,
    });
    if (ending.kind === 'stopped') return;
    if (ending.kind === 'worse') return goBack(ending.reason);
    log.info({ version }, 'configuration of the centre is kept');
    const before = { version: state.running, local: state.local, trial_s: trialS, boot, starts: 0 };
    const kept = { running: version, local: false, trial: null, before };
    save({ ...state, ...answered(version, 'kept', null), ...kept });
    await tell();
  }

  async function goBack(reason: string): Promise<void> {
    // On disk first: whatever happens from here on, the next start has what was before.
    saveTakenBack(reason);
    await agent.stop();
    await run(inForce());
  }

  async function startUp(): Promise<void> {
    if (state.trial !== null) {
      const config = readVersion(state.trial.version);
      if (typeof config !== 'string') return tryRun(config);
      saveTakenBack(`it cannot be read: ${config}`);
    } else giveUpDeadly();
    await run(inForce());
  }

  /** A trial says nothing of the starts after it: what is kept and ends the process again and again is taken back too. */
  function giveUpDeadly(): void {
    const next = givenUp(state, clock.now());
    if (next === null) return;
    const { running: version } = state;
    const before = next.running === null ? box.own : readVersion(next.running);
    if (typeof before === 'string') {
      log.error({ version, reason: before }, 'the edge dies again and again, with nothing to go back to');
      save({ ...state, before: null });
      return;
    }
    log.error({ version, reason: next.wanted?.reason }, 'configuration of the centre taken back');
    save(next);
  }

  /** Who lives as long as a trial does not die of what it runs. */
  async function proveKept({ trial_s }: NonNullable<ConfigState['before']>): Promise<void> {
    await sleep(trial_s * 1000);
    if (!stopping.signal.aborted) save(withStarts(state, 0));
  }

  // Where no start can be counted, a trial that ends the process would be begun again for ever.
  save(state);
  if (unsaved && state.trial !== null) saveTakenBack('the disk does not let its starts be counted');
  await startUp();
  if (state.trial !== null) work();
  const proving = state.trial === null && state.before !== null ? proveKept(state.before) : null;
  const looking = every(clock, LOOK_MS, stopping.signal, () => capture.tick(agent.lines()));

  return {
    async stop() {
      stopping.abort();
      // An end in order is no sign of a bad configuration.
      const { trial, before } = state;
      if (trial !== null) save({ ...state, trial: { ...trial, starts: Math.max(0, trial.starts - 1) } });
      else if (before !== null && before.starts > 0) save(withStarts(state, before.starts - 1));
      else if (unsaved) save(state);
      await Promise.all([working, looking, proving]);
      await agent.stop();
    },
  };
}

const EXPIRED = 'it came too late: it was to begin before it expired';
const cut = (text: string): string => text.slice(0, MOST_REASON);
