/** The Sparkplug B nodes of a line: hands their metrics to the instruments and asks for births that are not known. */
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { Device } from './device.ts';
import { sparkplugSamples } from './format-sparkplug.ts';
import { MOST_BYTES, type Packet, TOO_LARGE } from './inbox.ts';
import { createLimiter } from './limiter.ts';
import { createSparkplugNode, type SparkplugEvent } from './sparkplug-node.ts';
import { encodeRebirth } from './sparkplug-payload.ts';
import {
  nodeTopics,
  parseSparkplugTopic,
  rebirthTopic,
  type SparkplugAddress,
  type SparkplugInstrument,
} from './topics.ts';

export interface SparkplugMember {
  readonly instrument: SparkplugInstrument;
  readonly device: Device;
}

export interface SparkplugNodesOptions {
  readonly members: readonly SparkplugMember[];
  readonly clock: Pick<Clock, 'now' | 'ticks'>;
  readonly publish: (topic: string, payload: Uint8Array) => void;
}

export interface SparkplugNodes {
  readonly topics: readonly string[];
  /** Whether the message is one of a node's. */
  take(packet: Packet): boolean;
  /** The connection is new: what a node sent before is not known, and births are not kept by brokers. */
  begin(): void;
}

/** A node speaks for all its devices. */
const NODE_LIMIT = { perSecond: 100, burst: 500 };

/** A rebirth is everything that a node has to say: it is asked for seldom, and more seldom when it does not help. */
const REBIRTH = { firstMs: 10_000, maxMs: 600_000 };

const UNBORN = { kind: 'samples', samples: [], key: null, note: 'its birth is not known yet' } as const;

export function createSparkplugNodes({ members, clock, publish }: SparkplugNodesOptions): SparkplugNodes {
  const nodes = new Map<string, ReturnType<typeof createNode>>();
  for (const { instrument } of members) {
    const key = keyOf(instrument);
    if (!nodes.has(key)) nodes.set(key, createNode(instrument));
  }

  function createNode(address: SparkplugAddress) {
    const own = members.filter(({ instrument }) => keyOf(instrument) === keyOf(address));
    const state = createSparkplugNode();
    const admits = createLimiter(NODE_LIMIT);
    let requests = 0;
    let notBefore = Number.NEGATIVE_INFINITY;

    /** Those that a message of this device, or of the node for all, is about. */
    const about = (device: string | null) =>
      own.filter(({ instrument }) => device === null || instrument.device === device);

    function requestRebirth(): void {
      const ticks = clock.ticks();
      if (ticks < notBefore) return;
      requests += 1;
      notBefore = ticks + backoffMs(REBIRTH, requests);
      publish(rebirthTopic(address), encodeRebirth(clock.now()));
    }

    function apply(event: SparkplugEvent, retained: boolean): void {
      switch (event.kind) {
        case 'metrics':
          for (const { instrument, device } of own) {
            if ((instrument.device ?? null) === event.device)
              device.take(sparkplugSamples(instrument, event.metrics), retained);
          }
          break;
        case 'dead':
          for (const { device } of about(event.device)) device.gone(event.reason);
          break;
        case 'malformed':
          for (const { device } of about(event.device)) device.take(event, false);
          break;
        case 'rebirth':
          requestRebirth();
      }
    }

    return {
      address,
      take(packet: Packet): void {
        const { message, device } = parseSparkplugTopic(packet.topic) ?? {};
        if (message === undefined || device === undefined) return;
        // Sparkplug's messages are never retained but by mistake, and their order would be lost.
        if (packet.retain) return;
        if (packet.payload.length > MOST_BYTES) {
          apply({ kind: 'malformed', device, reason: TOO_LARGE }, false);
          return;
        }
        if (!admits(clock.ticks())) {
          for (const member of about(device)) member.device.flooded(1);
          return;
        }
        const events = state.take(message, device, packet.payload);
        if (state.born && message === 'NBIRTH') requests = 0;
        for (const event of events) apply(event, packet.retain);
        if (events.some(({ kind }) => kind === 'rebirth') && !events.some(({ kind }) => kind === 'metrics'))
          for (const member of about(device)) member.device.take(UNBORN, false);
      },
      begin(): void {
        state.forget();
        requestRebirth();
      },
    };
  }

  return {
    topics: [...nodes.values()].flatMap(({ address }) => nodeTopics(address)),
    take(packet) {
      const parsed = parseSparkplugTopic(packet.topic);
      const node = parsed && nodes.get(keyOf(parsed));
      node?.take(packet);
      return node !== null && node !== undefined;
    },
    begin() {
      for (const node of nodes.values()) node.begin();
    },
  };
}

/** Neither name can hold a "/". */
const keyOf = ({ group, node }: SparkplugAddress): string => `${group}/${node}`;
