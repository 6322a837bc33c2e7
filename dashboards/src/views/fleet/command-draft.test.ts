import { expect, test } from 'vitest';
import { firstFilled, isAllowed, ordersFrom } from './command-draft.ts';

const write = (
  name: string,
  allowed: { min: number; max: number } | { values: number[] },
  dangerous = false,
) => ({
  ...{ name, label: name, note: '', dangerous, allowed },
});
const edge = {
  instruments: [
    {
      station: 'cau-do',
      name: { vi: 'Cầu Đỏ', en: 'Cau Do' },
      instruments: [
        { id: 'do', profile: 'p', writes: [] },
        {
          id: 'io',
          profile: 'q',
          writes: [write('bom', { values: [0, 1] }), write('van', { min: 10, max: 90 }, true)],
        },
      ],
    },
  ],
};

test('orders are made of what was typed', () => {
  expect(ordersFrom('read', { place: 'cau-do/do', table: 'input', address: '7', count: '2' }, edge)).toEqual({
    orders: { kind: 'read', station: 'cau-do', instrument: 'do', table: 'input', address: 7, count: 2 },
  });
  expect(ordersFrom('write', { place: 'cau-do/io', write: 'van', value: '45' }, edge)).toEqual({
    orders: { kind: 'write', station: 'cau-do', instrument: 'io', write: 'van', value: 45 },
  });
  expect(ordersFrom('rescan', { place: '' }, edge)).toEqual({ orders: { kind: 'rescan' } });
  expect(ordersFrom('log', { lines: '500' }, edge)).toEqual({ orders: { kind: 'log', lines: 500 } });
});

test('an effect goes with a write when a parameter is chosen, with a comma or a point', () => {
  const filled = {
    place: 'cau-do/io',
    write: 'bom',
    value: '1',
    effect: 'ph',
    min: '6,5',
    max: '7.5',
    within: '60',
  };
  expect(ordersFrom('write', filled, edge)).toMatchObject({
    orders: { effect: { parameter: 'ph', min: 6.5, max: 7.5, within_s: 60 } },
  });
  expect(ordersFrom('write', { ...filled, min: '8' }, edge)).toEqual({ faults: { min: 'fleet.fault.band' } });
  expect(ordersFrom('write', { ...filled, within: '1.5' }, edge)).toEqual({
    faults: { within: 'fleet.fault.number' },
  });
});

test.each([
  ['read', { place: '', address: '0', count: '1' }, ['place']],
  ['read', { place: 'cau-do/do', address: '65536', count: '126' }, ['address', 'count']],
  ['read', { place: 'cau-do/do', address: 'x', count: '' }, ['address', 'count']],
  ['write', { place: 'cau-do/io', write: 'bom', value: '2' }, ['value']],
  ['write', { place: 'cau-do/io', write: 'bom', value: '' }, ['value']],
  ['write', { place: 'cau-do/do', write: 'bom', value: '1' }, ['write']],
  ['log', { lines: '0' }, ['lines']],
] as const)('%s of %j is not sent', (kind, filled, fields) => {
  const made = ordersFrom(kind, filled, edge);
  expect('faults' in made && Object.keys(made.faults)).toEqual(fields);
});

test('it begins with an instrument that can be written to', () => {
  expect(firstFilled('write', edge)).toMatchObject({ place: 'cau-do/io', write: 'bom' });
  expect(firstFilled('read', edge)).toMatchObject({ place: 'cau-do/do' });
  expect([
    isAllowed(write('a', { min: 1, max: 3 }), 3),
    isAllowed(write('a', { min: 1, max: 3 }), 4),
  ]).toEqual([true, false]);
});
