/** Rollouts, as the ledger keeps them. */
import type { RolloutAnswer, StepState } from '../../devices/wire/fleet-config.ts';
import type { Ledger } from '../ledger.ts';

export interface RolloutStep {
  readonly rollout: number;
  readonly position: number;
  readonly edge: string;
  readonly version: number | null;
  readonly state: StepState;
  readonly reason: string | null;
}

export interface RolloutRow extends Omit<RolloutAnswer, 'steps'> {
  /** Where whoever began it was: what follows is done in that name. */
  readonly place: string;
}

export interface RolloutRows {
  get(id: number): RolloutRow | null;
  /** Newest first. */
  newest(count: number): RolloutRow[];
  running(): RolloutRow[];
  /** In their order, without their texts, which may be 16 MB together. */
  steps(id: number): RolloutStep[];
  /** What this step is to bring. */
  text(step: Pick<RolloutStep, 'rollout' | 'position'>): string;
  add(
    row: Omit<RolloutRow, 'id'>,
    steps: ReadonlyArray<{ readonly edge: string; readonly config: string }>,
  ): number;
  setStep(step: Pick<RolloutStep, 'rollout' | 'position' | 'version' | 'state' | 'reason'>): void;
  end(id: number, state: 'done' | 'stopped', reason: string | null, at: number): void;
  /** Of a version that a rollout has sent; false: none has. */
  setVersion(edge: string, version: number, state: StepState, reason: string | null): boolean;
}

/** Older ones that have ended are removed. */
const MOST_ROLLOUTS = 200;

export function createRolloutRows({ db }: Pick<Ledger, 'db'>): RolloutRows {
  const select = db.prepare('SELECT * FROM rollout WHERE id = ?');
  const selectNewest = db.prepare('SELECT * FROM rollout ORDER BY id DESC LIMIT ?');
  const selectRunning = db.prepare("SELECT * FROM rollout WHERE state = 'running' ORDER BY id");
  const selectSteps = db.prepare(
    'SELECT rollout, position, edge, version, state, reason FROM rollout_step WHERE rollout = ? ORDER BY position',
  );
  const selectText = db.prepare('SELECT text FROM rollout_step WHERE rollout = ? AND position = ?');
  const insert = db.prepare('INSERT INTO rollout VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)');
  const insertStep = db.prepare("INSERT INTO rollout_step VALUES (?, ?, ?, ?, NULL, 'waiting', NULL)");
  const updateStep = db.prepare(
    'UPDATE rollout_step SET version = ?, state = ?, reason = ? WHERE rollout = ? AND position = ?',
  );
  const updateVersion = db.prepare(
    'UPDATE rollout_step SET state = ?, reason = ? WHERE edge = ? AND version = ?',
  );
  const end = db.prepare('UPDATE rollout SET state = ?, reason = ?, ended_at = ? WHERE id = ?');
  const removeSteps = db.prepare(
    "DELETE FROM rollout_step WHERE rollout IN (SELECT id FROM rollout WHERE id <= ? AND state <> 'running')",
  );
  const remove = db.prepare("DELETE FROM rollout WHERE id <= ? AND state <> 'running'");
  const rowsOf = (rows: unknown): RolloutRow[] => rows as RolloutRow[];

  return {
    get: (id) => (select.get(id) as RolloutRow | undefined) ?? null,
    newest: (count) => rowsOf(selectNewest.all(count)),
    running: () => rowsOf(selectRunning.all()),
    steps: (id) => selectSteps.all(id) as unknown as RolloutStep[],
    text: ({ rollout, position }) => (selectText.get(rollout, position) as { text: string }).text,
    add({ at, by, place, canary, trial_s, state, reason, ended_at }, steps) {
      const { lastInsertRowid } = insert.run(at, by, place, canary, trial_s, state, reason, ended_at);
      const id = Number(lastInsertRowid);
      for (const [position, { edge, config }] of steps.entries()) insertStep.run(id, position, edge, config);
      removeSteps.run(id - MOST_ROLLOUTS);
      remove.run(id - MOST_ROLLOUTS);
      return id;
    },
    setStep({ rollout, position, version, state, reason }) {
      updateStep.run(version, state, reason, rollout, position);
    },
    end(id, state, reason, at) {
      end.run(state, reason, at, id);
    },
    setVersion: (edge, version, state, reason) => updateVersion.run(state, reason, edge, version).changes > 0,
  };
}
