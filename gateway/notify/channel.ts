/** What a channel to people is: e-mail, web push, SMS, chat. One file in channels/ makes one. */
import type { Level } from '../../devices/limit.ts';

/** What a person is told, in his language. */
export interface Message {
  /** Of this attempt, the same when it is tried again: where a channel can tell a repeat by it, it does. */
  readonly id: string;
  readonly level: Level;
  /** One line. */
  readonly title: string;
  /** Whole text, several lines. */
  readonly text: string;
  /** For SMS: place, level, value, time and what to answer, as short as may be. */
  readonly short: string;
  /** Where it is acknowledged, or what it is about is seen; null: nobody said at what address the gateway is reached. */
  readonly url: string | null;
  /** The alert that it is about, when it is about one. */
  readonly alert?: string;
  /** Addresses of maps, each at the end of a line of the text. What else in it looks like a link is part of a name. */
  readonly maps?: readonly string[];
}

/** The whole text, with the link on a line of its own unless the text has it. */
export const textWithLink = ({ text, url }: Pick<Message, 'text' | 'url'>): string =>
  url === null || text.includes(url) ? text : `${text}\n\n${url}`;

export interface Channel {
  /** Sends that may be under way at once; a few when absent. */
  readonly atOnce?: number;
  /**
   * Returns when the channel has taken the message over. Throws what stands below; whatever else it throws means that the message
   * was not taken, and is tried again.
   */
  send(address: string, message: Message, signal: AbortSignal): Promise<void>;
  /** null: it could send now; otherwise why not. Absent where nobody knows before a message is sent. */
  readonly fault?: () => string | null;
  close(): Promise<void>;
}

/** What people answer by SMS. */
export interface Answer {
  /** Number of the sender as the network gives it. */
  readonly from: string;
  readonly text: string;
}

/** This address will never have this message: trying again is of no use. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

/** It went out and nothing came back: nobody knows whether it was taken. Sent again it could come twice. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** It was not waited for until its turn: nothing of it went out. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';
}
