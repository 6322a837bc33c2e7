/** Whom of a plan's step is told of a subject, and what the timelines say when there is nobody. */
import type { Person, Plan } from '../../devices/wire/notify.ts';
import type { Ledger } from '../ledger.ts';
import { nextDuty, onDuty } from './duty.ts';
import type { People } from './people.ts';

export interface StepPeople {
  /** Those on duty; of something critical all of them when nobody is. `again`: also whom it has reached. Answers whom. */
  tell(subject: number, plan: Plan, step: number, again: boolean): string[];
  /** Whether anybody has been told of the last step with people, up to this one. */
  hasReached(subject: number, plan: Plan, step: number): boolean;
  /** When the first of that step comes on duty, epoch ms; Infinity: somebody is, or nobody will be. */
  onDutyAt(plan: Plan, step: number): number;
}

type Step = Plan['steps'][number];

const CRITICAL = 2;
/** Alerts of one subject whose timelines say that nobody was on duty. */
const MOST_ALERTS = 200;

export function createStepPeople({ db }: Ledger, people: Pick<People, 'get'>, now: () => number): StepPeople {
  const selectLevel = db.prepare('SELECT level FROM notice_subject WHERE id = ?');
  // Whom a message under way is about to tell is owed nothing more.
  const owe = db.prepare(
    `INSERT INTO notice_told VALUES (?, ?, 'new', 0, 0, 0, NULL) ON CONFLICT (subject, person) DO UPDATE SET
     owed = iif(owed IS NULL AND message IS NULL, iif(reached = 1, 'repeat', 'new'), owed)`,
  );
  const oweNew = db.prepare(
    `INSERT INTO notice_told VALUES (?, ?, 'new', 0, 0, 0, NULL) ON CONFLICT (subject, person) DO UPDATE SET
     owed = iif(owed IS NULL AND message IS NULL AND reached = 0, 'new', owed)`,
  );
  const selectReached = db.prepare(
    `SELECT 1 FROM notice_told WHERE subject = ?1 AND reached = 1 AND person IN (SELECT value FROM json_each(?2)) LIMIT 1`,
  );
  const sayNobody = db.prepare(
    `INSERT INTO alert_transition (alert, key, at, read_at, kind, reason)
     SELECT id, key, ?2, ?2, 'not told', ?3 FROM alert WHERE id IN
     (SELECT alert FROM notice_member WHERE subject = ?1 AND status = 'waiting' ORDER BY level DESC, alert DESC LIMIT ?4)
     AND NOT EXISTS (SELECT 1 FROM alert_transition t WHERE t.alert = alert.id AND t.kind = 'not told' AND t.reason = ?3)`,
  );

  const lastOf = (plan: Plan, step: number): Step | undefined =>
    plan.steps.slice(0, step + 1).findLast((one) => one.people.length > 0);
  const thereOf = (step: Step | undefined): Person[] =>
    (step?.people ?? []).map(people.get).filter((person): person is Person => person?.enabled === true);

  return {
    tell(subject, plan, index, again) {
      const step = plan.steps[index];
      const there = thereOf(step);
      const duty = there.filter((person) => onDuty(person, now()));
      const critical = Number(selectLevel.get(subject)?.level) >= CRITICAL;
      const told = duty.length > 0 || !critical ? duty : there;
      for (const { id } of told) (again ? owe : oweNew).run(subject, id);
      if (told.length === 0 && step !== undefined && step.people.length > 0)
        sayNobody.run(
          subject,
          now(),
          `nobody of the step is on duty (${plan.id}, step ${index + 1})`,
          MOST_ALERTS,
        );
      return told.map(({ id }) => id);
    },
    hasReached(subject, plan, step) {
      const last = lastOf(plan, step);
      return last === undefined || selectReached.get(subject, JSON.stringify(last.people)) !== undefined;
    },
    onDutyAt(plan, step) {
      const there = thereOf(lastOf(plan, step));
      if (there.some((person) => onDuty(person, now()))) return Number.POSITIVE_INFINITY;
      return Math.min(...there.map((person) => nextDuty(person, now())));
    },
  };
}
