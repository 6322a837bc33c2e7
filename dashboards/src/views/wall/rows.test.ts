import { expect, test } from 'vitest';
import { rowsFor } from './rows.ts';

const SIZES = { box: 100, row: 20, rest: 10 };

test('all rows that have room are shown', () => {
  expect(rowsFor(5, SIZES)).toBe(5);
  expect(rowsFor(0, SIZES)).toBe(0);
});

test('of more, as many as leave room for the line that counts the others', () => {
  expect(rowsFor(6, SIZES)).toBe(4);
  expect(rowsFor(600, { ...SIZES, rest: 0 })).toBe(5);
});

test('one is shown however small the box is, and before it was measured', () => {
  expect(rowsFor(6, { ...SIZES, box: 5 })).toBe(1);
  expect(rowsFor(6, { box: 0, row: 0, rest: 0 })).toBe(1);
});
