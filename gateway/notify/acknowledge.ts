/** How people acknowledge without logging in: by the link of a message, or by answering the SMS. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LEVELS } from '../../devices/limit.ts';
import { withActor } from '../actor.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Ledger } from '../ledger.ts';
import { hashToken, randomToken } from '../password.ts';
import type { Answer } from './channel.ts';
import type { Messages } from './notices-messages.ts';
import { type People, plainNumber } from './people.ts';

export interface Acknowledging {
  /** A new link of a message; it is kept as a hash. Within the transaction that sends the message. */
  link(message: number): string;
  /** The message of a link that is still good. */
  messageOf(token: string): number | null;
  /** Uses a link up. false: it is used or has expired. */
  byLink(token: string): Promise<boolean>;
  /** What somebody sent by SMS. Answers what he is to be told, null: nothing. */
  bySms(answer: Answer): Promise<'hint' | null>;
  removeExpired(): void;
}

export interface AcknowledgeParts {
  readonly ledger: Ledger;
  readonly alerts: Pick<AlertBook, 'get' | 'acknowledge'>;
  readonly messages: Pick<Messages, 'get'>;
  readonly people: People;
  readonly linkMs: number;
  readonly now: () => number;
}

/** Acknowledged in one transaction: a digest of a storm must not hold up the rest of the gateway. */
const AT_ONCE = 100;
const HOUR_MS = 3_600_000;
const NOTES = { link: 'by link', sms: 'by SMS' } as const;
/** Hints an hour in all: whoever writes from a thousand numbers does not cost a thousand SMS. */
const MOST_HINTS = 30;
/** Shorter senders are services, which answer by themselves. */
const LEAST_DIGITS = 9;

export function createAcknowledging(parts: AcknowledgeParts): Acknowledging {
  const { ledger, alerts, messages, people, linkMs, now } = parts;
  const { db } = ledger;
  const insert = db.prepare('INSERT INTO notice_link VALUES (?, ?, ?)');
  const select = db.prepare('SELECT message FROM notice_link WHERE hash = ? AND expires_at > ?');
  const removeOf = db.prepare('DELETE FROM notice_link WHERE message = ?');
  const removeExpired = db.prepare('DELETE FROM notice_link WHERE expires_at <= ?');
  const selectHint = db.prepare('SELECT at FROM notice_hint WHERE sender = ?');
  const countHints = db.prepare('SELECT count(*) AS count FROM notice_hint WHERE at > ?');
  const upsertHint = db.prepare(
    'INSERT INTO notice_hint VALUES (?, ?) ON CONFLICT (sender) DO UPDATE SET at = excluded.at',
  );
  const removeHints = db.prepare('DELETE FROM notice_hint WHERE at <= ?');
  const using = new Set<number>();

  const messageOf = (token: string): number | null => {
    const number = Number(select.get(hashToken(token), now())?.message ?? 0);
    const found = messages.get(number);
    return found !== null && people.get(found.person)?.enabled ? number : null;
  };

  /** What the message told of and still waits; what has become worse since, he has not been told. */
  async function acknowledge(message: number, how: 'link' | 'sms'): Promise<void> {
    const found = messages.get(message);
    if (found === null) return;
    const who = { name: found.person, from: how };
    for (let from = 0; from === 0 || from < found.alerts.length; from += AT_ONCE) {
      const part = found.alerts.slice(from, from + AT_ONCE);
      const acknowledgeAll = (): void => {
        for (const [id, level] of part) {
          const alert = alerts.get(id);
          const waits = alert !== null && alert.state !== 'cleared' && alert.acknowledged_by === null;
          if (waits && LEVELS.indexOf(alert.level) <= level) alerts.acknowledge(id, found.person, NOTES[how]);
        }
        if (from + AT_ONCE >= found.alerts.length) removeOf.run(message);
      };
      ledger.transaction(() => withActor(who, acknowledgeAll));
      await nextTurn();
    }
  }

  function hint(number: string | null): 'hint' | null {
    if (number === null || number.length < LEAST_DIGITS) return null;
    // As a hash: whose number it is does not matter here.
    const sender = hashToken(number);
    return ledger.transaction(() => {
      removeHints.run(now() - HOUR_MS);
      const { count } = countHints.get(now() - HOUR_MS) as { count: number };
      if (selectHint.get(sender) !== undefined || count >= MOST_HINTS) return null;
      upsertHint.run(sender, now());
      return 'hint';
    });
  }

  return {
    link(message) {
      const token = randomToken();
      insert.run(hashToken(token), message, now() + linkMs);
      return token;
    },
    messageOf,
    async byLink(token) {
      const message = messageOf(token);
      if (message === null || using.has(message)) return false;
      using.add(message);
      try {
        await acknowledge(message, 'link');
      } finally {
        using.delete(message);
      }
      return true;
    },
    async bySms({ from, text }) {
      const number = plainNumber(from);
      const message = numberIn(text);
      const found = message === null ? null : messages.get(message);
      const told =
        found !== null && people.ofNumber(from).some(({ id, enabled }) => enabled && id === found.person);
      if (message === null || !told) return hint(number);
      await acknowledge(message, 'sms');
      return null;
    },
    removeExpired: () => void removeExpired.run(now()),
  };
}

/** "OK 12" in whatever way it is typed; null: it is something else. */
export function numberIn(text: string): number | null {
  const plain = text.slice(0, 200).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const match = /^[^a-z0-9]*ok[^a-z0-9]*(\d{1,12})[^a-z0-9]*$/.exec(plain);
  return match === null ? null : Number(match[1]);
}
