/** What our nodes need from the process that embeds them, and the part of Node-RED's node that they use. */
import type { Place } from '../../devices/distance.ts';
import type { Limit } from '../../devices/limit.ts';
import type { Alarm, Live } from '../../devices/wire/messages.ts';

/** The link to the central broker, as `quantracLink` in Node-RED's settings. */
export interface Link {
  /** Live readings are subscribed. */
  readonly connected: boolean;
  /** Alarms that wait for their PUBACK. */
  readonly waiting: number;
  /** Live messages refused since the start. */
  readonly malformed: number;
  /** Calls the listener with every good live message; returns how to end that. */
  onLive(listener: (live: Live) => void): () => void;
  /** The limits that operators have set for this station at the centre, as they were told last; none: none are set. */
  limitsOf(station: string): readonly Limit[];
  /** Where a station is, as its live messages tell; null while none has. */
  placeOf(station: string): Place | null;
  /** Calls the listener when `connected`, `waiting` or `malformed` has changed; returns how to end that. */
  onChange(listener: () => void): () => void;
  send(alarm: Alarm): void;
}

/** Where a node keeps what it knows over a start. */
export interface NodeMemory {
  /** What was saved last; undefined: nothing. */
  load(): unknown;
  /** Plain JSON. */
  save(state: unknown): void;
}

export interface Message {
  payload?: unknown;
  topic?: string;
  /** Node-RED's own: copies of a message have it too. */
  _msgid?: string;
}

export interface NodeStatus {
  readonly fill: 'green' | 'yellow' | 'red' | 'grey';
  readonly shape: 'dot' | 'ring';
  /** The editor translates a text that is a key of the node's catalog; signs and digits need no translation. */
  readonly text: string;
}

export type Done = (error?: Error) => void;

export interface FlowNode {
  send(message: Message): void;
  status(status: NodeStatus): void;
  on(event: 'close', listener: () => void | Promise<void>): unknown;
  on(
    event: 'input',
    listener: (message: Message, send: (message: Message) => void, done: Done) => void,
  ): unknown;
}

/** Shown by every node of ours where no process of Quantrac has passed a link. */
export const NO_LINK: NodeStatus = { fill: 'red', shape: 'ring', text: 'status.no-link' };

export const topicOf = ({ station, parameter, limit }: Alarm): string => `${station}/${parameter}/${limit}`;
