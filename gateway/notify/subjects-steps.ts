/** How far each plan has got with each subject: whose step it is, when it is repeated and when the next step's people are told. */
import type { Plan } from '../../devices/wire/notify.ts';
import type { Ledger } from '../ledger.ts';
import type { People } from './people.ts';
import type { Plans } from './plans.ts';
import type { SirenCalls } from './sirens/calls.ts';
import { createStepPeople } from './subjects-steps-people.ts';

export interface SubjectSteps {
  /** The plan is about this subject. `news`: people are asked anew, also where the plan has come to its end. */
  begin(subject: number, plan: Plan, news: boolean): void;
  /** Everything of it is acknowledged. */
  rest(subject: number): void;
  end(subject: number): void;
  /** The plan was changed: subjects of these alerts go on by it, and who has come into steps it has taken is told. Answers who may be owed something. */
  renew(plan: string, alerts: readonly number[]): Set<string>;
  /** The clock has been ahead: nothing is due later than its plan says. */
  cap(): void;
  /** Does what is due, `limit` of it at most. Answers who may be owed something; null: nothing was due. */
  pass(limit: number): Set<string> | null;
}

interface Case {
  readonly subject: number;
  readonly plan: string;
  readonly step: number;
  readonly repeats: number;
  readonly next_step_at: number | null;
  readonly next_repeat_at: number | null;
}

export function createSubjectSteps(
  ledger: Ledger,
  people: Pick<People, 'get'>,
  plans: Plans,
  sirens: Pick<SirenCalls, 'sound' | 'silence'>,
  now: () => number,
): SubjectSteps {
  const { db } = ledger;
  const { tell, hasReached, onDutyAt } = createStepPeople(ledger, people, now);
  const select = db.prepare(
    `SELECT step, due_at IS NULL OR (next_step_at IS NULL AND repeats >= ?3) AS over FROM notice_case
     WHERE subject = ?1 AND plan = ?2`,
  );
  const selectDue = db.prepare('SELECT * FROM notice_case WHERE due_at <= ? ORDER BY due_at LIMIT ?');
  const selectLater = db.prepare('SELECT * FROM notice_case WHERE due_at > ?');
  const selectOfAlerts = db.prepare(
    `SELECT * FROM notice_case WHERE plan = ?1 AND subject IN (SELECT m.subject FROM notice_member m
     JOIN notice_subject s ON s.id = m.subject WHERE s.waiting > 0 AND m.alert IN (SELECT value FROM json_each(?2)))`,
  );
  const upsert = db.prepare(
    `INSERT INTO notice_case VALUES (?1, ?2, ?3, ?4, ?5, ?6, min(coalesce(?5, ?6), coalesce(?6, ?5)))
     ON CONFLICT (subject, plan) DO UPDATE SET step = ?3, repeats = ?4, next_step_at = ?5, next_repeat_at = ?6,
     due_at = excluded.due_at`,
  );
  const rest = db.prepare('UPDATE notice_case SET due_at = NULL WHERE subject = ?');
  const end = db.prepare('DELETE FROM notice_case WHERE subject = ?');
  const remove = db.prepare('DELETE FROM notice_case WHERE subject = ? AND plan = ?');

  const save = (one: Case): void =>
    void upsert.run(one.subject, one.plan, one.step, one.repeats, one.next_step_at, one.next_repeat_at);
  const stepAt = (plan: Plan, index: number): number | null => {
    const after = plan.steps[index]?.after_s;
    return after === undefined ? null : now() + after * 1000;
  };
  /** Nobody is on duty: sooner, when somebody comes. */
  const repeatAt = (plan: Plan, step: number): number =>
    Math.min(now() + plan.repeat_s * 1000, onDutyAt(plan, step));

  function takeStep(subject: number, plan: Plan, index: number): string[] {
    save({
      subject,
      plan: plan.id,
      step: index,
      repeats: 0,
      next_step_at: stepAt(plan, index + 1),
      next_repeat_at: repeatAt(plan, index),
    });
    sirens.sound(subject, plan.steps[index]?.sirens ?? []);
    return tell(subject, plan, index, true);
  }

  /** Goes on until somebody of the step was reached. Then repeats that nobody heard, in an outage or off duty, do not count. */
  function repeat(one: Case, plan: Plan): string[] {
    const { subject, step } = one;
    const reached = hasReached(subject, plan, step);
    const before = reached && one.repeats >= plan.most_repeats ? 0 : one.repeats;
    // Then only who never heard of it is told.
    const spent = before >= plan.most_repeats;
    const repeats = spent ? before : before + 1;
    const more = !reached || repeats < plan.most_repeats;
    save({ ...one, repeats, next_repeat_at: more ? repeatAt(plan, step) : null });
    return plan.steps.slice(0, step + 1).flatMap((taken, index) => {
      if (!spent) sirens.sound(subject, taken.sirens);
      return tell(subject, plan, index, !spent);
    });
  }

  /** By what its plan says now; `repeat` is when it is repeated at the latest, epoch ms. */
  function due(one: Case, plan: Plan, repeat: number): Case {
    const step = stepAt(plan, one.step + 1);
    const over = one.next_repeat_at === null && hasReached(one.subject, plan, one.step);
    return {
      ...one,
      next_step_at: step && Math.min(one.next_step_at ?? step, step),
      next_repeat_at: over ? null : Math.min(one.next_repeat_at ?? repeat, repeat),
    };
  }

  function take(one: Case): string[] {
    const plan = plans.get(one.plan);
    if (plan === null) {
      remove.run(one.subject, one.plan);
      return [];
    }
    const steps = one.next_step_at !== null && one.next_step_at <= now();
    return steps ? takeStep(one.subject, plan, one.step + 1) : repeat(one, plan);
  }

  return {
    begin(subject, plan, news) {
      const found = select.get(subject, plan.id, plan.most_repeats);
      if (found === undefined || (news && found.over === 1)) takeStep(subject, plan, 0);
      // It may be critical only now, and nobody on duty: those who were told hear that it has grown.
      else if (news) for (let step = 0; step <= Number(found.step); step++) tell(subject, plan, step, false);
    },
    rest(subject) {
      rest.run(subject);
      sirens.silence(subject);
    },
    end(subject) {
      end.run(subject);
      sirens.silence(subject);
    },
    renew(id, alerts) {
      const plan = plans.get(id);
      if (plan === null) return new Set();
      const found = selectOfAlerts.all(id, JSON.stringify(alerts)) as unknown as Case[];
      return new Set(
        found.flatMap((one) => {
          save(due(one, plan, repeatAt(plan, one.step)));
          return plan.steps.slice(0, one.step + 1).flatMap((_, step) => tell(one.subject, plan, step, false));
        }),
      );
    },
    cap() {
      for (const one of selectLater.all(now()) as unknown as Case[]) {
        const plan = plans.get(one.plan);
        if (plan === null) continue;
        const capped = due(one, plan, now() + plan.repeat_s * 1000);
        if (capped.next_step_at !== one.next_step_at || capped.next_repeat_at !== one.next_repeat_at)
          save(capped);
      }
    },
    pass(limit) {
      const found = selectDue.all(now(), limit) as unknown as Case[];
      return found.length === 0 ? null : new Set(found.flatMap(take));
    },
  };
}
