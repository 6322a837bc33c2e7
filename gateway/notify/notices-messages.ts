/**
 * The messages in the ledger: one open message a person, which tells of all that he is owed when it goes out. What is owed
 * meanwhile joins it, so that a storm is a few messages.
 */
import type { Level } from '../../devices/limit.ts';
import type { NoticeAnswer } from '../../devices/wire/notify.ts';
import type { Ledger } from '../ledger.ts';
import type { People } from './people.ts';
import { levelName } from './subjects.ts';

export interface OpenMessage {
  readonly number: number;
  readonly person: string;
  /** Which of the person's channels is tried. */
  readonly position: number;
  readonly tries: number;
  /** When this channel was tried first, epoch ms. */
  readonly since: number | null;
  /** 1: it tells of something that joined after the first try by the first channel. */
  readonly grown: 0 | 1;
}

/** Why a person is told of a subject. */
export type Owed = 'new' | 'grown' | 'repeat' | 'over';

export interface Told {
  readonly subject: number;
  readonly key: string;
  readonly owed: Owed;
  readonly level: Level;
  readonly members: number;
}

export interface Content {
  /** The worst first, what is over last; some of them only. */
  readonly first: readonly Told[];
  /** How many subjects of each level there are, and how many are over. */
  readonly counts: Readonly<Record<Level | 'over', number>>;
  /** null: it tells only of what is over. */
  readonly level: Level | null;
}

export interface Messages {
  /** Sees to it that a person who is owed something has an open message, due when the gap to the one before is over. */
  ensure(person: string): void;
  /** The next that is due by a channel of this kind, the worst first; null kind: whose person has none. */
  due(kind: string | null): OpenMessage | null;
  /** Kinds of what waits. */
  kinds(): (string | null)[];
  /**
   * Fixes what it tells of; null: nothing is owed any more, and it is dropped. What has grown since a try goes on under a new
   * number: who answers with the old one has not seen the rest.
   */
  begin(message: OpenMessage): { readonly message: OpenMessage; readonly content: Content } | null;
  /** Alerts of a subject, the worst and newest first. */
  alertsOf(subject: number, over: boolean, limit: number): number[];
  /** Not taken: again later, or by the person's next channel. Answers the subjects of it that have changed meanwhile. */
  again(
    message: OpenMessage,
    next: Pick<OpenMessage, 'position' | 'tries' | 'since' | 'grown'>,
    dueAt: number,
    error: string,
  ): number[];
  /** Answers the subjects that it told of and that are to be looked at again. */
  end(number: number, state: 'sent' | 'unknown' | 'failed', error: string | null): number[];
  /** Messages that were being sent when the gateway ended. */
  underWay(): OpenMessage[];
  /** `alerts`: those that wait for somebody, with their levels. */
  get(number: number): { readonly person: string; readonly alerts: readonly [number, number][] } | null;
  list(before: number, limit: number): NoticeAnswer[];
  /** The clock has been ahead: what waits is due after the gap to the one before, or after the longest pause, at the latest. */
  cap(longestPauseMs: number): void;
  removeBefore(at: number): void;
}

/** Subjects that a message tells of by themselves. */
export const MOST_SHOWN = 3;
const OPEN = "state IN ('waiting', 'sending')";

/** An alert that a message tells of, and the level; null: it is over. */
type Pair = readonly [alert: number, level: number | null];

export function createMessages(
  { db }: Ledger,
  people: Pick<People, 'get'>,
  minGapMs: number,
  now: () => number,
): Messages {
  const selectOpen = db.prepare(`SELECT * FROM notice_message WHERE person = ? AND ${OPEN}`);
  const selectLast = db.prepare(
    `SELECT ended_at, level, state, position FROM notice_message WHERE person = ? AND state IN ('sent', 'unknown') ORDER BY number DESC LIMIT 1`,
  );
  const selectOwed = db.prepare(
    `SELECT count(*) AS count, coalesce(max(iif(t.owed = 'over', -1, s.level)), -1) AS level
     FROM notice_told t JOIN notice_subject s ON s.id = t.subject WHERE t.person = ? AND t.owed IS NOT NULL`,
  );
  const insert = db.prepare(
    `INSERT INTO notice_message (person, state, level, position, kind, tries, due_at, made_at, alerts, alert_count, grown)
     VALUES (?, 'waiting', ?, ?, ?, 0, ?, ?, '[]', 0, 0)`,
  );
  const sooner = db.prepare(
    `UPDATE notice_message SET level = ?, due_at = iif(tries = 0, min(due_at, ?), due_at)
     WHERE number = ? AND state = 'waiting'`,
  );
  const selectDue = db.prepare(
    `SELECT number, person, position, tries, since, grown FROM notice_message
     WHERE state = 'waiting' AND kind IS ? AND due_at <= ? ORDER BY level DESC NULLS LAST, due_at, number LIMIT 1`,
  );
  const selectKinds = db.prepare("SELECT DISTINCT kind FROM notice_message WHERE state = 'waiting'");
  const fix = db.prepare(
    `UPDATE notice_told SET message = ?1, level = max(notice_told.level, s.level), members = s.members FROM notice_subject AS s
     WHERE s.id = notice_told.subject AND notice_told.person = ?2 AND notice_told.owed IS NOT NULL
     AND iif(notice_told.owed = 'over', s.ended = 'over', s.waiting > 0)`,
  );
  const selectFirst = db.prepare(
    `SELECT s.id AS subject, s.key, t.owed, s.level, s.members FROM notice_told t JOIN notice_subject s ON s.id = t.subject
     WHERE t.message = ? ORDER BY t.owed = 'over', s.level DESC, s.id DESC LIMIT ?`,
  );
  const selectCounts = db.prepare(
    `SELECT iif(t.owed = 'over', -1, s.level) AS level, count(*) AS count FROM notice_told t
     JOIN notice_subject s ON s.id = t.subject WHERE t.message = ? GROUP BY 1`,
  );
  const selectAlerts = db.prepare(
    `SELECT json_group_array(json_array(m.alert, iif(t.owed = 'over', NULL, m.level))) AS alerts FROM notice_told t
     JOIN notice_member m ON m.subject = t.subject WHERE t.message = ?
     AND iif(t.owed = 'over', m.status IN ('cleared', 'retracted'), m.status = 'waiting')`,
  );
  const begin = db.prepare(
    `UPDATE notice_message SET state = 'sending', kind = ?, since = coalesce(since, ?), level = ?, alerts = ?, alert_count = ?
     WHERE number = ?`,
  );
  const insertGrown = db.prepare(
    `INSERT INTO notice_message (person, state, position, tries, since, due_at, made_at, alerts, alert_count, grown)
     SELECT person, 'waiting', position, tries, since, due_at, ?, '[]', 0, 1 FROM notice_message WHERE number = ?
     RETURNING number`,
  );
  const moveTold = db.prepare('UPDATE notice_told SET message = ? WHERE message = ?');
  const drop = db.prepare("UPDATE notice_message SET state = 'dropped', ended_at = ? WHERE number = ?");
  const selectStanding = db.prepare(
    `SELECT alert FROM notice_member WHERE subject = ? AND status IN ('waiting', 'acknowledged')
     ORDER BY status = 'acknowledged', level DESC, alert DESC LIMIT ?`,
  );
  const selectOver = db.prepare(
    `SELECT alert FROM notice_member WHERE subject = ? AND status IN ('cleared', 'retracted')
     ORDER BY level DESC, alert DESC LIMIT ?`,
  );
  const again = db.prepare(
    `UPDATE notice_message SET state = 'waiting', position = ?, kind = ?, tries = ?, since = ?, grown = ?, due_at = ?, error = ?
     WHERE number = ?`,
  );
  const release = db.prepare('UPDATE notice_told SET message = NULL WHERE message = ?');
  const end = db.prepare('UPDATE notice_message SET state = ?, ended_at = ?, error = ? WHERE number = ?');
  // In a storm thousands stand as they did when the message was begun.
  const selectChanged = db.prepare(
    `SELECT t.subject FROM notice_told t JOIN notice_subject s ON s.id = t.subject WHERE t.message = ?
     AND (t.owed = 'over' OR s.ended IS NOT NULL OR s.waiting = 0 OR s.level > t.level OR s.members > t.members)`,
  );
  const forgetOver = db.prepare("DELETE FROM notice_told WHERE message = ? AND owed = 'over'");
  const settle = db.prepare(
    'UPDATE notice_told SET message = NULL, owed = NULL, reached = max(reached, ?2) WHERE message = ?1',
  );
  const selectUnderWay = db.prepare("SELECT * FROM notice_message WHERE state = 'sending'");
  const select = db.prepare('SELECT person FROM notice_message WHERE number = ?');
  const selectPairs = db.prepare('SELECT alerts FROM notice_message WHERE number = ?');
  const selectList = db.prepare(
    `SELECT number, person, state, level, kind, tries, made_at, ended_at, alert_count AS alerts, error
     FROM notice_message WHERE number < ? ORDER BY number DESC LIMIT ?`,
  );
  const cap = db.prepare(
    `UPDATE notice_message SET due_at = min(due_at, ?1 + ?2), since = min(since, ?1) WHERE state = 'waiting'
     AND (due_at > ?1 + ?2 OR since > ?1)`,
  );
  const removeOld = db.prepare('DELETE FROM notice_message WHERE ended_at < ?');

  const kindOf = (person: string, position: number): string | null =>
    people.get(person)?.channels[position]?.kind ?? null;

  const pairsOf = (number: number): Pair[] => JSON.parse(String(selectPairs.get(number)?.alerts ?? '[]'));
  const changed = (number: number): number[] =>
    selectChanged.all(number).map(({ subject }) => Number(subject));

  /** Of whom nobody knows whether the last message got to him, by his next channel; again by the first one after that. */
  function firstPosition(person: string): number {
    const last = selectLast.get(person) as { state: string; position: number } | undefined;
    const next = last?.state === 'unknown' ? last.position + 1 : 0;
    return kindOf(person, next) === null ? 0 : next;
  }

  function dueAt(person: string, level: number): number {
    const last = selectLast.get(person) as { ended_at: number; level: number | null } | undefined;
    if (last === undefined || level > (last.level ?? -1)) return now();
    // The clock may have been ahead then.
    return Math.max(now(), Math.min(last.ended_at, now()) + minGapMs);
  }

  return {
    ensure(person) {
      const { count, level } = selectOwed.get(person) as { count: number; level: number };
      if (count === 0) return;
      const open = selectOpen.get(person) as { number: number } | undefined;
      const shown = level < 0 ? null : level;
      const position = firstPosition(person);
      if (open) sooner.run(shown, dueAt(person, level), open.number);
      else insert.run(person, shown, position, kindOf(person, position), dueAt(person, level), now());
    },
    due: (kind) => (selectDue.get(kind, now()) as OpenMessage | undefined) ?? null,
    kinds: () => selectKinds.all().map(({ kind }) => kind as string | null),
    begin(message) {
      const { person, position } = message;
      let { number, grown } = message;
      fix.run(number, person);
      const counts = { notice: 0, warning: 0, critical: 0, over: 0 };
      let worst = -1;
      for (const row of selectCounts.all(number) as { level: number; count: number }[]) {
        counts[row.level < 0 ? 'over' : levelName(row.level)] = row.count;
        worst = Math.max(worst, row.level);
      }
      const first = selectFirst.all(number, MOST_SHOWN) as unknown as (Omit<Told, 'level'> & {
        level: number;
      })[];
      if (first.length === 0) {
        drop.run(now(), number);
        return null;
      }
      const { alerts } = selectAlerts.get(number) as { alerts: string };
      const tried = pairsOf(number);
      const pairs: Pair[] = JSON.parse(alerts);
      if (tried.length > 0 && hasMore(pairs, tried)) {
        drop.run(now(), number);
        const next = Number(insertGrown.get(now(), number)?.number);
        moveTold.run(next, number);
        number = next;
        grown = 1;
      }
      begin.run(kindOf(person, position), now(), worst < 0 ? null : worst, alerts, pairs.length, number);
      return {
        message: { ...message, number, grown },
        content: {
          first: first.map((told) => ({ ...told, level: levelName(told.level) })),
          counts,
          level: worst < 0 ? null : levelName(worst),
        },
      };
    },
    alertsOf: (subject, over, limit) =>
      (over ? selectOver : selectStanding).all(subject, limit).map(({ alert }) => Number(alert)),
    again({ number, person }, { position, tries, since, grown }, due, error) {
      const subjects = changed(number);
      release.run(number);
      again.run(position, kindOf(person, position), tries, since, grown, due, error, number);
      return subjects;
    },
    end(number, state, error) {
      const subjects = changed(number);
      forgetOver.run(number);
      settle.run(number, state === 'failed' ? 0 : 1);
      end.run(state, now(), error, number);
      return subjects;
    },
    underWay: () => selectUnderWay.all() as unknown as OpenMessage[],
    get(number) {
      const row = select.get(number);
      if (row === undefined) return null;
      const alerts = pairsOf(number).filter((pair): pair is [number, number] => pair[1] !== null);
      return { person: String(row.person), alerts };
    },
    list: (before, limit) =>
      (
        selectList.all(before, limit) as (Omit<NoticeAnswer, 'level' | 'channel'> & {
          level: number | null;
          kind: string | null;
        })[]
      ).map(({ level, kind, ...row }) => ({
        ...row,
        level: level === null ? null : levelName(level),
        channel: kind,
      })),
    cap: (longestPauseMs) => void cap.run(now(), Math.max(minGapMs, longestPauseMs)),
    removeBefore: (at) => void removeOld.run(at),
  };
}

/** Whether it has an alert that the other has not, or has it at another level. */
function hasMore(pairs: readonly Pair[], than: readonly Pair[]): boolean {
  const known = new Set(than.map(String));
  return pairs.some((pair) => !known.has(String(pair)));
}
