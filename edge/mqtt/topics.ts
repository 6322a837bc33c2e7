/** The topics of each instrument, made of the names that a technician sees in its program. Pure. */
import type { MqttInstrument } from '../../devices/mqtt-instrument.ts';
import { DEVICE_MESSAGES, NODE_MESSAGES, type SparkplugMessage } from './sparkplug-node.ts';

export interface InstrumentTopics {
  readonly data: string;
  /** Where it, or who speaks for it, says "online" and "offline". */
  readonly status: readonly string[];
}

export type PlainInstrument = Exclude<MqttInstrument, { format: 'sparkplug' }>;
export type SparkplugInstrument = Extract<MqttInstrument, { format: 'sparkplug' }>;

export function topicsOf(instrument: PlainInstrument): InstrumentTopics {
  switch (instrument.format) {
    case 'senml':
    case 'json': {
      const { topic, status_topic: status } = instrument;
      return { data: topic, status: status === undefined ? [] : [status] };
    }
    case 'chirpstack':
      return {
        data: `application/${instrument.application}/device/${instrument.device}/event/up`,
        status: [],
      };
    case 'ttn':
      return { data: `v3/${instrument.application}/devices/${instrument.device}/up`, status: [] };
    case 'tasmota': {
      // Names may hold "$", which has a meaning in a replacement that is a text.
      const base = instrument.full_topic
        .replace('%prefix%', 'tele')
        .replace('%topic%', () => instrument.device)
        .replace(/\/*$/, '/');
      return { data: `${base}SENSOR`, status: [`${base}LWT`] };
    }
    case 'zigbee2mqtt': {
      const { base_topic: base, device } = instrument;
      return {
        data: `${base}/${device}`,
        status: [`${base}/bridge/state`, `${base}/${device}/availability`],
      };
    }
  }
}

const SPARKPLUG = 'spBv1.0';

export interface SparkplugAddress {
  readonly group: string;
  readonly node: string;
}

/** Everything that a node sends: its order can only be told from all messages of node and devices. */
export const nodeTopics = ({ group, node }: SparkplugAddress): string[] => [
  ...NODE_MESSAGES.map((message) => `${SPARKPLUG}/${group}/${message}/${node}`),
  ...DEVICE_MESSAGES.map((message) => `${SPARKPLUG}/${group}/${message}/${node}/+`),
];

export const rebirthTopic = ({ group, node }: SparkplugAddress): string =>
  `${SPARKPLUG}/${group}/NCMD/${node}`;

export interface SparkplugTopic extends SparkplugAddress {
  readonly message: SparkplugMessage;
  readonly device: string | null;
}

/** null when it is none of a node's messages. */
export function parseSparkplugTopic(topic: string): SparkplugTopic | null {
  const [root, group, message, node, device = null, ...more] = topic.split('/');
  if (root !== SPARKPLUG || !group || !node || more.length > 0) return null;
  const known: readonly string[] = device === null ? NODE_MESSAGES : DEVICE_MESSAGES;
  if (message === undefined || !known.includes(message)) return null;
  return { group, node, device, message: message as SparkplugMessage };
}
