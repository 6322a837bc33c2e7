/** Payloads are made with sparkplug-payload; those that it cannot make (without a datatype) with its Protobuf classes. */

import sparkplug from 'sparkplug-payload';
import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js';
import { beforeEach, expect, test } from 'vitest';
import { sparkplugSamples } from './format-sparkplug.ts';
import { createSparkplugNode, type SparkplugNode } from './sparkplug-node.ts';
import { decodeSparkplug, encodeRebirth } from './sparkplug-payload.ts';
import { parseSparkplugTopic } from './topics.ts';

const { Payload } = proto.org.eclipse.tahu.protobuf;
const package_ = sparkplug.get('spBv1.0');
if (!package_) throw new Error('no Sparkplug B');
const encode = (payload: object): Uint8Array => package_.encodePayload(payload as never);
/** As DATA messages are: no name, no datatype. */
const encodeBare = (payload: object): Uint8Array => Payload.encode(Payload.fromObject(payload)).finish();

const AT = 1_763_600_000_000;
const nbirth = (bdSeq: number, seq = 0) =>
  encode({
    timestamp: AT,
    seq,
    metrics: [
      { name: 'bdSeq', type: 'Int64', value: bdSeq },
      { name: 'Node Control/Rebirth', type: 'Boolean', value: false },
    ],
  });
const ndeath = (bdSeq: number) =>
  encode({ timestamp: AT, metrics: [{ name: 'bdSeq', type: 'Int64', value: bdSeq }] });
const dbirth = (seq: number) =>
  encode({
    timestamp: AT,
    seq,
    metrics: [
      { name: 'Outdoor/Temperature', alias: 1, type: 'Float', value: 21.7, timestamp: AT - 5000 },
      { name: 'Outdoor/Offset', alias: 2, type: 'Int16', value: -5 },
      { name: 'Smoke', alias: 3, type: 'Boolean', value: false },
    ],
  });

let node: SparkplugNode;
beforeEach(() => {
  node = createSparkplugNode();
});

const kinds = (events: ReturnType<SparkplugNode['take']>) => events.map(({ kind }) => kind);
const metricsOf = (events: ReturnType<SparkplugNode['take']>) =>
  events.flatMap((event) => (event.kind === 'metrics' ? event.metrics : []));

function born(): void {
  node.take('NBIRTH', null, nbirth(4));
  node.take('DBIRTH', 'mast', dbirth(1));
}

test('a birth gives names, types and values with their times', () => {
  node.take('NBIRTH', null, nbirth(4));
  expect(metricsOf(node.take('DBIRTH', 'mast', dbirth(1)))).toEqual([
    { name: 'Outdoor/Temperature', value: 21.7, at: AT - 5000, quality: null },
    { name: 'Outdoor/Offset', value: -5, at: AT, quality: null },
    { name: 'Smoke', value: false, at: AT, quality: null },
  ]);
});

test('data with nothing but aliases have names and types of their birth', () => {
  born();
  const events = node.take(
    'DDATA',
    'mast',
    encodeBare({
      timestamp: AT + 1000,
      seq: 2,
      metrics: [
        { alias: 1, floatValue: 21.9 },
        { alias: 2, intValue: 0xffff_fff9, timestamp: AT + 900, isHistorical: true },
        { alias: 2, intValue: 0xfff9 },
        { alias: 3, isNull: true },
      ],
    }),
  );
  expect(metricsOf(events)).toEqual([
    { name: 'Outdoor/Temperature', value: 21.9, at: AT + 1000, quality: null },
    { name: 'Outdoor/Offset', value: -7, at: AT + 900, quality: null },
    { name: 'Outdoor/Offset', value: -7, at: AT + 1000, quality: null },
    { name: 'Smoke', value: null, at: AT + 1000, quality: null },
  ]);
});

test('data without a birth, and an alias that no birth has named, ask for a rebirth', () => {
  const data = (seq: number, alias: number) => encodeBare({ seq, metrics: [{ alias, floatValue: 1 }] });
  expect(kinds(node.take('DDATA', 'mast', data(9, 1)))).toEqual(['rebirth']);
  born();
  expect(kinds(node.take('DDATA', 'mast', data(2, 77)))).toEqual(['metrics', 'rebirth']);
  expect(kinds(node.take('DDATA', 'other', data(3, 1)))).toEqual(['rebirth']);
});

test('a gap in seq asks for a rebirth, the turn from 255 to 0 does not, and a repeat is dropped', () => {
  born();
  const data = (seq: number) => encodeBare({ seq, metrics: [{ alias: 1, floatValue: seq }] });
  for (let seq = 2; seq < 300; seq++)
    expect(kinds(node.take('DDATA', 'mast', data(seq % 256)))).toEqual(['metrics']);
  expect(node.take('DDATA', 'mast', data(299 % 256))).toEqual([]);
  expect(kinds(node.take('DDATA', 'mast', data(302 % 256)))).toEqual(['rebirth', 'metrics']);
});

test('bdSeq links a death to its birth: the will of an earlier connection says nothing', () => {
  born();
  expect(node.take('NDEATH', null, ndeath(3))).toEqual([]);
  expect(node.take('NDEATH', null, ndeath(4))).toMatchObject([{ kind: 'dead', device: null }]);
  expect(kinds(node.take('DDATA', 'mast', encodeBare({ seq: 2, metrics: [] })))).toEqual(['rebirth']);
});

test('a device dies alone', () => {
  born();
  expect(node.take('DDEATH', 'mast', encode({ timestamp: AT, seq: 2 }))).toMatchObject([
    { kind: 'dead', device: 'mast' },
  ]);
  expect(node.born).toBe(true);
});

test('random bytes are one malformed message', () => {
  for (let length = 1; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 73 + length * 31) % 256);
    for (const { kind } of node.take('DDATA', 'mast', bytes))
      expect(['malformed', 'rebirth']).toContain(kind);
  }
});

test('quality 500 is no value, 0 fails, 192 is good', () => {
  const values = { air_temperature: { path: 'T', unit: 'Cel' as const, scale: 1, offset: 0 } };
  const of = (quality: number | null) => {
    const decoded = sparkplugSamples({ values }, [{ name: 'T', value: 20, at: AT, quality }]);
    return decoded.kind === 'samples' ? decoded.samples[0] : null;
  };
  expect(of(500)?.absent).toBe('its node says that the value is stale (quality 500)');
  expect(of(0)?.doubt).toMatchObject({ flag: 4 });
  expect([of(192)?.absent, of(192)?.doubt, of(null)?.absent]).toEqual([undefined, undefined, undefined]);
  const withQuality = encode({
    seq: 1,
    metrics: [{ name: 'T', type: 'Float', value: 1, properties: { Quality: { type: 'Int32', value: 500 } } }],
  });
  expect(decodeSparkplug(withQuality)?.metrics[0]?.quality).toBe(500);
});

test('whole numbers of each width', () => {
  const value = (type: string, given: number) => {
    const [metric] = decodeSparkplug(encode({ metrics: [{ name: 'a', type, value: given }] }))?.metrics ?? [];
    return metric?.value(metric.datatype);
  };
  expect(value('Int8', -5)).toBe(-5);
  expect(value('Int32', -70_000)).toBe(-70_000);
  expect(value('Int64', -70_000)).toBe(-70_000);
  expect(value('UInt32', 4_000_000_000)).toBe(4_000_000_000);
  expect(value('UInt16', 65_535)).toBe(65_535);
});

test('a rebirth is a command that the package reads', () => {
  expect(package_.decodePayload(encodeRebirth(AT)).metrics).toMatchObject([
    { name: 'Node Control/Rebirth', type: 'Boolean', value: true },
  ]);
});

test('topics of nodes and devices', () => {
  expect(parseSparkplugTopic('spBv1.0/g/DDATA/n/d')).toEqual({
    group: 'g',
    node: 'n',
    device: 'd',
    message: 'DDATA',
  });
  expect(parseSparkplugTopic('spBv1.0/g/NBIRTH/n')).toMatchObject({ device: null });
  for (const topic of [
    'spBv1.0/g/NCMD/n',
    'spBv1.0/g/DDATA/n',
    'spBv1.0/g/NDATA/n/d',
    'spBv1.0/STATE/h',
    'x',
  ])
    expect(parseSparkplugTopic(topic)).toBeNull();
});
