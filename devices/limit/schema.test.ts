import { expect, test } from 'vitest';
import { limitSchema } from '../limit.ts';

const base = { name: 'x', parameter: 'pm2_5', level: 'warning' };
const high = { ...base, kind: 'high', raise: 100 };
const band = { ...base, kind: 'outside', low: 6, high: 9 };
const rate = { ...base, kind: 'rate', raise: 8, within_s: 600 };
const deviation = { ...base, kind: 'deviation', raise: 12 };
const stale = { ...base, kind: 'stale', after_s: 600 };
const air = { ...base, parameter: 'pm2_5_24h', kind: 'standard', standard: 'qcvn-05' };
const water = { ...base, parameter: 'ph', kind: 'standard', standard: 'qcvn-08', water: 'river', class: 'B' };

test.each([high, { ...high, kind: 'low' }, band, rate, deviation, stale, air, water])(
  'the shortest $kind limit is right',
  (limit) => {
    expect(limitSchema.safeParse(limit).success).toBe(true);
  },
);

test.each([
  ['no kind', { ...base, raise: 100 }, 'kind', 'must be one of high, low, outside, rate, deviation, stale'],
  ['unknown kind', { ...high, kind: 'hihg' }, 'kind', 'must be one of'],
  ['unknown parameter', { ...high, parameter: 'pm3' }, 'parameter', '"pm3" is no known parameter'],
  ['unknown field', { ...high, within_s: 5 }, '', 'within_s'],
  [
    'high, clear above raise',
    { ...high, clear: 120 },
    'clear',
    'clear value 120 is on the wrong side of raise value 100 for a high limit',
  ],
  [
    'low, clear below raise',
    { ...high, kind: 'low', clear: 80 },
    'clear',
    'wrong side of raise value 100 for a low limit',
  ],
  ['band upside down', { ...band, low: 9, high: 6 }, 'low', 'low value 9 must be below high value 6'],
  [
    'band, clear_low outside',
    { ...band, clear_low: 5 },
    'clear_low',
    'clear low value 5 is on the wrong side of low value 6 for an outside limit',
  ],
  [
    'band, clear_high outside',
    { ...band, clear_high: 10 },
    'clear_high',
    'clear high value 10 is on the wrong side of high value 9',
  ],
  ['band, clears upside down', { ...band, clear_low: 8, clear_high: 7 }, 'clear_low', 'must not be above'],
  [
    'rate, clear beyond raise',
    { ...rate, clear: 9 },
    'clear',
    'wrong side of raise value 8 for a rate limit',
  ],
  ['rate of nothing', { ...rate, raise: 0 }, 'raise', 'must be above 0'],
  ['rate, negative clear', { ...rate, clear: -1 }, 'clear', 'must be 0 or more'],
  ['rate without a time', { ...rate, within_s: undefined }, 'within_s', 'expected number'],
  ['unknown direction', { ...rate, direction: 'left' }, 'direction', 'up'],
  [
    'deviation, clear beyond raise',
    { ...deviation, clear: 13 },
    'clear',
    'wrong side of raise value 12 for a deviation limit',
  ],
  ['deviation of nothing', { ...deviation, raise: 0 }, 'raise', 'must be above 0'],
  ['deviation, negative mads', { ...deviation, mads: -4 }, 'mads', 'must be 0 or more'],
  [
    'more days than there are',
    { ...deviation, days: 3 },
    'least_days',
    '5 days cannot be found in the last 3',
  ],
  ['more days than are kept', { ...deviation, days: 15 }, 'days', '14'],
  ['stale at once', { ...stale, after_s: 0 }, 'after_s', 'must be 1 second or more'],
  ['stale with a hold', { ...stale, hold_s: 5 }, '', 'hold_s'],
  [
    'a value of a moment by QCVN 05',
    { ...air, parameter: 'pm2_5' },
    'parameter',
    'pm2_5 is a value of a moment: the limits of QCVN 05:2023 hold for means (pm2_5_24h)',
  ],
  [
    'a mean that QCVN 05 has no limit of',
    { ...air, parameter: 'pm2_5_1h' },
    'parameter',
    'QCVN 05:2023 has no limit of pm2_5_1h',
  ],
  ['QCVN 05 of a river', { ...air, water: 'river' }, 'water', 'QCVN 05:2023 is of air, not of a water body'],
  ['a standard nobody has', { ...air, standard: 'qcvn-06' }, 'standard', 'must be one of qcvn-05, qcvn-08'],
  ['no standard', { ...air, standard: undefined }, 'standard', 'must be one of qcvn-05, qcvn-08'],
  ['a standard and a value', { ...air, raise: 40 }, '', 'raise'],
  ['QCVN 08 of nowhere', { ...water, water: undefined }, 'water', 'must be one of river, lake'],
  ['QCVN 08 without a class', { ...water, class: undefined }, 'class', 'is missing: one of A, B, C, D'],
  ['a class that no table has', { ...water, class: 'E' }, 'class', 'must be one of A, B, C, D'],
  [
    'a class that the table lacks',
    { ...water, parameter: 'cod', water: 'lake', class: 'C' },
    'class',
    'table 3 (lakes, ponds) has no class "C" here, since no source of its values was seen: it has A, B',
  ],
  [
    'a parameter that the table lacks',
    { ...water, parameter: 'turbidity' },
    'parameter',
    'table 2 (rivers, streams, canals) have no row for turbidity here',
  ],
  [
    'a row of another table',
    { ...water, water: 'lake' },
    'parameter',
    'table 3 (lakes, ponds) have no row for ph here',
  ],
  [
    'a cell without a bound',
    { ...water, class: 'D' },
    'parameter',
    'class D sets no bound for ph ("< 6 hoặc > 8.5"): it can never be exceeded',
  ],
  ['negative hold', { ...high, hold_s: -1 }, 'hold_s', 'must be 0 seconds or more'],
  ['negative hold to clear', { ...stale, clear_hold_s: -1 }, 'clear_hold_s', 'must be 0 seconds or more'],
  ['3 of 2 samples', { ...high, needed: 3, of: 2 }, 'needed', '3 of 2 samples cannot be'],
  ['of how many samples', { ...high, needed: 2 }, 'of', 'go together'],
  ['how many of the samples', { ...high, of: 2 }, 'needed', 'go together'],
  ['month 13', { ...high, when: { months: { from: 1, to: 13 } } }, 'when.months.to', '12'],
  ['no hours at all', { ...high, when: { hours: { from: 5, to: 5 } } }, 'when.hours.to', 'must differ'],
  ['when without anything', { ...high, when: {} }, 'when', '"months" or "hours"'],
  ['an unheard level', { ...high, level: 'loud' }, 'level', 'notice'],
  ['a name with blanks', { ...high, name: 'too hot' }, 'name', 'lower-case'],
])('%s is refused by name', (_title, wrong, place, words) => {
  const [issue] = limitSchema.safeParse(wrong).error?.issues ?? [];
  expect(issue?.path.join('.')).toBe(place);
  expect(issue?.message).toContain(words);
});
