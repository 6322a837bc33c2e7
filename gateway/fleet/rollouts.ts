/**
 * Rolling configurations out: the first edges alone, and the others in waves once those have kept theirs. The first that
 * does not keep it stops all that has not begun. A text takes some tenths of a second to check, which stops all else: one edge a
 * turn of the event loop.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RolloutAnswer, RolloutRequest, StepState } from '../../devices/wire/fleet-config.ts';
import { type Actor, actor, withActor } from '../actor.ts';
import type { Ledger } from '../ledger.ts';
import type { EdgeConfigs } from './config.ts';
import { createRolloutRows, type RolloutRow, type RolloutStep } from './rollout-rows.ts';
import { createTurns } from './turns.ts';

export interface Rollouts {
  /** Its number; a sentence is why it cannot begin: then nothing has been sent. */
  start(request: RolloutRequest): Promise<number | string>;
  get(id: number): RolloutAnswer | null;
  newest(count: number): RolloutAnswer[];
  /** What has not begun at its edge is withdrawn; false when it does not run any more. */
  stop(id: number, by: string): boolean;
  /** Within the transaction that takes it over. */
  onState(edge: string, version: number, state: StepState, reason: string | null): void;
  /** Sends what may go now; what is left of it when the signal is aborted goes the next time. */
  advance(signal?: AbortSignal): Promise<void>;
}

export interface RolloutsParts {
  readonly ledger: Ledger;
  readonly configs: Pick<EdgeConfigs, 'check' | 'publishDue' | 'running' | 'want' | 'withdraw' | 'wanted'>;
  readonly now: () => number;
}

/** Edges at one time after the canaries: so many cabinets at most are on trial together. */
const WAVE = 10;
/** Rollouts that are checked or wait for it, each of 16 MB at most. */
const MOST_STARTING = 8;

const FAILED: readonly StepState[] = ['refused', 'taken_back', 'expired', 'withdrawn'];
const UNDER_WAY: readonly StepState[] = ['wanted', 'trial'];

export function createRollouts({ ledger, configs, now }: RolloutsParts): Rollouts {
  const rows = createRolloutRows(ledger);
  /** What one start has checked no other one may change before it is in the ledger. */
  const checking = createTurns();
  const sending = createTurns();
  let starting = 0;

  /** Why these cannot go. All are checked before the first is sent. */
  async function faultOf({ edges }: RolloutRequest): Promise<string | null> {
    const busy = new Map(
      rows.running().flatMap(({ id }) => rows.steps(id).map(({ edge }) => [edge, id] as const)),
    );
    const named = new Set<string>();
    for (const { edge, config } of edges) {
      if (named.has(edge)) return `${edge} is named twice`;
      named.add(edge);
      if (busy.has(edge)) return `${edge} is part of rollout ${busy.get(edge)}, which is not over`;
      const running = configs.running(edge);
      if (running === null) return `${edge} has not told its configuration yet`;
      if (configs.wanted(edge)?.state === 'trial') return `${edge} has a version on trial`;
      const { faults, hash } = configs.check(edge, config);
      if (faults.length > 0) return `${edge}: ${faults.join('; ')}`;
      if (hash === running.hash) return `${edge} runs this already, as version ${running.version}`;
      await nextTurn();
    }
    return null;
  }

  function answer(row: RolloutRow): RolloutAnswer {
    const { place: _, ...told } = row;
    const steps = rows
      .steps(row.id)
      .map(({ edge, version, state, reason }) => ({ edge, version, state, reason }));
    return { ...told, steps };
  }

  /** Those that may be sent now. */
  function due(steps: readonly RolloutStep[], canary: number): RolloutStep[] {
    if (steps.some(({ state }) => UNDER_WAY.includes(state))) return [];
    const waiting = steps.filter(({ state }) => state === 'waiting');
    const canaries = waiting.filter(({ position }) => position < canary);
    return canaries.length > 0 ? canaries : waiting.slice(0, WAVE);
  }

  /** `reason` may name an edge: it is for who may see them all, and not told at the other edges. */
  function end(row: RolloutRow, reason: string): void {
    ledger.transaction(() => {
      for (const step of rows.steps(row.id)) {
        if (step.state === 'waiting') rows.setStep({ ...step, state: 'untouched' });
        if (step.state === 'wanted' && step.version !== null)
          configs.withdraw(step.edge, step.version, `rollout ${row.id} was stopped`);
      }
      rows.end(row.id, 'stopped', reason, now());
    });
    configs.publishDue();
  }

  function send(row: RolloutRow, step: RolloutStep): void {
    ledger.transaction(() => {
      const sent = configs.want(step.edge, rows.text(step), row.by, row.trial_s);
      rows.setStep(
        typeof sent === 'number'
          ? { ...step, version: sent, state: 'wanted' }
          : { ...step, state: 'refused', reason: sent },
      );
    });
    // The edge must know nothing that the ledger does not.
    configs.publishDue();
  }

  /** Ends it when it is over; otherwise those that may be sent now. */
  function settle(row: RolloutRow): RolloutStep[] {
    // A person may have stopped it meanwhile.
    if (rows.get(row.id)?.state !== 'running') return [];
    const steps = rows.steps(row.id);
    const failed = steps.find(hasFailed);
    if (failed !== undefined) end(row, `${failed.edge}: ${WORDS[failed.state]}${because(failed.reason)}`);
    else if (steps.every(({ state }) => state === 'kept')) rows.end(row.id, 'done', null, now());
    else return due(steps, row.canary);
    return [];
  }

  /** An edge of the wave, or the gateway itself, may refuse while the others of it are sent. */
  const goesOn = (row: RolloutRow, { position }: RolloutStep): boolean => {
    const steps = rows.steps(row.id);
    return steps[position]?.state === 'waiting' && !steps.some(hasFailed);
  };

  async function move(row: RolloutRow, signal: AbortSignal | undefined): Promise<void> {
    const wave = settle(row);
    for (const step of wave) {
      if (signal?.aborted || !goesOn(row, step)) break;
      send(row, step);
      await nextTurn();
    }
    if (wave.length > 0) settle(row);
  }

  const advance = (signal?: AbortSignal): Promise<void> =>
    sending(async () => {
      for (const row of rows.running()) {
        if (signal?.aborted) return;
        const who: Actor = { name: row.by, from: row.place };
        await withActor(who, () => move(row, signal));
      }
    });

  async function begin(request: RolloutRequest): Promise<number | string> {
    // One that is over must hold none of its edges.
    await advance();
    const fault = await faultOf(request);
    if (fault !== null) return fault;
    const { name: by, from: place } = actor();
    const { canary, trial_s, edges } = request;
    const row = {
      at: now(),
      by,
      place,
      canary,
      trial_s,
      state: 'running',
      reason: null,
      ended_at: null,
    } as const;
    return ledger.transaction(() => rows.add(row, edges));
  }

  return {
    async start(request) {
      if (starting >= MOST_STARTING)
        return `${MOST_STARTING} rollouts are being checked: ask again when they have begun`;
      starting++;
      const begun = await checking(() => begin(request)).finally(() => {
        starting--;
      });
      if (typeof begun === 'number') await advance();
      return begun;
    },
    get(id) {
      const row = rows.get(id);
      return row && answer(row);
    },
    newest: (count) => rows.newest(count).map(answer),
    stop(id, by) {
      const row = rows.get(id);
      if (row?.state !== 'running') return false;
      end(row, `stopped by ${by}`);
      return true;
    },
    onState: rows.setVersion,
    advance,
  };
}

const hasFailed = ({ state }: RolloutStep): boolean => FAILED.includes(state);

const WORDS: Readonly<Partial<Record<StepState, string>>> = {
  refused: 'refused it',
  taken_back: 'took it back',
  expired: 'did not begin it in time',
  withdrawn: 'it was withdrawn there',
};
const because = (reason: string | null): string => (reason === null ? '' : `: ${reason}`);
