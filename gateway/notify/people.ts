/** The people in the ledger, and the browsers that they are told by. Numbers and addresses stay here and in the channels. */
import type { Logger } from '../../devices/kit/log.ts';
import {
  type Person,
  type PushSubscription,
  personSchema,
  pushSubscriptionSchema,
} from '../../devices/wire/notify.ts';
import { createAudit } from '../audit/audit.ts';
import { difference } from '../audit/content.ts';
import type { Ledger } from '../ledger.ts';
import { rowReader } from './kept-row.ts';

export const MOST_PEOPLE = 2000;
/** Of one person: older ones are of browsers long gone. */
const MOST_SUBSCRIPTIONS = 10;

export interface People {
  all(): Person[];
  get(id: string): Person | null;
  /** Who has another login now is not told any more by the browsers of the one before. */
  put(person: Person): void;
  /** false: there is none. */
  remove(id: string): boolean;
  ofUser(user: string): Person | null;
  /** By a telephone number in whatever way it is written. */
  ofNumber(number: string): Person[];
  subscriptions(person: string): PushSubscription[];
  subscribe(person: string, subscription: PushSubscription): void;
  /** false: this person has no such subscription. */
  unsubscribe(person: string, endpoint: string): boolean;
}

/** `0905…`, `+84905…`, `0084905…` and `84 905 …` are one number. null: it is none, as the name of a sender that has digits in it. */
export function plainNumber(number: string): string | null {
  if (!/^[+\d\s.()-]*\d[+\d\s.()-]*$/.test(number)) return null;
  const digits = number.replace(/\D/g, '').replace(/^00/, '');
  return digits.startsWith('84') && digits.length >= 11 ? `0${digits.slice(2)}` : digits;
}

export function createPeople({ db, transaction }: Ledger, log: Logger, now: () => number): People {
  const audit = createAudit({ db, transaction }, now);
  const select = db.prepare('SELECT body FROM person WHERE id = ?');
  const selectAll = db.prepare('SELECT id, body FROM person ORDER BY id');
  const upsert = db.prepare(
    'INSERT INTO person VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const remove = db.prepare('DELETE FROM person WHERE id = ?');
  const selectPush = db.prepare('SELECT body FROM push_subscription WHERE person = ? ORDER BY id DESC');
  const deletePush = db.prepare('DELETE FROM push_subscription WHERE person = ? AND endpoint = ?');
  const insertPush = db.prepare('INSERT INTO push_subscription (person, endpoint, body) VALUES (?, ?, ?)');
  const trimPush = db.prepare(
    `DELETE FROM push_subscription WHERE person = ?1
     AND id NOT IN (SELECT id FROM push_subscription WHERE person = ?1 ORDER BY id DESC LIMIT ?2)`,
  );
  const deleteAllPush = db.prepare('DELETE FROM push_subscription WHERE person = ?');
  const personOf = rowReader(personSchema, 'person', log);
  const pushOf = rowReader(pushSubscriptionSchema, 'push subscription of', log);
  const all = (): Person[] =>
    selectAll.all().flatMap(({ id, body }) => personOf(String(id), String(body)) ?? []);

  const get = (id: string): Person | null => {
    const row = select.get(id);
    return row === undefined ? null : personOf(id, String(row.body));
  };
  const recordPush = (action: 'subscribe' | 'unsubscribe', person: string, endpoint: string): void =>
    audit.record({ action: `push.${action}`, what: `people/${person}/push`, after: { endpoint } });

  return {
    all,
    get,
    put: (person) =>
      transaction(() => {
        const before = get(person.id);
        if (before?.user !== person.user) deleteAllPush.run(person.id);
        upsert.run(person.id, JSON.stringify(person));
        audit.record({
          action: 'person.put',
          what: `people/${person.id}`,
          ...difference(before, person),
        });
      }),
    remove: (id) =>
      transaction(() => {
        const before = get(id);
        deleteAllPush.run(id);
        const removed = remove.run(id).changes > 0;
        if (removed) audit.record({ action: 'person.remove', what: `people/${id}`, before });
        return removed;
      }),
    ofUser: (user) => all().find((person) => person.user === user) ?? null,
    ofNumber(number) {
      const wanted = plainNumber(number);
      if (wanted === null) return [];
      return all().filter(({ channels }) =>
        channels.some(({ kind, address = '' }) => kind === 'sms' && plainNumber(address) === wanted),
      );
    },
    subscriptions: (person) =>
      selectPush.all(person).flatMap(({ body }) => pushOf(person, String(body)) ?? []),
    subscribe: (person, subscription) =>
      transaction(() => {
        const { endpoint } = subscription;
        const again = deletePush.run(person, endpoint).changes > 0;
        insertPush.run(person, endpoint, JSON.stringify(subscription));
        trimPush.run(person, MOST_SUBSCRIPTIONS);
        // A browser says it again with each visit.
        if (!again) recordPush('subscribe', person, endpoint);
      }),
    unsubscribe: (person, endpoint) =>
      transaction(() => {
        const removed = deletePush.run(person, endpoint).changes > 0;
        if (removed) recordPush('unsubscribe', person, endpoint);
        return removed;
      }),
  };
}
