import { expect, test } from 'vitest';
import { meanReason } from '../../devices/mean.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { decodeSenml } from '../../devices/wire/senml.ts';
import { type Boot, correction, datedPayload, latestPossible } from './dating.ts';

const NOW = Date.UTC(2026, 9, 3, 8);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const boot = (fields: Partial<Boot> = {}): Boot => ({
  name: '1a2b3c4d-0000',
  wallOffset: 0,
  oldest: 10_000,
  newest: HOUR,
  ...fields,
});

test('a clock that was set by years or by hours is a correction, which leaves a value as good as it was', () => {
  expect(correction(boot(), NOW, 2 * HOUR, true)).toEqual({
    offset: NOW,
    reason: 'time corrected: the clock was set ahead by 20729.3 days',
    doubtful: false,
  });
  const back = correction(boot({ wallOffset: NOW + 3 * HOUR }), NOW, 2 * HOUR, true);
  expect(back.reason).toBe('time corrected: the clock was set back by 3 hours');
});

test('after more than a week the crystal is no good witness', () => {
  expect(correction(boot(), NOW, 7 * DAY + 10_000, true).doubtful).toBe(false);
  expect(correction(boot(), NOW, 7 * DAY + 10_001, true)).toMatchObject({
    reason: expect.stringMatching(/, after more than a week: to a minute or worse$/),
    doubtful: true,
  });
});

test('a clock that was right all along is no correction, if somebody says so', () => {
  const kept = boot({ wallOffset: NOW - 900 });
  expect(correction(kept, NOW, HOUR, true)).toEqual({ offset: NOW, reason: null, doubtful: false });
  expect(correction(kept, NOW, HOUR, false)).toEqual({
    offset: NOW,
    reason: 'clock not synchronised',
    doubtful: true,
  });
});

test('boots that ended without a time are put before each other and before the next one, as late as possible', () => {
  const boots = [boot({ name: 'aaaaaaaa-1', newest: 2 * HOUR }), boot({ name: 'bbbbbbbb-2', newest: HOUR })];
  expect(latestPossible(boots, NOW, true)).toEqual([
    {
      offset: NOW - 3 * HOUR,
      reason: 'time unknown: boot aaaaaaaa ended before the clock was synchronised',
      doubtful: true,
    },
    {
      offset: NOW - HOUR,
      reason: 'time unknown: boot bbbbbbbb ended before the clock was synchronised',
      doubtful: true,
    },
  ]);
});

test('a clock that was not plainly wrong is believed, unless it says more than is possible', () => {
  const [early] = latestPossible([boot({ wallOffset: NOW - DAY })], NOW, true);
  expect(early?.offset).toBe(NOW - DAY);
  const [late] = latestPossible([boot({ wallOffset: NOW + DAY })], NOW, true);
  expect(late?.offset).toBe(NOW - HOUR);
  // Where the centre dates, the edge's own clock has no say.
  expect(latestPossible([boot({ wallOffset: NOW - DAY })], NOW, false)[0]?.offset).toBe(NOW - HOUR);
});

const reading = (fields: Partial<Reading> = {}): Reading => ({
  station: 's1',
  parameter: 'ph',
  at: 5000,
  value: 7,
  flag: FLAG.good,
  reason: null,
  ...fields,
});
const decode = (payload: string, now: number) => {
  const decoded = decodeSenml(payload, 's1', now);
  return decoded.kind === 'records' ? decoded.readings : [];
};

test('a payload gets its dates and what is said of them; flags get no better and no mean loses its count', () => {
  const readings = [
    reading(),
    reading({ at: 6000, flag: FLAG.fail, reason: 'outside 0..14' }),
    reading({ at: 7000, reason: meanReason(58, 60_000) }),
  ];
  const sure = { offset: NOW, reason: 'time corrected', doubtful: false };
  expect(decode(datedPayload('s1', readings, sure, 0), 0)).toEqual([
    reading({ at: NOW + 5000, reason: 'time corrected' }),
    reading({ at: NOW + 6000, flag: FLAG.fail, reason: 'outside 0..14; time corrected' }),
    reading({ at: NOW + 7000, reason: 'mean of 58 values in 60 s; time corrected' }),
  ]);
  const [doubtful] = decode(datedPayload('s1', readings, { ...sure, doubtful: true }, 0), 0);
  expect(doubtful).toMatchObject({ flag: FLAG.suspect, reason: 'time corrected' });
  expect(decode(datedPayload('s1', readings, { ...sure, reason: null }, 0), 0)[0]).toEqual(
    reading({ at: NOW + 5000 }),
  );
});

test('told from the present, times are ages, which whoever gets them counts back from the arrival', () => {
  const edgeNow = 65_000;
  const dating = { offset: 0, reason: 'clock not synchronised', doubtful: true };
  const payload = datedPayload('s1', [reading({ at: 5000 }), reading({ at: 65_000 })], dating, edgeNow);
  expect(decode(payload, NOW).map(({ at }) => at)).toEqual([NOW - 60_000, NOW]);
});
