/** The messages of one instrument before they are looked into: not too large, not too many, none twice. */
import type { Clock } from '../clock.ts';
import { createLimiter } from './limiter.ts';

export interface Packet {
  readonly topic: string;
  readonly payload: Buffer;
  /** The broker had kept it, and sends it because we came. */
  readonly retain: boolean;
  /** It was sent before and not acknowledged, as far as the broker knows. */
  readonly dup: boolean;
}

/** A message of a real instrument has a few kilobytes at most. */
export const MOST_BYTES = 256 * 1024;

/** What is more waits; of what waits, the newest of each topic is kept. */
export const INSTRUMENT_LIMIT = { perSecond: 10, burst: 60 };

export interface InboxOptions {
  readonly clock: Pick<Clock, 'ticks'>;
  readonly take: (packet: Packet) => void;
  readonly tooLarge: () => void;
  readonly leftOut: (messages: number) => void;
}

export interface Inbox {
  push(packet: Packet): void;
  /** To be called again and again: lets through what waits. */
  tick(): void;
}

export function createInbox({ clock, take, tooLarge, leftOut }: InboxOptions): Inbox {
  const admits = createLimiter(INSTRUMENT_LIMIT);
  const waiting = new Map<string, Packet>();
  const last = new Map<string, Buffer>();

  function pass(packet: Packet): void {
    const { topic, payload, dup } = packet;
    if (payload.length > MOST_BYTES) {
      tooLarge();
      return;
    }
    if (dup && last.get(topic)?.equals(payload)) return;
    last.set(topic, payload);
    take(packet);
  }

  return {
    push(packet) {
      if (!waiting.has(packet.topic) && admits(clock.ticks())) {
        pass(packet);
        return;
      }
      if (waiting.has(packet.topic)) leftOut(1);
      waiting.set(packet.topic, packet);
    },
    tick() {
      for (const [topic, packet] of waiting) {
        if (!admits(clock.ticks())) return;
        waiting.delete(topic);
        pass(packet);
      }
    },
  };
}

export const TOO_LARGE = `a message of more than ${MOST_BYTES / 1024} kB`;
