/**
 * What is known of one Sparkplug B node, message by message: names and types of its BIRTHs, the order of its messages,
 * who is alive. Pure: what is to be done comes back.
 */
import { decodeSparkplug, type SparkplugMetric, type SparkplugPayload } from './sparkplug-payload.ts';

export interface NamedMetric {
  readonly name: string;
  readonly value: number | boolean | string | null;
  /** Epoch ms; null when neither metric nor message says. */
  readonly at: number | null;
  readonly quality: number | null;
}

/** `device` is null for the node itself. */
export type SparkplugEvent =
  | { readonly kind: 'metrics'; readonly device: string | null; readonly metrics: readonly NamedMetric[] }
  | { readonly kind: 'dead'; readonly device: string | null; readonly reason: string }
  /** Nothing can be said without a new BIRTH. */
  | { readonly kind: 'rebirth'; readonly reason: string }
  | { readonly kind: 'malformed'; readonly device: string | null; readonly reason: string };

export const NODE_MESSAGES = ['NBIRTH', 'NDATA', 'NDEATH'] as const;
export const DEVICE_MESSAGES = ['DBIRTH', 'DDATA', 'DDEATH'] as const;
export type SparkplugMessage = (typeof NODE_MESSAGES | typeof DEVICE_MESSAGES)[number];

interface Birth {
  /** Of all metrics with an alias. */
  readonly names: ReadonlyMap<number, string>;
  readonly types: ReadonlyMap<string, number>;
}

/** Names that a hostile node may make us remember: beyond, it has no births. */
const MOST_DEVICES = 500;

export interface SparkplugNode {
  take(message: SparkplugMessage, device: string | null, bytes: Uint8Array): SparkplugEvent[];
  /** The connection was lost: what was missed meanwhile is not known. */
  forget(): void;
  readonly born: boolean;
}

export function createSparkplugNode(): SparkplugNode {
  /** By device; the node itself is null. */
  const births = new Map<string | null, Birth>();
  let bdSeq: number | null = null;
  let lastSeq: number | null = null;

  /** Whether a message comes in order: 0 to 255 and round, over the node and all its devices. */
  function order({ seq }: SparkplugPayload): 'next' | 'repeated' | 'gap' {
    if (seq === null || lastSeq === null) return 'next';
    if (seq === lastSeq) return 'repeated';
    return seq === (lastSeq + 1) % 256 ? 'next' : 'gap';
  }

  function die(device: string | null, reason: string): SparkplugEvent[] {
    const gone = device === null ? [null, ...births.keys()] : [device];
    for (const one of gone) births.delete(one);
    return [{ kind: 'dead', device, reason }];
  }

  function take(message: SparkplugMessage, device: string | null, bytes: Uint8Array): SparkplugEvent[] {
    const payload = decodeSparkplug(bytes);
    if (payload === null)
      return [{ kind: 'malformed', device, reason: 'the payload is no Sparkplug B message' }];
    switch (message) {
      case 'NBIRTH':
        births.clear();
        lastSeq = payload.seq;
        bdSeq = bdSeqOf(payload);
        return born(null, payload);
      case 'NDEATH': {
        const death = bdSeqOf(payload);
        // The last will of an earlier connection: the node is back already.
        if (births.has(null) && death !== null && bdSeq !== null && death !== bdSeq) return [];
        lastSeq = null;
        return die(null, 'its node is offline (NDEATH)');
      }
      default:
        return ordered(message, device, payload);
    }
  }

  function ordered(message: SparkplugMessage, device: string | null, payload: SparkplugPayload) {
    const events: SparkplugEvent[] = [];
    const place = births.has(null) ? order(payload) : 'next';
    if (place === 'repeated') return events;
    if (place === 'gap') events.push({ kind: 'rebirth', reason: 'messages were lost (seq)' });
    lastSeq = payload.seq ?? lastSeq;
    if (message === 'DDEATH') return [...events, ...die(device, 'its node says it is offline (DDEATH)')];
    if (message === 'DBIRTH') {
      if (!births.has(null)) events.push({ kind: 'rebirth', reason: 'its birth is not known' });
      return [...events, ...born(device, payload)];
    }
    const birth = births.get(device);
    if (!birth) return [...events, { kind: 'rebirth' as const, reason: 'its birth is not known' }];
    return [...events, ...named(device, birth, payload)];
  }

  function born(device: string | null, payload: SparkplugPayload): SparkplugEvent[] {
    if (births.size >= MOST_DEVICES && !births.has(device)) return [];
    const names = new Map<number, string>();
    const types = new Map<string, number>();
    for (const { name, alias, datatype } of payload.metrics) {
      if (name === null) continue;
      if (alias !== null) names.set(alias, name);
      types.set(name, datatype);
    }
    const birth = { names, types };
    births.set(device, birth);
    return named(device, birth, payload);
  }

  function named(device: string | null, birth: Birth, payload: SparkplugPayload): SparkplugEvent[] {
    const metrics = payload.metrics.map((metric) => nameMetric(metric, birth, payload.at));
    const known = metrics.filter((metric) => metric !== null);
    const events: SparkplugEvent[] = [{ kind: 'metrics', device, metrics: known }];
    return known.length === metrics.length
      ? events
      : [...events, { kind: 'rebirth', reason: 'a metric that no birth has named' }];
  }

  return {
    take,
    forget() {
      births.clear();
      lastSeq = null;
      bdSeq = null;
    },
    get born() {
      return births.has(null);
    },
  };
}

function nameMetric(metric: SparkplugMetric, birth: Birth, sentAt: number | null): NamedMetric | null {
  const name = metric.name ?? (metric.alias === null ? undefined : birth.names.get(metric.alias));
  if (name === undefined) return null;
  const datatype = metric.datatype || (birth.types.get(name) ?? 0);
  return { name, value: metric.value(datatype), at: metric.at ?? sentAt, quality: metric.quality };
}

function bdSeqOf({ metrics }: SparkplugPayload): number | null {
  const value = metrics.find(({ name }) => name === 'bdSeq')?.value(0);
  return typeof value === 'number' ? value : null;
}
