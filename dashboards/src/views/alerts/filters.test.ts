import { expect, test } from 'vitest';
import { filtersOn, parametersOf, startOfDay } from './filters.ts';

test('both days belong to what is asked for, as days of Vietnam', () => {
  expect(parametersOf({ from: '2026-11-20', to: '2026-11-20', level: 'critical' })).toMatchObject({
    state: 'all',
    level: 'critical',
    from: Date.UTC(2026, 10, 19, 17),
    to: Date.UTC(2026, 10, 20, 17),
  });
});

test('what somebody typed into the address is left out when it is none', () => {
  expect(parametersOf({ from: 'x', to: '2026-13-45', level: 'loud', list: '<b>', station: '' })).toEqual({
    state: 'all',
  });
  expect(startOfDay('2026-02-30')).not.toBeNaN();
});

test('only what narrows the list counts', () => {
  expect(filtersOn({ list: 'all', level: '', area: 'Hòa Vang', from: '2026-11-20', other: 'x' })).toBe(2);
});
