/**
 * Payloads of Sparkplug B (Protobuf). The package's own `decodePayload` gives null for a metric without a datatype,
 * and DATA messages leave the datatype out: so the message itself is read, and the type comes from the BIRTH.
 */
import { createRequire } from 'node:module';
import type proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js';

const require = createRequire(import.meta.url);

/** Loaded with the first payload: most edges have no such node, and its code takes 2 MB. */
const payloads = () =>
  (require('sparkplug-payload/lib/sparkplugPayloadProto.js') as typeof proto).org.eclipse.tahu.protobuf
    .Payload;

type Payload = ReturnType<typeof payloads>;
type Metric = NonNullable<ReturnType<Payload['decode']>['metrics']>[number];
type Whole = Metric['longValue'];

export interface SparkplugMetric {
  readonly name: string | null;
  readonly alias: number | null;
  /** Sparkplug's number of the type; 0 when the message leaves it out. */
  readonly datatype: number;
  /** Epoch ms. */
  readonly at: number | null;
  /** Property "Quality": 0 bad, 192 good, 500 stale. */
  readonly quality: number | null;
  /** With the datatype that the message or its BIRTH says. */
  value(datatype: number): number | boolean | string | null;
}

export interface SparkplugPayload {
  readonly at: number | null;
  readonly seq: number | null;
  readonly metrics: readonly SparkplugMetric[];
}

const MOST_METRICS = 5000;

/** Datatypes of the specification, section 6.4.16. */
export const TYPE = { int8: 1, int16: 2, int32: 3, int64: 4, float: 9, boolean: 11 } as const;

/** null when it is no such payload. */
export function decodeSparkplug(bytes: Uint8Array): SparkplugPayload | null {
  try {
    const { timestamp, seq, metrics } = payloads().decode(bytes);
    if ((metrics?.length ?? 0) > MOST_METRICS) return null;
    return { at: whole(timestamp), seq: whole(seq), metrics: (metrics ?? []).map(metricOf) };
  } catch {
    return null;
  }
}

/** Asks a node for its BIRTH (NCMD "Node Control/Rebirth"). */
export const encodeRebirth = (now: number): Uint8Array =>
  payloads()
    .encode(
      payloads().create({
        timestamp: now,
        metrics: [{ name: 'Node Control/Rebirth', datatype: TYPE.boolean, booleanValue: true }],
      }),
    )
    .finish();

const has = (message: object, field: string): boolean => Object.hasOwn(message, field);

function metricOf(metric: Metric): SparkplugMetric {
  return {
    name: has(metric, 'name') ? (metric.name ?? null) : null,
    alias: has(metric, 'alias') ? whole(metric.alias) : null,
    datatype: has(metric, 'datatype') ? (metric.datatype ?? 0) : 0,
    at: has(metric, 'timestamp') ? whole(metric.timestamp) : null,
    quality: qualityOf(metric),
    value: (datatype) => (metric.isNull ? null : metricValue(metric, datatype)),
  };
}

function metricValue(metric: Metric, datatype: number): number | boolean | string | null {
  if (has(metric, 'intValue')) return signed(metric.intValue ?? 0, datatype);
  if (has(metric, 'longValue')) return whole(metric.longValue, datatype === TYPE.int64);
  // float32 holds 7 digits: 21.7 and not 21.700000762939453.
  if (has(metric, 'floatValue')) return Number(metric.floatValue?.toPrecision(7));
  if (has(metric, 'doubleValue')) return metric.doubleValue ?? null;
  if (has(metric, 'booleanValue')) return metric.booleanValue ?? null;
  if (has(metric, 'stringValue')) return metric.stringValue ?? null;
  return null;
}

/** Signed types travel as two's complement, some senders in 8 or 16 bits and some in 32. */
function signed(value: number, datatype: number): number {
  if (datatype === TYPE.int8) return (value << 24) >> 24;
  if (datatype === TYPE.int16) return (value << 16) >> 16;
  return datatype === TYPE.int32 ? value | 0 : value >>> 0;
}

/** 64 bits come as objects of the package "long". */
function whole(value: Whole | undefined, isSigned = false): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  const text = value.toString();
  return Number(isSigned ? BigInt.asIntN(64, BigInt(text)) : BigInt.asUintN(64, BigInt(text)));
}

function qualityOf(metric: Metric): number | null {
  const index = metric.properties?.keys?.indexOf('Quality') ?? -1;
  const value = index < 0 ? undefined : metric.properties?.values?.[index];
  return value ? (value.intValue ?? whole(value.longValue)) : null;
}
