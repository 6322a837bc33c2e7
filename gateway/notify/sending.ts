/** Sends what waits: a few messages at a time by each kind of channel, again after a while, then by the person's next channel. */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../../devices/kit/log.ts';
import type { Person } from '../../devices/wire/notify.ts';
import type { Ledger } from '../ledger.ts';
import type { Channel, Message } from './channel.ts';
import type { Content, Messages, OpenMessage } from './notices-messages.ts';
import type { People } from './people.ts';
import { createDeliver, type Deliver, type Fault } from './sending-deliver.ts';
import type { Timeline } from './timeline.ts';

export type { Fault };

export interface Sending {
  /** Starts what is due. */
  pump(): void;
  readonly deliver: Deliver;
  /** What was being sent when the gateway ended: nobody knows whether it went out. */
  recover(): void;
  /** Waits for what is being sent, for a while. */
  stop(): Promise<void>;
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
  /** A try is over: looks at its subjects once more, and at what its person is owed now. */
  after(person: string, subjects: readonly number[]): void;
}

const FIRST_PAUSE_MS = 5000;
export const LONGEST_PAUSE_MS = 60_000;
/** A stop waits so long for what is being sent. */
const STOP_MS = 3000;
/** Messages by one kind of channel at a time, when it says nothing else. */
const AT_ONCE = 4;

export function createSending(parts: SendingParts): Sending {
  const { ledger, messages, people, channels, timeline, retryMs, now, log } = parts;
  const underWay = new Map<string | null, Set<Promise<void>>>();
  const stopping = new AbortController();
  let stopped = false;
  const deliver = createDeliver(people, channels, stopping.signal);

  const kindOf = (person: Person | null, position: number): string | null =>
    person?.channels[position]?.kind ?? null;
  /** null: he is not told any more. */
  const personOf = (id: string): Person | null => {
    const person = people.get(id);
    return person?.enabled ? person : null;
  };

  /** Takes the next of this kind in hand; null: none is due. */
  const take = (kind: string | null) =>
    ledger.transaction(() => {
      for (;;) {
        const due = messages.due(kind);
        if (due === null) return null;
        const begun = messages.begin(due);
        if (begun === null) continue;
        const { message, content } = begun;
        const person = personOf(message.person);
        const text = person && parts.compose(message, person, content);
        return { message, person, text };
      }
    });

  function over(message: OpenMessage, kind: string | null, fault: Fault | null): void {
    const { number, position, tries } = message;
    const by = `${message.person}: ${kind ?? 'no channel'}`;
    const end = (state: 'sent' | 'unknown' | 'failed', reason: string | null): void =>
      parts.after(message.person, messages.end(number, state, reason));
    if (fault === null) {
      timeline.add(number, 'told', by);
      end('sent', null);
      return;
    }
    const { reason } = fault;
    const again = (changes: Partial<OpenMessage>, dueAt: number): void =>
      parts.after(message.person, messages.again(message, { ...message, ...changes }, dueAt, reason));
    const say = (then: string): void => timeline.add(number, 'not told', `${by}: ${reason}; ${then}`);
    if (fault.kind === 'not begun') {
      again({}, now());
      return;
    }
    if (fault.kind === 'unknown') {
      timeline.add(number, 'not told', `${by}: nobody knows: ${reason}`);
      end('unknown', reason);
      return;
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 3 ** tries, LONGEST_PAUSE_MS);
    const since = message.since ?? now();
    const next = kindOf(personOf(message.person), position + 1);
    if (fault.kind === 'for now' && now() - since < retryMs) {
      // Of the tries of a channel the first one is told: a storm must not fill the timelines.
      if (tries === 0) say(`again in ${pauseMs / 1000} s`);
      again({ tries: tries + 1, since }, now() + pauseMs);
    } else if (next !== null) {
      say(`next: ${next}`);
      again({ position: position + 1, tries: 0, since: null }, now());
    } else if (message.grown) {
      // What joined late has not had its time.
      const first = kindOf(personOf(message.person), 0);
      say(`again by ${first}`);
      again({ position: 0, tries: 0, since: null, grown: 0 }, now());
    } else {
      say('given up');
      end('failed', reason);
    }
  }

  async function run(kind: string | null): Promise<void> {
    while (!stopped) {
      const taken = take(kind);
      if (taken === null) return;
      // Each in a turn of its own: to begin the message of a storm takes a while.
      setImmediate(() => start(kind));
      const { message, person, text } = taken;
      const fault: Fault | null =
        person === null || text === null
          ? { reason: 'this person is not there, or not told any more', kind: 'for good' }
          : await deliver(person, message.position, { ...text, id: idOf(message.number, text) });
      // Aborted by the stop: the next start finds it under way, and says that nobody knows.
      if (stopping.signal.aborted && fault !== null && fault.kind !== 'not begun') return;
      ledger.transaction(() => over(message, kind, fault));
      if (fault !== null)
        log.warn({ message: message.number, person: message.person, kind, reason: fault.reason }, 'not told');
    }
  }

  function start(kind: string | null): void {
    const running = underWay.get(kind) ?? new Set();
    underWay.set(kind, running);
    const atOnce = (kind === null ? undefined : channels.get(kind)?.atOnce) ?? AT_ONCE;
    if (stopped || running.size >= atOnce) return;
    const one: Promise<void> = run(kind)
      .catch((err: unknown) => log.error({ err, kind }, 'messages could not be sent, will be tried again'))
      .finally(() => running.delete(one));
    running.add(one);
  }

  async function writeTimelines(): Promise<void> {
    while (!stopped && timeline.write()) await nextTurn();
  }
  let writing: Promise<void> | null = null;

  const pump = (): void => {
    if (stopped) return;
    for (const kind of messages.kinds()) start(kind);
    writing ??= writeTimelines()
      .catch((err: unknown) => log.error({ err }, 'timelines could not be written, will be tried again'))
      .finally(() => {
        writing = null;
      });
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
      await Promise.all([...underWay.values()].flatMap((running) => [...running]));
      await writing;
      clearTimeout(patience);
    },
  };
}

/** The same for the same text: what is tried again after it was taken and the answer lost can be told to be a repeat. */
const idOf = (number: number, { title, text }: Omit<Message, 'id'>): string =>
  `notice-${number}-${createHash('sha256').update(`${title}\n${text}`).digest('hex').slice(0, 12)}`;
