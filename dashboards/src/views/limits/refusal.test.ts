import { expect, test } from 'vitest';
import { limitSchema } from '../../../../devices/limit.ts';
import { refusalOf } from './refusal.ts';

test('the place of a refusal is known, of a rehearsal as of a change', () => {
  const detail = 'limits/2/clear: clear value 500.5 is on the wrong side of raise value 60 for a high limit';
  for (const said of [detail, `rule/${detail}`])
    expect(refusalOf(said, 'vi')).toEqual({
      index: 2,
      field: 'clear',
      sentence: 'Mức hết 500,5 nằm sai phía so với mức cảnh báo 60.',
    });
  expect(refusalOf('based_on: must be a number', 'vi')).toEqual({
    ...{ index: null, field: '', sentence: 'based_on: must be a number' },
  });
});

const base = { name: 'a', parameter: 'ph', level: 'warning' };

/** What the gateway's own schema says, so that a changed sentence of it is seen here. */
test.each([
  [{ ...base, kind: 'high', raise: 6, clear: 7 }, 'clear', 'sai phía'],
  [{ ...base, kind: 'low', raise: 6, clear: 5 }, 'clear', 'sai phía'],
  [{ ...base, kind: 'outside', low: 9, high: 6 }, 'low', 'Mức dưới 9'],
  [{ ...base, kind: 'outside', low: 6, high: 9, clear_low: 5 }, 'clear_low', 'sai phía'],
  [{ ...base, kind: 'outside', low: 1, high: 9, clear_low: 8, clear_high: 7 }, 'clear_low', 'phía dưới 8'],
  [{ ...base, kind: 'high', raise: 6, needed: 3, of: 2 }, 'needed', '3 trong 2'],
  [{ ...base, kind: 'high', raise: 6, needed: 3 }, 'of', 'cả hai'],
  [{ ...base, kind: 'rate', raise: 0, within_s: 60 }, 'raise', 'lớn hơn 0'],
  [{ ...base, kind: 'rate', raise: 1, clear: -1, within_s: 60 }, 'clear', 'nhỏ hơn 0'],
  [{ ...base, kind: 'stale', after_s: 0.5 }, 'after_s', '1 giây'],
  [{ ...base, kind: 'high', raise: 6, hold_s: 100_000 }, 'hold_s', 'Nhiều nhất là 86400'],
  [{ ...base, kind: 'deviation', raise: 1, days: 3, least_days: 5 }, 'least_days', '5 ngày trong 3'],
])('%j is refused in Vietnamese', (limit, field, words) => {
  const issue = limitSchema.safeParse(limit).error?.issues[0];
  const refusal = refusalOf(`limits/0/${issue?.path.join('/')}: ${issue?.message}`, 'vi');
  expect(refusal).toMatchObject({ index: 0, field });
  expect(refusal.sentence).toContain(words);
});
