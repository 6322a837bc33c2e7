/** A node and a link for the tests of handlers, which run without Node-RED. */
import type { Place } from '../../devices/distance.ts';
import type { Limit } from '../../devices/limit.ts';
import type { Alarm, Live } from '../../devices/wire/messages.ts';
import type { Done, FlowNode, Link, Message, NodeMemory, NodeStatus } from './contract.ts';

type Input = (message: Message, send: (message: Message) => void, done: Done) => void;

export function testNode() {
  const sent: Message[] = [];
  const statuses: NodeStatus[] = [];
  let input: Input | undefined;
  const close: (() => void)[] = [];
  const node: FlowNode = {
    send: (message) => sent.push(message),
    status: (status) => statuses.push(status),
    on: (event: 'close' | 'input', listener: Input | (() => void)) => {
      if (event === 'input') input = listener as Input;
      else close.push(listener as () => void);
    },
  };
  return {
    node,
    sent,
    statuses,
    /** Gives one message in; returns the error with which the node was done, if any. */
    give: (message: Message): Error | undefined => {
      let fault: Error | undefined;
      input?.(
        message,
        (out) => sent.push(out),
        (error) => {
          fault = error;
        },
      );
      return fault;
    },
    close: () => {
      for (const listener of close) listener();
    },
  };
}

/** A memory that a second node can go on from. */
export function testMemory() {
  const memory: { saved: unknown } & NodeMemory = {
    saved: undefined,
    load: () => memory.saved,
    save: (state) => {
      memory.saved = JSON.parse(JSON.stringify(state));
    },
  };
  return memory;
}

export function testLink() {
  const live = new Set<(message: Live) => void>();
  const change = new Set<() => void>();
  const limits = new Map<string, readonly Limit[]>();
  const state = { connected: true, waiting: 0, malformed: 0 };
  const alarms: Alarm[] = [];
  const places = new Map<string, Place>();
  const link: Link = {
    get connected() {
      return state.connected;
    },
    get waiting() {
      return state.waiting;
    },
    get malformed() {
      return state.malformed;
    },
    onLive: (listener) => {
      live.add(listener);
      return () => live.delete(listener);
    },
    placeOf: (station) => places.get(station) ?? null,
    limitsOf: (station) => limits.get(station) ?? [],
    onChange: (listener) => {
      change.add(listener);
      return () => change.delete(listener);
    },
    send: (alarm) => alarms.push(alarm),
  };
  return {
    link,
    alarms,
    listeners: () => live.size + change.size,
    give: (message: Live) => {
      for (const listener of live) listener(message);
    },
    places,
    /** Limits of the centre for a station. */
    setLimits: (station: string, of: readonly Limit[]) => {
      limits.set(station, of);
    },
    become: (next: Partial<typeof state>) => {
      Object.assign(state, next);
      for (const listener of change) listener();
    },
  };
}
