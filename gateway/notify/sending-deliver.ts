/** One send by one channel of a person, and what it means that it failed. */
import type { Person } from '../../devices/wire/notify.ts';
import { reasonOf } from '../ioc/delivery-reason.ts';
import { type Channel, type Message, NotBegun, Unanswered, Undeliverable } from './channel.ts';
import type { People } from './people.ts';

export interface Fault {
  /** Without numbers and addresses. */
  readonly reason: string;
  /** `for good`: trying again is of no use. `unknown`: it may have been taken. `not begun`: nothing was tried. */
  readonly kind: 'for now' | 'for good' | 'unknown' | 'not begun';
}

/** Sends by one channel of a person. Answers null when it was taken. */
export type Deliver = (person: Person, position: number, message: Message) => Promise<Fault | null>;

/** Longer than any channel takes for its turn and its send. */
const SEND_MS = 180_000;
const MOST_REASON = 200;

export function createDeliver(
  people: Pick<People, 'subscriptions' | 'unsubscribe'>,
  channels: ReadonlyMap<string, Channel>,
  stopping: AbortSignal,
): Deliver {
  async function sendTo(kind: string, address: string, message: Message): Promise<Fault | null> {
    const channel = channels.get(kind);
    if (channel === undefined) return { reason: 'the settings have no such channel', kind: 'for good' };
    const ended = AbortSignal.any([stopping, AbortSignal.timeout(SEND_MS)]);
    const { promise, reject } = Promise.withResolvers<never>();
    // The channel first: it may know that nothing of it went out.
    const onEnd = () => setImmediate(() => reject(new Error('it was not taken in time')));
    ended.addEventListener('abort', onEnd);
    try {
      await Promise.race([channel.send(address, message, ended), promise]);
      return null;
    } catch (error) {
      return { reason: withoutAddress(reasonOf(error), address), kind: kindOf(error) };
    } finally {
      ended.removeEventListener('abort', onEnd);
    }
  }

  /** All browsers of the person; one that has taken it is enough, and those that are gone are forgotten. */
  async function push(person: Person, message: Message): Promise<Fault | null> {
    const faults = await Promise.all(
      people.subscriptions(person.id).map(async (subscription) => {
        const fault = await sendTo('web-push', JSON.stringify(subscription), message);
        if (fault?.kind === 'for good' && channels.has('web-push'))
          people.unsubscribe(person.id, subscription.endpoint);
        return fault && { ...fault, reason: withoutAddress(fault.reason, subscription.endpoint) };
      }),
    );
    const [first = { reason: 'no browser has subscribed', kind: 'for good' }] = faults;
    if (faults.includes(null)) return null;
    return faults.find((fault) => fault?.kind !== 'for good') ?? first;
  }

  return async (person, position, message) => {
    const channel = person.channels[position];
    if (channel === undefined) return { reason: 'there is no channel to this person', kind: 'for good' };
    if (channel.kind === 'web-push') return push(person, message);
    return sendTo(channel.kind, channel.address ?? '', message);
  };
}

function kindOf(error: unknown): Fault['kind'] {
  if (error instanceof Undeliverable) return 'for good';
  if (error instanceof Unanswered) return 'unknown';
  return error instanceof NotBegun ? 'not begun' : 'for now';
}

/** Receivers like to repeat whom they refuse; this goes where addresses must not be. */
function withoutAddress(reason: string, address: string): string {
  const words = address === '' ? reason : reason.replaceAll(address, '…');
  return words
    .replace(/[^\s<>"']+@[^\s<>"']+/g, '…')
    .replace(/https?:\/\/[^\s<>"']+/g, '…')
    .replace(/\+?\d[\d .-]{6,}\d/g, '…')
    .slice(0, MOST_REASON);
}
