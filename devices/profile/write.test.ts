import { expect, test } from 'vitest';
import { centreWrites, type ProfileWrite, valueFault, wordOf, writeSchema } from './write.ts';

const sound = {
  name: 'relay-0',
  label: 'Relay 0',
  area: 'coil',
  address: 17,
  effect: 'output',
  note: 'Switches.',
  from_centre: true,
  values: [0, 1],
};
const fault = (over: object): string | undefined =>
  writeSchema.safeParse({ ...sound, ...over }).error?.issues[0]?.message;

test.each([
  ['no name', { name: undefined }, 'what the centre may have written needs a name'],
  ['no values', { values: undefined }, 'which values may be written? Give min and max, or values'],
  ['half a range', { values: undefined, min: 0 }, 'which values may be written? Give min and max, or values'],
  ['both', { min: 0, max: 1 }, 'which values may be written? Give min and max, or values'],
  ['a range that goes down', { area: 'holding', values: undefined, min: 5, max: 1 }, 'must not be above max'],
  ['what a coil cannot hold', { values: [0, 2] }, '2 is not between 0 and 1, which coil can hold'],
  [
    'a negative unsigned',
    { area: 'holding', values: [-1] },
    '-1 is not between 0 and 65535, which holding can hold',
  ],
  ['its address', { effect: 'address' }, 'a write of effect address would cut the instrument off'],
  ['its port', { effect: 'serial' }, 'a write of effect serial would cut the instrument off'],
  [
    'a calibration for one person',
    { effect: 'calibration' },
    'a write of effect calibration needs dangerous: true',
  ],
  [
    'bounds without the centre',
    { from_centre: undefined, name: undefined },
    'is only for what is from_centre',
  ],
])('%s is refused', (_, over, message) => {
  expect(fault(over)).toBe(message);
});

test('a calibration that two persons want, and a signed register, are allowed', () => {
  expect(fault({ effect: 'calibration', dangerous: true })).toBeUndefined();
  expect(fault({ area: 'holding', type: 'int16', values: undefined, min: -50, max: 50 })).toBeUndefined();
});

test('only what is from the centre is written, with the address of the wire and read back where it shows', () => {
  const writes = [
    writeSchema.parse({ label: 'Unit id', area: 'holding', address: 5, effect: 'address', note: 'Gone.' }),
    writeSchema.parse({ ...sound, read_back: { area: 'holding', address: 303 } }),
  ];
  const [write, ...others] = centreWrites({ address_base: 'one', writes: writes as ProfileWrite[] });
  expect(others).toEqual([]);
  expect(write).toMatchObject({
    name: 'relay-0',
    dangerous: false,
    target: { area: 'coil', address: 16 },
    readBack: { area: 'holding', address: 302 },
  });
});

test('a value outside of what is allowed is told with what is', () => {
  const ranged = { name: 'delay', allowed: { min: 10, max: 250 } };
  expect([10, 250].map((value) => valueFault(ranged, value))).toEqual([null, null]);
  expect(valueFault(ranged, 9)).toBe('delay takes 10 to 250, not 9');
  expect(valueFault({ name: 'pump', allowed: { values: [0, 1] } }, 2)).toBe('pump takes 0, 1, not 2');
  expect([wordOf(-1), wordOf(65_535), wordOf(-32_768)]).toEqual([65_535, 65_535, 32_768]);
});
