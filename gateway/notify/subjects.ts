/**
 * What people are told of: an incident, or an alert that belongs to none. Keeps who its alerts are and how they stand, and
 * what each person who was told of it is owed now. All of it within the transaction of the caller.
 */
import { LEVELS } from '../../devices/limit.ts';
import type { AlertAnswer } from '../../devices/wire/api.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import { type Plans, planFits } from './plans.ts';
import type { SirenCalls } from './sirens/calls.ts';
import type { SubjectSteps } from './subjects-steps.ts';

export interface Subjects {
  /** Looks at alerts that have changed, and at what that means for their subjects. Answers who may be owed something. */
  look(alerts: readonly number[]): Set<string>;
  /** After a message is over: what has become of its subjects meanwhile. */
  settleOf(subjects: readonly number[]): void;
}

export interface SubjectParts {
  readonly ledger: Ledger;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly plans: Plans;
  readonly steps: SubjectSteps;
  readonly sirens: Pick<SirenCalls, 'move'>;
  alert(id: number): AlertAnswer | null;
}

type Status = 'waiting' | 'acknowledged' | 'quiet' | 'cleared' | 'retracted';

interface Member {
  readonly alert: number;
  readonly subject: number;
  readonly station: string;
  readonly level: number;
  readonly status: Status;
  readonly announced_at: number;
}

/** A plan is asked of at most so many alerts of one incident. */
const MOST_MEMBERS_ASKED = 200;

const subjectKey = ({ id, incident }: AlertAnswer): string =>
  incident === undefined ? `alert/${id}` : `incident/${incident}`;

function statusOf(alert: AlertAnswer): Status {
  if (alert.retracted) return 'retracted';
  if (alert.state === 'cleared') return 'cleared';
  if (alert.shelved || alert.out_of_service || alert.inhibited || alert.historical) return 'quiet';
  return alert.acknowledged_by === null ? 'waiting' : 'acknowledged';
}

export function createSubjects(parts: SubjectParts): Subjects {
  const { ledger, catalog, plans, steps, sirens, alert: find } = parts;
  const { db } = ledger;
  const selectMember = db.prepare('SELECT * FROM notice_member WHERE alert = ?');
  const upsertMember = db.prepare(
    `INSERT INTO notice_member VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (alert) DO UPDATE SET subject = excluded.subject,
     level = excluded.level, status = excluded.status, announced_at = excluded.announced_at`,
  );
  const insertSubject = db.prepare(
    `INSERT INTO notice_subject (key, level, members, waiting) VALUES (?, 0, 0, 0)
     ON CONFLICT (key) DO UPDATE SET key = key RETURNING id`,
  );
  const countMembers = db.prepare(
    `SELECT count(*) AS members, count(*) FILTER (WHERE status = 'waiting') AS waiting,
     count(*) FILTER (WHERE status IN ('waiting', 'acknowledged')) AS standing,
     count(*) FILTER (WHERE status IN ('cleared', 'retracted')) AS over, max(level) AS worst,
     max(level) FILTER (WHERE status IN ('waiting', 'acknowledged')) AS level
     FROM notice_member WHERE subject = ?`,
  );
  const updateSubject = db.prepare(
    'UPDATE notice_subject SET level = ?, members = ?, waiting = ?, ended = ? WHERE id = ?',
  );
  const selectWaiting = db.prepare(
    "SELECT * FROM notice_member WHERE subject = ? AND status = 'waiting' ORDER BY level DESC, alert DESC LIMIT ?",
  );
  // Whom a message is under way to, too: he hears of it when that is over, and is told of growth and end.
  const copyTold = db.prepare(
    `INSERT INTO notice_told SELECT ?1, person, owed, level, members, reached, message FROM notice_told
     WHERE subject = ?2 AND (message IS NULL OR owed <> 'over')
     ON CONFLICT (subject, person) DO UPDATE SET reached = max(reached, excluded.reached),
     owed = iif(message IS NULL AND excluded.message IS NOT NULL, excluded.owed, owed),
     message = coalesce(message, excluded.message)`,
  );
  const copyCases = db.prepare(
    `INSERT OR IGNORE INTO notice_case
     SELECT ?1, plan, step, repeats, next_step_at, next_repeat_at, due_at FROM notice_case WHERE subject = ?2`,
  );
  const selectPeople = db.prepare('SELECT person FROM notice_told WHERE subject = ?');

  // What a subject's state makes of what is owed; rows of a message under way are looked at when that is over.
  const free = 'subject = ?1 AND message IS NULL';
  const forget = db.prepare(`DELETE FROM notice_told WHERE ${free}`);
  const forgetUntold = db.prepare(`DELETE FROM notice_told WHERE ${free} AND reached = 0`);
  const oweEnd = db.prepare(`UPDATE notice_told SET owed = 'over' WHERE ${free}`);
  const oweNothing = db.prepare(`UPDATE notice_told SET owed = NULL WHERE ${free}`);
  const oweGrowth = db.prepare(
    `UPDATE notice_told SET owed = 'grown' FROM notice_subject AS now WHERE ${free} AND now.id = ?1 AND reached = 1
     AND (owed IS NULL OR owed = 'over') AND (now.level > notice_told.level OR now.members > notice_told.members)`,
  );
  // It is back before anybody was told that it is over.
  const takeBackEnd = db.prepare(`UPDATE notice_told SET owed = NULL WHERE ${free} AND owed = 'over'`);
  const isOwed = db.prepare(
    'SELECT 1 FROM notice_told WHERE subject = ? AND (owed IS NOT NULL OR message IS NOT NULL) LIMIT 1',
  );
  const removals = ['notice_told', 'notice_member', 'notice_case'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE subject = ?`),
  );
  const removeSubject = db.prepare('DELETE FROM notice_subject WHERE id = ?');

  const memberOf = (alert: number): Member | undefined => selectMember.get(alert) as Member | undefined;

  /** The subject of an alert, and whether it asks for people anew; null: it is nobody's business. */
  function place(id: number, touched: Set<number>): { subject: number; news: boolean } | null {
    const alert = find(id);
    if (alert === null) return null;
    const before = memberOf(id);
    const status = statusOf(alert);
    if (before === undefined) {
      if (status !== 'waiting') return null;
      if (!plans.all().some((plan) => planFits(plan, alert, catalog))) return null;
    }
    const subject = Number(insertSubject.get(subjectKey(alert))?.id);
    const announcedAt = alert.announced_at ?? 0;
    upsertMember.run(id, subject, alert.station, LEVELS.indexOf(alert.level), status, announcedAt);
    if (before !== undefined && before.subject !== subject) {
      copyTold.run(subject, before.subject);
      copyCases.run(subject, before.subject);
      sirens.move(before.subject, subject);
      touched.add(before.subject);
    }
    touched.add(subject);
    return { subject, news: status === 'waiting' && before?.announced_at !== announcedAt };
  }

  function settle(subject: number, news: boolean): void {
    const { members, waiting, standing, over, worst, level } = countMembers.get(subject) as Record<
      'members' | 'waiting' | 'standing' | 'over' | 'worst' | 'level',
      number
    >;
    const ended = standing > 0 ? null : over > 0 ? 'over' : 'quiet';
    updateSubject.run(level ?? worst ?? 0, members, waiting, ended, subject);
    if (ended !== null) {
      steps.end(subject);
      if (ended === 'over') {
        forgetUntold.run(subject);
        oweEnd.run(subject);
      } else forget.run(subject);
      if (isOwed.get(subject) === undefined) remove(subject);
      return;
    }
    takeBackEnd.run(subject);
    if (waiting === 0) {
      steps.rest(subject);
      oweNothing.run(subject);
      return;
    }
    oweGrowth.run(subject);
    const asked = selectWaiting.all(subject, MOST_MEMBERS_ASKED) as unknown as Member[];
    for (const plan of plans.all())
      if (asked.some(({ station, level }) => planFits(plan, { station, level: levelName(level) }, catalog)))
        steps.begin(subject, plan, news);
  }

  function remove(subject: number): void {
    for (const removal of removals) removal.run(subject);
    removeSubject.run(subject);
  }

  return {
    look(alerts) {
      const touched = new Set<number>();
      const news = new Set<number>();
      for (const id of alerts) {
        const placed = place(id, touched);
        if (placed?.news) news.add(placed.subject);
      }
      const people = new Set<string>();
      for (const subject of touched) {
        settle(subject, news.has(subject));
        for (const { person } of selectPeople.all(subject)) people.add(String(person));
      }
      return people;
    },
    settleOf(subjects) {
      for (const subject of subjects) settle(subject, false);
    },
  };
}

export const levelName = (level: number): (typeof LEVELS)[number] => LEVELS[level] ?? 'critical';
