import { expect, test } from 'vitest';
import { DAY_MS } from '../../../../devices/local-time.ts';
import { momentText } from './readout.tsx';

const DAY_S = 86_400;
/** Monday, 9 March 2020, 0:00 in Vietnam. */
const MONDAY = Date.UTC(2020, 2, 8, 17);

test('whole days are told by their dates, the last one included; less by its hours', () => {
  expect(momentText(MONDAY, DAY_S)).toBe('09/03/2020');
  expect(momentText(MONDAY, 7 * DAY_S)).toBe('09/03/2020 – 15/03/2020');
  expect(momentText(MONDAY + DAY_MS / 2, 6 * 3600)).toBe('12:00 09/03/2020 – 18:00');
});
