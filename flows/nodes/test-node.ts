/** A node and a link for the tests of handlers, which run without Node-RED. */
import type { Alarm, Live } from '../../devices/wire/messages.ts';
import type { Done, FlowNode, Link, Message, NodeStatus } from './contract.ts';

type Input = (message: Message, send: (message: Message) => void, done: Done) => void;

export function testNode() {
  const sent: Message[] = [];
  const statuses: NodeStatus[] = [];
  let input: Input | undefined;
  let close: (() => void) | undefined;
  const node: FlowNode = {
    send: (message) => sent.push(message),
    status: (status) => statuses.push(status),
    on: (event: 'close' | 'input', listener: Input | (() => void)) => {
      if (event === 'input') input = listener as Input;
      else close = listener as () => void;
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
    close: () => close?.(),
  };
}

export function testLink() {
  const live = new Set<(message: Live) => void>();
  const change = new Set<() => void>();
  const state = { connected: true, waiting: 0, malformed: 0 };
  const alarms: Alarm[] = [];
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
    become: (next: Partial<typeof state>) => {
      Object.assign(state, next);
      for (const listener of change) listener();
    },
  };
}
