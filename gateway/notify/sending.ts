/** Sends what waits: one message at a time by each kind of channel, again after a while, then by the person's next channel. */
import { createHash } from 'node:crypto';
import type { Logger } from '../../devices/kit/log.ts';
import type { Person } from '../../devices/wire/notify.ts';
import { reasonOf } from '../ioc/delivery-reason.ts';
import type { Ledger } from '../ledger.ts';
import { type Channel, type Message, Undeliverable } from './channel.ts';
import type { Content, Messages, OpenMessage } from './notices-messages.ts';
import type { People } from './people.ts';
import type { Timeline } from './timeline.ts';

export interface Sending {
  /** Starts what is due. */
  pump(): void;
  /** Sends by one channel of a person. Answers null, or why it was not taken, without numbers and addresses. */
  deliver(person: Person, position: number, message: Message): Promise<Fault | null>;
  /** What was being sent when the gateway ended: nobody knows whether it went out. */
  recover(): void;
  /** Waits for what is being sent, for a while. */
  stop(): Promise<void>;
}

export interface Fault {
  readonly reason: string;
  /** Trying again is of no use. */
  readonly forGood: boolean;
}

export interface SendingParts {
  readonly ledger: Ledger;
  readonly messages: Messages;
  readonly people: People;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly timeline: Timeline;
  readonly retryMs: number;
  readonly now: () => number;
  readonly log: Logger;
  /** What is said; within the transaction that begins the send. */
  compose(message: OpenMessage, person: Person, content: Content): Omit<Message, 'id'>;
  /** A message is over: looks at its subjects once more, and at what its person is owed now. */
  after(person: string, subjects: readonly number[]): void;
}

const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;
/** Longer than any channel takes for its turn and its send. */
const SEND_MS = 180_000;
/** A stop waits so long for what is being sent. */
const STOP_MS = 3000;
const MOST_REASON = 200;

export function createSending(parts: SendingParts): Sending {
  const { ledger, messages, people, channels, timeline, retryMs, now, log } = parts;
  const underWay = new Map<string | null, Promise<void>>();
  const stopping = new AbortController();

  const kindOf = (person: Person | null, position: number): string | null =>
    person?.channels[position]?.kind ?? null;

  async function sendTo(kind: string, address: string, message: Message): Promise<Fault | null> {
    const channel = channels.get(kind);
    if (channel === undefined) return { reason: 'the settings have no such channel', forGood: true };
    const ended = AbortSignal.any([stopping.signal, AbortSignal.timeout(SEND_MS)]);
    const { promise, reject } = Promise.withResolvers<never>();
    const onEnd = () => reject(new Error('it was not taken in time'));
    ended.addEventListener('abort', onEnd);
    try {
      await Promise.race([channel.send(address, message, ended), promise]);
      return null;
    } catch (error) {
      return { reason: withoutAddress(reasonOf(error), address), forGood: error instanceof Undeliverable };
    } finally {
      ended.removeEventListener('abort', onEnd);
    }
  }

  /** All browsers of the person; one that has taken it is enough, and those that are gone are forgotten. */
  async function push(person: Person, message: Message): Promise<Fault | null> {
    const faults: Fault[] = [];
    let taken = 0;
    for (const subscription of people.subscriptions(person.id)) {
      const fault = await sendTo('web-push', JSON.stringify(subscription), message);
      if (fault === null) taken += 1;
      else faults.push({ ...fault, reason: withoutAddress(fault.reason, subscription.endpoint) });
      if (fault?.forGood && channels.has('web-push')) people.unsubscribe(person.id, subscription.endpoint);
    }
    if (taken > 0) return null;
    return (
      faults.find(({ forGood }) => !forGood) ??
      faults[0] ?? { reason: 'no browser has subscribed', forGood: true }
    );
  }

  const deliver: Sending['deliver'] = async (person, position, message) => {
    const channel = person.channels[position];
    if (channel === undefined) return { reason: 'there is no channel to this person', forGood: true };
    if (channel.kind === 'web-push') return push(person, message);
    return sendTo(channel.kind, channel.address ?? '', message);
  };

  /** Takes the next of this kind in hand; null: none is due. */
  const take = (kind: string | null) =>
    ledger.transaction(() => {
      for (;;) {
        const message = messages.due(kind);
        if (message === null) return null;
        const content = messages.begin(message);
        if (content === null) continue;
        const person = people.get(message.person);
        const text = person && parts.compose(message, person, content);
        return { message, person, text };
      }
    });

  function over(message: OpenMessage, kind: string | null, fault: Fault | null): void {
    const by = `${message.person}: ${kind ?? 'no channel'}`;
    const end = (state: 'sent' | 'failed', reason: string | null): void =>
      parts.after(message.person, messages.end(message.number, state, reason));
    if (fault === null) {
      timeline.add(message.number, 'told', by);
      end('sent', null);
      return;
    }
    const person = people.get(message.person);
    const { number } = message;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 3 ** message.tries, LONGEST_PAUSE_MS);
    const since = message.since ?? now();
    const next = kindOf(person, message.position + 1);
    const say = (then: string): void => timeline.add(number, 'not told', `${by}: ${fault.reason}; ${then}`);
    if (!fault.forGood && now() + pauseMs - since <= retryMs) {
      say(`again in ${pauseMs / 1000} s`);
      messages.again(message, { ...message, tries: message.tries + 1, since }, now() + pauseMs, fault.reason);
    } else if (next !== null) {
      say(`next: ${next}`);
      messages.again(message, { position: message.position + 1, tries: 0, since: null }, now(), fault.reason);
    } else {
      say('given up');
      end('failed', fault.reason);
    }
  }

  async function run(kind: string | null): Promise<void> {
    while (!stopping.signal.aborted && !stopped) {
      const taken = take(kind);
      if (taken === null) return;
      const { message, person, text } = taken;
      const fault =
        person === null || text === null
          ? { reason: 'this person is no longer there', forGood: true }
          : await deliver(person, message.position, { ...text, id: idOf(message.number, text) });
      // Aborted by the stop: the next start finds it under way, and says that nobody knows.
      if (stopping.signal.aborted && fault !== null) return;
      ledger.transaction(() => over(message, kind, fault));
      if (fault !== null)
        log.warn({ message: message.number, person: message.person, kind, reason: fault.reason }, 'not told');
    }
  }
  let stopped = false;

  const pump = (): void => {
    if (stopped) return;
    for (const kind of messages.kinds()) {
      if (underWay.has(kind)) continue;
      const running = run(kind)
        .catch((err: unknown) => log.error({ err, kind }, 'messages could not be sent, will be tried again'))
        .finally(() => underWay.delete(kind));
      underWay.set(kind, running);
    }
  };

  return {
    pump,
    deliver,
    recover: () =>
      ledger.transaction(() => {
        for (const message of messages.underWay()) {
          const kind = kindOf(people.get(message.person), message.position);
          const reason = 'nobody knows: the gateway ended while it was being sent';
          timeline.add(message.number, 'not told', `${message.person}: ${kind ?? 'no channel'}: ${reason}`);
          parts.after(message.person, messages.end(message.number, 'unknown', reason));
        }
      }),
    async stop() {
      stopped = true;
      const patience = setTimeout(() => stopping.abort(), STOP_MS);
      await Promise.all(underWay.values());
      clearTimeout(patience);
    },
  };
}

/** The same for the same text: what is tried again after it was taken and the answer lost can be told to be a repeat. */
const idOf = (number: number, { title, text }: Omit<Message, 'id'>): string =>
  `notice-${number}-${createHash('sha256').update(`${title}\n${text}`).digest('hex').slice(0, 12)}`;

/** Receivers like to repeat whom they refuse; this goes where addresses must not be. */
function withoutAddress(reason: string, address: string): string {
  const words = address === '' ? reason : reason.replaceAll(address, '…');
  return words
    .replace(/[^\s<>"']+@[^\s<>"']+/g, '…')
    .replace(/https?:\/\/[^\s<>"']+/g, '…')
    .replace(/\+?\d[\d .-]{6,}\d/g, '…')
    .slice(0, MOST_REASON);
}
