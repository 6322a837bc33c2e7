/**
 * Rolling configurations out: the first edges alone, and the others in waves once those have kept theirs. The first that
 * does not keep it stops all that has not begun.
 */
import type { RolloutAnswer, RolloutRequest, StepState } from '../../devices/wire/fleet-config.ts';
import { type Actor, actor, withActor } from '../actor.ts';
import type { Ledger } from '../ledger.ts';
import type { EdgeConfigs } from './config.ts';
import { createRolloutRows, type RolloutRow, type RolloutStep } from './rollout-rows.ts';

export interface Rollouts {
  /** Its number; a sentence is why it cannot begin: then nothing has been sent. */
  start(request: RolloutRequest): number | string;
  get(id: number): RolloutAnswer | null;
  newest(count: number): RolloutAnswer[];
  /** What has not begun at its edge is withdrawn; false when it does not run any more. */
  stop(id: number, by: string): boolean;
  /** Within the transaction that takes it over. */
  onState(edge: string, version: number, state: StepState, reason: string | null): void;
  /** Sends what may go now. After each change, and at the start. */
  advance(): void;
}

export interface RolloutsParts {
  readonly ledger: Ledger;
  readonly configs: Pick<EdgeConfigs, 'check' | 'running' | 'want' | 'withdraw' | 'wanted'>;
  readonly now: () => number;
}

/** Edges at one time after the canaries: so many cabinets at most are on trial together. */
const WAVE = 10;

const FAILED: readonly StepState[] = ['refused', 'taken_back', 'expired', 'withdrawn'];
const UNDER_WAY: readonly StepState[] = ['wanted', 'trial'];

export function createRollouts({ ledger, configs, now }: RolloutsParts): Rollouts {
  const rows = createRolloutRows(ledger);

  /** Why these cannot go. All are checked before the first is sent. */
  function faultOf({ edges }: RolloutRequest): string | null {
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
    for (const step of rows.steps(row.id)) {
      if (step.state === 'waiting') rows.setStep({ ...step, state: 'untouched' });
      if (step.state === 'wanted' && step.version !== null)
        configs.withdraw(step.edge, step.version, `rollout ${row.id} was stopped`);
    }
    rows.end(row.id, 'stopped', reason, now());
  }

  function send(row: RolloutRow, step: RolloutStep): void {
    ledger.transaction(() => {
      const sent = configs.want(step.edge, step.text, row.by, row.trial_s);
      rows.setStep(
        typeof sent === 'number'
          ? { ...step, version: sent, state: 'wanted' }
          : { ...step, state: 'refused', reason: sent },
      );
    });
  }

  function move(row: RolloutRow): void {
    const steps = rows.steps(row.id);
    const failed = steps.find(({ state }) => FAILED.includes(state));
    if (failed !== undefined) {
      end(row, `${failed.edge}: ${WORDS[failed.state]}${because(failed.reason)}`);
      return;
    }
    if (steps.every(({ state }) => state === 'kept')) {
      rows.end(row.id, 'done', null, now());
      return;
    }
    for (const next of due(steps, row.canary)) send(row, next);
    // The gateway itself may refuse what it has checked long before.
    if (rows.steps(row.id).some(({ state }) => FAILED.includes(state))) move(row);
  }

  function advance(): void {
    for (const row of rows.running()) {
      const who: Actor = { name: row.by, from: row.place };
      withActor(who, () => move(row));
    }
  }

  return {
    start(request) {
      const fault = faultOf(request);
      if (fault !== null) return fault;
      const { name: by, from: place } = actor();
      const { canary, trial_s } = request;
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
      const steps = request.edges.map(({ edge, config }) => ({ edge, text: config }));
      const id = ledger.transaction(() => rows.add(row, steps));
      advance();
      return id;
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

const WORDS: Readonly<Partial<Record<StepState, string>>> = {
  refused: 'refused it',
  taken_back: 'took it back',
  expired: 'did not begin it in time',
  withdrawn: 'it was withdrawn there',
};
const because = (reason: string | null): string => (reason === null ? '' : `: ${reason}`);
