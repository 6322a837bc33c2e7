import { expect, test } from 'vitest';
import type { Reading } from '../reading.ts';
import { decodeSenml, encodeSenml, MAX_RECORDS } from './senml.ts';

const NOW = Date.UTC(2026, 2, 5, 6, 15, 0);

const decode = (pack: unknown) => decodeSenml(JSON.stringify(pack), 'cau-do', NOW);

const refusals = (pack: unknown): string[] => {
  const decoded = decode(pack);
  return decoded.kind === 'payload-refused' ? [decoded.reason] : decoded.refused.map(({ reason }) => reason);
};

test('what is encoded is decoded again, flags, reasons and absent values included', () => {
  const readings: Reading[] = [
    { station: 'cau-do', parameter: 'dissolved_oxygen', at: NOW, value: 6.25, flag: 1, reason: null },
    { station: 'cau-do', parameter: 'ph', at: NOW + 1500, value: 15, flag: 4, reason: 'outside 0..14' },
    { station: 'cau-do', parameter: 'turbidity', at: NOW - 500, value: null, flag: 9, reason: 'no answer' },
  ];
  expect(decode(encodeSenml('cau-do', readings))).toEqual({ kind: 'records', readings, refused: [] });
});

test('a name is base name and name together, wherever it is parted (RFC 8428 section 4.5.1)', () => {
  const pack = [
    { bn: 'urn:quantrac:cau-do:p', n: 'h', v: 7 },
    { bn: 'urn:quantrac:cau-do:ph', v: 7.1 },
    { bn: 'urn:', n: 'quantrac:cau-do:ph', v: 7.2 },
    { bn: 'urn:quantrac:cau-do:', n: 'ph', v: 7.3 },
    { bn: 'urn:quantrac:cau-do-2:', n: 'ph', v: 7.4 },
  ];
  expect(decode(pack)).toMatchObject({
    readings: [7, 7.1, 7.2, 7.3].map((value) => ({ parameter: 'ph', value })),
    refused: [{ reason: expect.stringContaining('is not under "urn:quantrac:cau-do:"') }],
  });
});

test('base name, base time and base unit hold for the records that follow (RFC 8428 section 4.1)', () => {
  const pack = [
    { bn: 'urn:quantrac:cau-do:', bt: NOW / 1000, bu: 'Cel', n: 'water_temperature', v: 28.5 },
    { n: 'water_temperature', t: -60, v: 28 },
  ];
  expect(decode(pack)).toMatchObject({
    readings: [
      { at: NOW, value: 28.5 },
      { at: NOW - 60_000, value: 28 },
    ],
  });
});

test('times below 2^28 are relative to now, no time means now', () => {
  const pack = [
    { bn: 'urn:quantrac:cau-do:', n: 'ph', v: 7 },
    { n: 'ph', t: -5, v: 7.1 },
  ];
  expect(decode(pack)).toMatchObject({ readings: [{ at: NOW }, { at: NOW - 5000 }] });
});

test('a registered unit of the same dimension is converted, another one refused', () => {
  expect(decode([{ n: 'urn:quantrac:cau-do:conductivity', u: 'S/m', v: 3.462 }])).toMatchObject({
    readings: [{ value: expect.closeTo(34.62, 9) }],
  });
  expect(refusals([{ n: 'urn:quantrac:cau-do:conductivity', u: 'Cel', v: 1 }])[0]).toContain(
    'does not fit conductivity',
  );
});

test.each<[string, unknown, string]>([
  ['no array', {}, 'not SenML'],
  ['an empty array', [], 'not SenML'],
  ['a record that is no object', [7], 'not SenML'],
  ['another station', [{ n: 'urn:quantrac:other:ph', v: 7 }], 'is not under'],
  ['a name without station', [{ n: 'ph', v: 7 }], 'is not under'],
  ['an unknown parameter', [{ n: 'urn:quantrac:cau-do:phh', v: 7 }], 'unknown parameter "phh"'],
  ['a property of every object', [{ n: 'urn:quantrac:cau-do:constructor', v: 7 }], 'unknown parameter'],
  ['a text as value', [{ n: 'urn:quantrac:cau-do:ph', v: '7' }], 'no finite number'],
  ['no value and no flag', [{ n: 'urn:quantrac:cau-do:ph' }], 'needs a quality flag'],
  ['a flag that is none', [{ n: 'urn:quantrac:cau-do:ph', v: 7, qf: 5 }], 'quality flag 5'],
  [
    'a field that must be understood',
    [{ n: 'urn:quantrac:cau-do:ph', v: 7, secret_: 1 }],
    'must be understood',
  ],
  ['a time beyond all calendars', [{ n: 'urn:quantrac:cau-do:ph', v: 7, t: 1e300 }], 'out of range'],
])('%s is refused with its reason', (_, pack, reason) => {
  expect(refusals(pack)[0]).toContain(reason);
});

test('1e999 in the text is no finite number', () => {
  const decoded = decodeSenml('[{"n":"urn:quantrac:cau-do:ph","v":1e999}]', 'cau-do', NOW);
  expect(decoded).toMatchObject({ refused: [{ reason: expect.stringContaining('no finite number') }] });
});

test('one bad record costs only itself', () => {
  const decoded = decode([
    { bn: 'urn:quantrac:cau-do:', n: 'phh', v: 1 },
    { n: 'ph', v: 7 },
  ]);
  expect(decoded).toMatchObject({
    readings: [{ parameter: 'ph', value: 7 }],
    refused: [{ reason: 'unknown parameter "phh"' }],
  });
});

test('bytes that are no UTF-8 and packs over the bound are refused whole', () => {
  expect(decodeSenml(Uint8Array.of(0x5b, 0xff, 0x5d), 'cau-do', NOW).kind).toBe('payload-refused');
  const record = { n: 'urn:quantrac:cau-do:ph', v: 7 };
  expect(decode(Array.from({ length: MAX_RECORDS + 1 }, () => record)).kind).toBe('payload-refused');
});

test('a reason cannot forge a line', () => {
  const decoded = decode([{ n: 'urn:quantrac:cau-do:ph', v: 7, qf: 3, qr: 'a\nb\u0000' }]);
  expect(decoded).toMatchObject({ readings: [{ reason: 'a b ' }] });
});
