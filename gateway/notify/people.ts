/** The people in the ledger, and the browsers that they are told by. Numbers and addresses stay here and in the channels. */
import type { Logger } from '../../devices/kit/log.ts';
import {
  type Person,
  type PushSubscription,
  personSchema,
  pushSubscriptionSchema,
} from '../../devices/wire/notify.ts';
import type { Ledger } from '../ledger.ts';
import { rowReader } from './kept-row.ts';

export const MOST_PEOPLE = 2000;
/** Of one person: older ones are of browsers long gone. */
const MOST_SUBSCRIPTIONS = 10;

export interface People {
  all(): Person[];
  get(id: string): Person | null;
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

export function createPeople({ db }: Ledger, log: Logger): People {
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

  return {
    all,
    get(id) {
      const row = select.get(id);
      return row === undefined ? null : personOf(id, String(row.body));
    },
    put: (person) => void upsert.run(person.id, JSON.stringify(person)),
    remove(id) {
      deleteAllPush.run(id);
      return remove.run(id).changes > 0;
    },
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
    subscribe(person, subscription) {
      deletePush.run(person, subscription.endpoint);
      insertPush.run(person, subscription.endpoint, JSON.stringify(subscription));
      trimPush.run(person, MOST_SUBSCRIPTIONS);
    },
    unsubscribe: (person, endpoint) => deletePush.run(person, endpoint).changes > 0,
  };
}
