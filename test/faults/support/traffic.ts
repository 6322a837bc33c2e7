/** What clients have published and what the gateway has acknowledged of it, as the packets on their links say. */
import type { Reading } from '../../../devices/reading.ts';
import type { Alarm, EdgeStatus } from '../../../devices/wire/messages.ts';
import { decodeSenml } from '../../../devices/wire/senml.ts';
import { parseTopic } from '../../../devices/wire/topics.ts';

export type ReadingKey = string;
export const keyOf = ({
  station,
  parameter,
  at,
}: Pick<Reading, 'station' | 'parameter' | 'at'>): ReadingKey => `${station} ${parameter} ${at}`;

/** What is said of a reading, for comparison. */
export const meaningOf = ({ value, flag, reason }: Pick<Reading, 'value' | 'flag' | 'reason'>): string =>
  JSON.stringify([value, flag, reason]);

/** Epoch ms. */
export interface Delivered {
  readonly lane: 'live' | 'backlog';
  readonly records: number;
  /** Time of its newest reading. */
  readonly newest: number;
  readonly acknowledgedAt: number;
}

export interface Traffic {
  /** Every meaning that was published of each reading: one, unless it was thinned between two attempts. */
  readonly published: Map<ReadingKey, Map<string, Reading>>;
  readonly acknowledged: Map<ReadingKey, Reading>;
  /** Batches of readings in the order of their PUBACKs. */
  readonly batches: Delivered[];
  /** In the order of their PUBACKs. */
  readonly alarms: Alarm[];
  /** The newest status of each edge. */
  readonly statuses: Map<string, EdgeStatus>;
  readonly counts: {
    connections: number;
    publishes: number;
    acknowledgements: number;
    /** Publishes of readings as backlog. */
    backlog: number;
    /** Publishes of readings that the gateway had acknowledged already. */
    repeated: number;
  };
}

export const createTraffic = (): Traffic => ({
  published: new Map(),
  acknowledged: new Map(),
  batches: [],
  alarms: [],
  statuses: new Map(),
  counts: { connections: 0, publishes: 0, acknowledgements: 0, backlog: 0, repeated: 0 },
});

/** Notes a PUBLISH; the answer notes its PUBACK. */
export function notePublish(traffic: Traffic, topic: string, payload: string): () => void {
  const { published, acknowledged, batches, alarms, statuses, counts } = traffic;
  counts.publishes++;
  const parsed = parseTopic(topic);
  const counted = (more: () => void) => () => {
    counts.acknowledgements++;
    more();
  };
  switch (parsed?.kind) {
    case 'readings':
    case 'backlog': {
      const decoded = decodeSenml(payload, parsed.station, Date.now());
      if (decoded.kind !== 'records') return counted(() => {});
      if (parsed.kind === 'backlog') counts.backlog++;
      if (decoded.readings.some((reading) => acknowledged.has(keyOf(reading)))) counts.repeated++;
      for (const reading of decoded.readings) {
        const key = keyOf(reading);
        const meanings = published.get(key) ?? new Map<string, Reading>();
        published.set(key, meanings.set(meaningOf(reading), reading));
      }
      return counted(() => {
        for (const reading of decoded.readings) acknowledged.set(keyOf(reading), reading);
        batches.push({
          lane: parsed.kind === 'backlog' ? 'backlog' : 'live',
          records: decoded.readings.length,
          newest: Math.max(...decoded.readings.map(({ at }) => at)),
          acknowledgedAt: Date.now(),
        });
      });
    }
    case 'alarms':
      return counted(() => alarms.push(JSON.parse(payload) as Alarm));
    case 'status':
      statuses.set(parsed.edge, JSON.parse(payload) as EdgeStatus);
      return counted(() => {});
    default:
      return counted(() => {});
  }
}
