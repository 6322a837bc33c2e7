/** How far each plan has got with each subject: whose step it is, when it is repeated and when the next step's people are told. */
import type { Person, Plan } from '../../devices/wire/notify.ts';
import type { Ledger } from '../ledger.ts';
import { onDuty } from './duty.ts';
import type { People } from './people.ts';
import type { Plans } from './plans.ts';
import type { SirenCalls } from './sirens/calls.ts';

export interface SubjectSteps {
  /** The plan is about this subject. `news`: people are asked anew, also where the plan has come to its end. */
  begin(subject: number, plan: Plan, news: boolean): void;
  /** Everything of it is acknowledged. */
  rest(subject: number): void;
  end(subject: number): void;
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

const CRITICAL = 2;

export function createSubjectSteps(
  { db }: Ledger,
  people: Pick<People, 'get'>,
  plans: Plans,
  sirens: Pick<SirenCalls, 'sound' | 'silence'>,
  now: () => number,
): SubjectSteps {
  const select = db.prepare('SELECT step, due_at FROM notice_case WHERE subject = ? AND plan = ?');
  const selectDue = db.prepare('SELECT * FROM notice_case WHERE due_at <= ? ORDER BY due_at LIMIT ?');
  const upsert = db.prepare(
    `INSERT INTO notice_case VALUES (?1, ?2, ?3, ?4, ?5, ?6, min(coalesce(?5, ?6), coalesce(?6, ?5)))
     ON CONFLICT (subject, plan) DO UPDATE SET step = ?3, repeats = ?4, next_step_at = ?5, next_repeat_at = ?6,
     due_at = excluded.due_at`,
  );
  const rest = db.prepare('UPDATE notice_case SET due_at = NULL WHERE subject = ?');
  const end = db.prepare('DELETE FROM notice_case WHERE subject = ?');
  const remove = db.prepare('DELETE FROM notice_case WHERE subject = ? AND plan = ?');
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

  /** Those on duty; of something critical all of them when nobody is. */
  function tell(subject: number, step: Plan['steps'][number], as = owe): string[] {
    const there = step.people.map(people.get).filter((person): person is Person => person?.enabled === true);
    const duty = there.filter((person) => onDuty(person, now()));
    const critical = Number(selectLevel.get(subject)?.level) >= CRITICAL;
    const told = duty.length > 0 || !critical ? duty : there;
    for (const { id } of told) as.run(subject, id);
    return told.map(({ id }) => id);
  }

  function takeStep(subject: number, plan: Plan, index: number): string[] {
    const step = plan.steps[index];
    const next = plan.steps[index + 1]?.after_s;
    const later = (seconds: number | undefined): number | null =>
      seconds === undefined ? null : now() + seconds * 1000;
    upsert.run(
      subject,
      plan.id,
      index,
      0,
      later(next),
      later(plan.most_repeats > 0 ? plan.repeat_s : undefined),
    );
    if (step === undefined) return [];
    sirens.sound(subject, step.sirens);
    return tell(subject, step);
  }

  function repeat({ subject, step, repeats, next_step_at }: Case, plan: Plan): string[] {
    const next = repeats + 1 < plan.most_repeats ? now() + plan.repeat_s * 1000 : null;
    upsert.run(subject, plan.id, step, repeats + 1, next_step_at, next);
    const taken = plan.steps.slice(0, step + 1);
    for (const one of taken) sirens.sound(subject, one.sirens);
    return taken.flatMap((one) => tell(subject, one));
  }

  return {
    begin(subject, plan, news) {
      const found = select.get(subject, plan.id);
      if (found === undefined || (news && found.due_at === null)) takeStep(subject, plan, 0);
      // It may be critical only now, and nobody on duty: those who were told hear that it has grown.
      else if (news)
        for (const step of plan.steps.slice(0, Number(found.step) + 1)) tell(subject, step, oweNew);
    },
    rest(subject) {
      rest.run(subject);
      sirens.silence(subject);
    },
    end(subject) {
      end.run(subject);
      sirens.silence(subject);
    },
    pass(limit) {
      const due = selectDue.all(now(), limit) as unknown as Case[];
      if (due.length === 0) return null;
      return new Set(
        due.flatMap((one) => {
          const plan = plans.get(one.plan);
          if (plan === null) {
            remove.run(one.subject, one.plan);
            return [];
          }
          const steps = one.next_step_at !== null && one.next_step_at <= now();
          return steps ? takeStep(one.subject, plan, one.step + 1) : repeat(one, plan);
        }),
      );
    },
  };
}
