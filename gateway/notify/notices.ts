/**
 * Tells people of alerts. Follows the feed with a cursor of its own: what it takes from there and whom it owes what is one
 * transaction, what is sent and what became of it are two more. After a kill between any of them nobody is told twice by it, and
 * nobody is forgotten.
 */
import type { Logger } from '../../devices/kit/log.ts';
import { LEVELS, type Level } from '../../devices/limit.ts';
import { ALERT_RECORDS, type FeedEntry, type FeedRecord } from '../../devices/wire/feed.ts';
import type { NoticeAnswer, Person, Plan } from '../../devices/wire/notify.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Catalog } from '../catalog.ts';
import type { Feed } from '../ioc/feed.ts';
import type { Ledger } from '../ledger.ts';
import { type Acknowledging, createAcknowledging } from './acknowledge.ts';
import type { Answer, Channel, Message } from './channel.ts';
import { type Content, createMessages, type OpenMessage } from './notices-messages.ts';
import { createPeople, type People } from './people.ts';
import { createPlans, type Plans } from './plans.ts';
import { createSending, type Fault, LONGEST_PAUSE_MS } from './sending.ts';
import type { NotifySettings } from './settings.ts';
import type { Sirens } from './sirens/sirens.ts';
import { createSubjects } from './subjects.ts';
import { createSubjectSteps } from './subjects-steps.ts';
import { alertLine, messageText, type Part, type Placed, WORDS } from './texts/message.ts';
import { createTimeline } from './timeline.ts';

export interface Notices {
  readonly people: People;
  readonly plans: Plans;
  readonly acknowledging: Acknowledging;
  /** Sets a plan. It is about what stands, too: `pass` looks at that. */
  putPlan(plan: Plan): void;
  /** Takes over what the feed has more, a page; false: there was nothing. */
  follow(): boolean;
  /** Does what the time asks for, a page of it; false: there was nothing. */
  pass(): boolean;
  /** Sends what is due. */
  pump(): void;
  /** After a start: what was being sent before nobody knows about. */
  recover(): void;
  /** Newest first, numbers below one. */
  list(before: number, limit: number): NoticeAnswer[];
  /** What a message said, for the page that acknowledges it; null: it is not kept any more. */
  shown(message: number): {
    readonly language: Person['language'];
    readonly level: Level | null;
    readonly title: string;
    readonly alerts: readonly string[];
  } | null;
  /** Sends a test by each channel of a person. */
  test(person: Person): Promise<{ readonly kind: string; readonly fault: Fault | null }[]>;
  /** What somebody has answered by SMS. */
  answered(answer: Answer): Promise<void>;
  /** Waits for what is being sent, for a while; nothing is sent after it. */
  stop(): Promise<void>;
}

export interface NoticeParts {
  readonly ledger: Ledger;
  readonly feed: Pick<Feed, 'page' | 'newest'>;
  readonly alerts: Pick<AlertBook, 'get' | 'acknowledge'>;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly settings: Pick<NotifySettings, 'public_url' | 'map_link' | 'min_gap_s' | 'retry_s' | 'link_s'>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly sirens: Pick<Sirens, 'sound' | 'silence' | 'move'>;
  readonly now: () => number;
  readonly log: Logger;
}

/** Records of the feed, alerts that stand, or steps, that are looked at in one transaction: the gateway waits for it. */
const PAGE = 100;
const KINDS: ReadonlySet<FeedEntry['kind']> = new Set(ALERT_RECORDS);
/** Alerts of one subject that a message tells of by themselves. */
const MOST_ALERTS_SHOWN = 3;
const DAY_MS = 86_400_000;
const KEEP_MS = 90 * DAY_MS;

export function createNotices(parts: NoticeParts): Notices {
  const { ledger, feed, alerts, catalog, sirens, settings, now, log } = parts;
  const { db } = ledger;
  const people = createPeople(ledger, log, now);
  const plans = createPlans(ledger, log, now);
  const messages = createMessages(ledger, people, settings.min_gap_s * 1000, now);
  const steps = createSubjectSteps(ledger, people, plans, sirens, now);
  const subjects = createSubjects({ ledger, catalog, plans, steps, sirens, alert: alerts.get });
  const linkMs = settings.link_s * 1000;
  const acknowledging = createAcknowledging({ ledger, alerts, messages, people, linkMs, now });
  const sending = createSending({
    ledger,
    messages,
    people,
    channels: parts.channels,
    timeline: createTimeline(ledger, now),
    retryMs: settings.retry_s * 1000,
    now,
    log,
    compose,
    after(person, told) {
      subjects.settleOf(told);
      messages.ensure(person);
    },
  });
  const selectProgress = db.prepare('SELECT number FROM notice_progress');
  const upsertProgress = db.prepare(
    'INSERT INTO notice_progress VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET number = excluded.number',
  );

  // How far a plan that was set has got with the alerts that stand.
  const beginPlace = db.prepare(
    'INSERT INTO notice_standing VALUES (?, 0) ON CONFLICT (plan) DO UPDATE SET after = 0',
  );
  const selectPlace = db.prepare('SELECT plan, after FROM notice_standing LIMIT 1');
  const updatePlace = db.prepare('UPDATE notice_standing SET after = ? WHERE plan = ?');
  const endPlace = db.prepare('DELETE FROM notice_standing WHERE plan = ?');
  const selectStanding = db.prepare(
    `SELECT id FROM alert WHERE list = 'open' AND id > ? AND body ->> 'announced_at' IS NOT NULL ORDER BY id LIMIT ?`,
  );

  const look = (ids: Iterable<number>): void => {
    for (const person of subjects.look([...ids])) messages.ensure(person);
  };
  function placed(id: number): Placed[] {
    const alert = alerts.get(id);
    if (alert === null) return [];
    const station = catalog.get(alert.station);
    const map =
      station === undefined
        ? null
        : settings.map_link
            .replace('{latitude}', station.latitude.toFixed(5))
            .replace('{longitude}', station.longitude.toFixed(5));
    return [{ alert, map, commissioning: station?.commissioning === true }];
  }

  function compose(message: OpenMessage, person: Person, content: Content): Omit<Message, 'id'> {
    const told = content.first.map(
      ({ subject, owed, level, members }): Part => ({
        owed,
        level,
        members,
        alerts: messages.alertsOf(subject, owed === 'over', MOST_ALERTS_SHOWN).flatMap(placed),
      }),
    );
    const { counts, level } = content;
    const answersSms = person.channels.some(({ kind }) => kind === 'sms');
    const text = messageText(
      { number: message.number, parts: told, counts, level, answersSms },
      person.language,
    );
    const { public_url } = settings;
    const asks = public_url !== undefined && level !== null;
    const url = asks ? `${public_url}/ack/${acknowledging.link(message.number)}` : (public_url ?? null);
    const [about, another] = told.flatMap(({ alerts: shown }) => shown);
    return {
      ...text,
      level: level ?? 'notice',
      url,
      ...(about && !another && { alert: about.alert.id }),
    };
  }

  function follow(): boolean {
    return ledger.transaction(() => {
      const reached = selectProgress.get();
      if (reached === undefined) {
        upsertProgress.run(feed.newest());
        return true;
      }
      const after = Number(reached.number);
      const { texts, next } = feed.page({ after, limit: PAGE, kinds: KINDS });
      if (next === after) return false;
      look(
        new Set(
          texts.flatMap((text) => {
            const record = JSON.parse(text) as FeedRecord;
            return 'alert' in record ? [Number(record.alert.id)] : [];
          }),
        ),
      );
      upsertProgress.run(next);
      return true;
    });
  }

  /** Takes the steps that are due; false: none was. */
  const takeSteps = (): boolean =>
    ledger.transaction(() => {
      const owed = steps.pass(PAGE);
      for (const person of owed ?? []) messages.ensure(person);
      return owed !== null;
    });

  /** Looks at alerts that stand for a plan that was set; false: all of them were looked at. */
  const lookAtStanding = (): boolean =>
    ledger.transaction(() => {
      const place = selectPlace.get() as { plan: string; after: number } | undefined;
      if (place === undefined) return false;
      const ids = selectStanding.all(place.after, PAGE).map(({ id }) => Number(id));
      look(ids);
      for (const person of steps.renew(place.plan, ids)) messages.ensure(person);
      if (ids.length < PAGE) endPlace.run(place.plan);
      else updatePlace.run(ids.at(-1) ?? 0, place.plan);
      return true;
    });

  let passedAt = Number.POSITIVE_INFINITY;
  let cleanedAt = 0;
  function pass(): boolean {
    // After a start, too: the clock may have been ahead before it.
    if (now() < passedAt)
      ledger.transaction(() => {
        steps.cap();
        messages.cap(LONGEST_PAUSE_MS);
      });
    passedAt = now();
    if (takeSteps() || lookAtStanding()) return true;
    if (Math.abs(now() - cleanedAt) >= DAY_MS) {
      cleanedAt = now();
      ledger.transaction(() => {
        messages.removeBefore(now() - KEEP_MS);
        acknowledging.removeExpired();
      });
    }
    return false;
  }

  return {
    people,
    plans,
    acknowledging,
    putPlan: (plan) =>
      ledger.transaction(() => {
        beginPlace.run(plan.id);
        plans.put(plan);
      }),
    follow,
    pass,
    pump: sending.pump,
    recover: sending.recover,
    stop: sending.stop,
    list: messages.list,
    shown(number) {
      const found = messages.get(number);
      const person = found && people.get(found.person);
      if (!person) return null;
      const { language } = person;
      const words = WORDS[language];
      const first = found.alerts.slice(0, MOST_ALERTS_SHOWN).flatMap(([id]) => alerts.get(id) ?? []);
      const more = found.alerts.length - first.length;
      return {
        language,
        level: LEVELS.findLast((level) => first.some((alert) => alert.level === level)) ?? null,
        title: words.alerts(found.alerts.length),
        alerts: [
          ...first.map((alert) => alertLine(alert, language)),
          ...(more > 0 ? [words.more(more)] : []),
        ],
      };
    },
    async test(person) {
      const { title, text } = WORDS[person.language].tryout;
      const id = `test-${person.id}-${now()}`;
      const message: Message = {
        id,
        level: 'notice',
        title,
        text,
        short: text,
        url: settings.public_url ?? null,
      };
      return Promise.all(
        person.channels.map(async ({ kind }, position) => ({
          kind,
          fault: await sending.deliver(person, position, message),
        })),
      );
    },
    async answered(answer) {
      if ((await acknowledging.bySms(answer)) === null) return;
      const [person] = people.ofNumber(answer.from);
      const { hint } = WORDS[person?.language ?? 'vi'];
      const channel = parts.channels.get('sms');
      const id = `hint-${now()}`;
      const message: Message = { id, level: 'notice', title: hint, text: hint, short: hint, url: null };
      // Not waited for: a modem hands over what it has received before it sends.
      void channel
        ?.send(answer.from, message, AbortSignal.timeout(60_000))
        .catch(() => log.warn('an SMS that was no answer could not be answered'));
    },
  };
}
