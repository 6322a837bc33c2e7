import { expect, test } from 'vitest';
import { CODE_ALPHABET, parseCode, requestText, spellCode } from './identity.ts';

const CODE = { name: 'K7QF', secret: '2M9T01ABCDEFGHJK' };

test.each([
  ['as shown', 'K7QF-2M9T-01AB-CDEF-GHJK'],
  ['in lower case', 'k7qf-2m9t-01ab-cdef-ghjk'],
  ['without hyphens', 'K7QF2M9T01ABCDEFGHJK'],
  ['with spaces', ' K7QF 2M9T 01AB CDEF GHJK '],
  ['with O and I for 0 and 1', 'K7QF-2M9T-OIAB-CDEF-GHJK'],
  ['with o and l for 0 and 1', 'K7QF-2M9T-olAB-CDEF-GHJK'],
])('a code typed %s is understood', (_, typed) => {
  expect(parseCode(typed)).toEqual(CODE);
});

test.each([
  '',
  'K7QF-2M9T',
  'K7QF-2M9T-01AB-CDEF-GHJU',
  'K7QF-2M9T-01AB-CDEF-GHJKK',
  'K7QF-2M9T-01AB-CDEF-GHJ\n',
])('%j is no code', (typed) => expect(parseCode(typed)).toBeNull());

test('a code is shown in groups of four, and all its letters can be told apart', () => {
  expect(spellCode(CODE)).toBe('K7QF-2M9T-01AB-CDEF-GHJK');
  expect(CODE_ALPHABET).toHaveLength(32);
  expect(CODE_ALPHABET).not.toMatch(/[ILOU]/);
});

test('no field of a request can be moved into its neighbour under the same MAC', () => {
  const said = { code: 'K7QF', edge: 'edge-a', csr: 'one\ntwo', signing_key: 'three' };
  expect(requestText(said)).not.toBe(requestText({ ...said, csr: 'one', signing_key: 'two\nthree' }));
});
