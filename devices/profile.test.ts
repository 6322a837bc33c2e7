import { expect, test } from 'vitest';
import {
  actionsAtStart,
  actionsBefore,
  contains,
  fixedBlocks,
  forbiddenRanges,
  overlaps,
  type Profile,
  profileSchema,
  serialSettings,
} from './profile.ts';

const temperature = { parameter: 'air_temperature', area: 'input', address: 5, type: 'int16', unit: 'Cel' };

const made = (over: object = {}) => ({
  id: 'test',
  maker: 'Test',
  models: ['Test'],
  revision: 1,
  status: 'documentation',
  sources: ['made up for this test'],
  address_base: 'zero',
  link: { unit: 1 },
  points: [temperature],
  examples: [{ title: 'none', registers: {}, readings: {} }],
  ...over,
});
const profileOf = (over: object): Profile => profileSchema.parse(made(over));
const faultOf = (over: object): string | null =>
  profileSchema.safeParse(made(over)).error?.issues[0]?.message ?? null;

test('registers that clear on read are listed with their reason and cannot be points', () => {
  const never_poll = [{ area: 'input', address: 4, count: 2, reason: 'a read begins it anew' }];
  expect(faultOf({ never_poll })).toBe('input 5 must not be read: a read begins it anew');
  expect(faultOf({ never_poll: [{ ...never_poll[0], address: 6 }] })).toBeNull();
});

test('a register that a point only depends on must not be a forbidden one either', () => {
  const forbidden = [{ area: 'discrete', address: 1, reason: 'silent' }];
  const valid_when = { area: 'discrete', address: 1, type: 'bit', good: [1] };
  expect(faultOf({ forbidden, points: [{ ...temperature, valid_when }] })).toBe(
    'discrete 1 must not be read: silent',
  );
  expect(faultOf({ forbidden, points: [temperature] })).toBeNull();
});

test('forbidden and never-polled ranges go over the wire as the addresses of points do', () => {
  const profile = profileOf({
    address_base: 'one',
    forbidden: [{ area: 'input', address: 7, reason: 'a hole' }],
    never_poll: [{ area: 'input', address: 10, count: 2, reason: 'clears' }],
  });
  expect(forbiddenRanges(profile)).toEqual([
    { area: 'input', address: 6, count: 1, reason: 'a hole' },
    { area: 'input', address: 9, count: 2, reason: 'clears' },
  ]);
});

test('with fixed blocks every point lies in one of them, whole', () => {
  const blocks = [{ area: 'input', address: 2, count: 4 }];
  expect(faultOf({ blocks })).toBeNull();
  expect(fixedBlocks(profileOf({ blocks }))).toEqual(blocks);
  expect(fixedBlocks(profileOf({ blocks, address_base: 'one' }))).toEqual([{ ...blocks[0], address: 1 }]);
  expect(faultOf({ blocks, points: [{ ...temperature, type: 'float32' }] })).toBe(
    'input 5 is in none of the blocks',
  );
  expect(faultOf({ blocks, link: { unit: 1, max_registers: 3 } })).toBe('is longer than link.max_registers');
  expect(faultOf({ blocks, forbidden: [{ area: 'input', address: 2, reason: 'silent' }] })).toBe(
    'must not be read: silent',
  );
});

test('actions come as steps in their order, with addresses as they go over the wire', () => {
  const profile = profileOf({
    address_base: 'one',
    start: [{ command: { area: 'holding', address: 0x2501 } }],
    before: [{ wake: true }, { write: { area: 'coil', address: 2, value: 1 } }, { wait_ms: 500 }],
  });
  expect(actionsAtStart(profile)).toEqual([{ kind: 'command', area: 'holding', address: 0x2500 }]);
  expect(actionsBefore(profile)).toEqual([
    { kind: 'wake' },
    { kind: 'write', area: 'coil', address: 1, value: 1 },
    { kind: 'wait', ms: 500 },
  ]);
  expect(actionsBefore(profileOf({}))).toEqual([]);
});

test('an action that is none, or that writes where nothing can be written, is refused', () => {
  expect(faultOf({ before: [{ sleep: 5 }] })).not.toBeNull();
  expect(faultOf({ before: [{ wait_ms: 5, wake: true }] })).not.toBeNull();
  expect(faultOf({ before: [{ write: { area: 'input', address: 1, value: 1 } }] })).not.toBeNull();
  expect(
    faultOf({ writes: [{ label: 'x', area: 'holding', address: 1, effect: 'boom', note: 'x' }] }),
  ).not.toBeNull();
});

test('what a profile calls dangerous is no order before a read or at the start', () => {
  const writes = [{ label: 'Reset rain', area: 'holding', address: 7, effect: 'clears-data', note: 'x' }];
  const order = (address: number) => [{ write: { area: 'holding', address, value: 1 } }];
  const says = 'dangerous writes are off: holding 7 is listed in writes (Reset rain: clears-data)';
  expect(faultOf({ writes, before: order(7) })).toBe(says);
  expect(faultOf({ writes, start: order(7) })).toBe(says);
  expect(faultOf({ writes, before: order(1) })).toBeNull();
});

test('port settings are told with the factory one first and each once', () => {
  const link = { unit: 1, serial: '9600 8N1', serial_other: ['4800 8N1', '9600 8N1'] };
  expect(serialSettings(profileOf({ link }))).toEqual(['9600 8N1', '4800 8N1']);
  expect(serialSettings(profileOf({ link: { unit: 1, serial_other: ['19200 8E1'] } }))).toEqual([
    '19200 8E1',
  ]);
  expect(faultOf({ link: { unit: 1, serial_other: ['fast'] } })).toContain('9600 8N1');
});

test('unless a profile says otherwise it may be scanned and has nothing dangerous', () => {
  expect(profileOf({})).toMatchObject({
    scan: 'allowed',
    writes: [],
    fingerprint: [],
    before: [],
    start: [],
  });
});

test('a validity rule says when, and a scale comes from one place', () => {
  const rule = { area: 'input', address: 6, type: 'uint16' };
  expect(faultOf({ points: [{ ...temperature, valid_when: rule }] })).toBe(
    'when is it valid? Give good, min or max',
  );
  const outside = { ...rule, address: -1, good: [0] };
  expect(faultOf({ points: [{ ...temperature, valid_when: [outside] }] })).toContain('>=0');
  expect(faultOf({ points: [{ ...temperature, decimals_from: rule, exponent_from: rule }] })).toContain(
    'take one of them',
  );
  expect(faultOf({ points: [{ ...temperature, sentinel_reasons: { 7: 'x' } }] })).toBe(
    '7 is not among the sentinels',
  );
});

test('a counter has the type of its width', () => {
  const counter = { width: 16, amount: 1, window_s: 60 };
  expect(faultOf({ points: [{ ...temperature, counter }] })).toBe('a 16-bit counter is uint16');
});

test('ranges overlap and contain only within their own area', () => {
  const range = (area: 'input' | 'holding', address: number, count: number) => ({ area, address, count });
  expect(overlaps(range('input', 2, 3), range('input', 4, 1))).toBe(true);
  expect(overlaps(range('input', 2, 3), range('input', 5, 1))).toBe(false);
  expect(overlaps(range('input', 2, 3), range('holding', 3, 1))).toBe(false);
  expect(contains(range('input', 2, 3), range('input', 3, 2))).toBe(true);
  expect(contains(range('input', 2, 3), range('input', 4, 2))).toBe(false);
});
