/** The people in the ledger, and the browsers that they are told by. Numbers and addresses stay here and in the channels. */
import {
  type Person,
  type PushSubscription,
  personSchema,
  pushSubscriptionSchema,
} from '../../devices/wire/notify.ts';
import type { Ledger } from '../ledger.ts';

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

/** `0905…`, `+84905…`, `0084905…` and `84 905 …` are one number. */
export function plainNumber(number: string): string {
  const digits = number.replace(/\D/g, '').replace(/^00/, '');
  return digits.startsWith('84') && digits.length >= 11 ? `0${digits.slice(2)}` : digits;
}

export function createPeople({ db }: Ledger): People {
  const select = db.prepare('SELECT body FROM person WHERE id = ?');
  const selectAll = db.prepare('SELECT body FROM person ORDER BY id');
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
  const personOf = (row: unknown): Person => personSchema.parse(JSON.parse((row as { body: string }).body));
  const all = (): Person[] => selectAll.all().map(personOf);

  return {
    all,
    get(id) {
      const row = select.get(id);
      return row === undefined ? null : personOf(row);
    },
    put: (person) => void upsert.run(person.id, JSON.stringify(person)),
    remove(id) {
      deleteAllPush.run(id);
      return remove.run(id).changes > 0;
    },
    ofUser: (user) => all().find((person) => person.user === user) ?? null,
    ofNumber: (number) =>
      all().filter(({ channels }) =>
        channels.some(
          ({ kind, address = '' }) => kind === 'sms' && plainNumber(address) === plainNumber(number),
        ),
      ),
    subscriptions: (person) =>
      selectPush.all(person).map(({ body }) => pushSubscriptionSchema.parse(JSON.parse(String(body)))),
    subscribe(person, subscription) {
      deletePush.run(person, subscription.endpoint);
      insertPush.run(person, subscription.endpoint, JSON.stringify(subscription));
      trimPush.run(person, MOST_SUBSCRIPTIONS);
    },
    unsubscribe: (person, endpoint) => deletePush.run(person, endpoint).changes > 0,
  };
}
