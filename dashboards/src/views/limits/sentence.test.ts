import { afterEach, expect, test } from 'vitest';
import { language } from '../../i18n.ts';
import type { Limit } from './calls.ts';
import { limitSentences } from './sentence.ts';

afterEach(() => {
  language.value = 'vi';
});

const common = { name: 'mot', level: 'warning', quality: 'good', hold_s: 0, clear_hold_s: 0 } as const;

const CASES: ReadonlyArray<{ limit: Limit; vi: [string, string | null]; en: [string, string | null] }> = [
  {
    limit: { ...common, parameter: 'ph', kind: 'low', raise: 6, clear: 6.25, hold_s: 300 },
    vi: ['Cảnh báo khi pH từ 6 trở xuống suốt 5 phút.', 'Hết khi lên 6,25 hoặc cao hơn.'],
    en: ['Warning when pH is 6 or lower for 5 minutes.', 'Over when it is 6.25 or higher.'],
  },
  {
    limit: {
      ...common,
      parameter: 'pm2_5',
      kind: 'high',
      raise: 100.25,
      level: 'critical',
      clear_hold_s: 90,
    },
    vi: [
      'Cảnh báo nghiêm trọng khi bụi PM2.5 từ 100,25 µg/m³ trở lên.',
      'Hết khi không còn như vậy suốt 1 phút 30 giây.',
    ],
    en: [
      'Critical alert when PM2.5 is 100.25 µg/m³ or higher.',
      'Over when that no longer holds for 1 minute 30 seconds.',
    ],
  },
  {
    limit: {
      ...{ ...common, parameter: 'ph', kind: 'outside', low: 6, high: 9, clear_low: 6.2, clear_high: 8.8 },
      ...{ hold_s: 3630, when: { months: { from: 11, to: 4 }, hours: { from: 22, to: 6 } }, level: 'notice' },
    },
    vi: [
      'Lưu ý khi pH từ 6 trở xuống hoặc từ 9 trở lên suốt 1 giờ 30 giây, chỉ từ tháng 11 đến tháng 4, chỉ từ 22 giờ đến 6 giờ.',
      'Hết khi về trong khoảng 6,2 đến 8,8.',
    ],
    en: [
      'Notice when pH is 6 or lower, or 9 or higher for 1 hour 30 seconds, only from November to April, only from 22:00 to 6:00.',
      'Over when it is back between 6.2 and 8.8.',
    ],
  },
  {
    limit: {
      ...{ ...common, parameter: 'air_temperature', kind: 'rate', raise: 8, clear: 4, within_s: 600 },
      direction: 'up',
    },
    vi: [
      'Cảnh báo khi nhiệt độ không khí tăng từ 8 °C trở lên trong vòng 10 phút.',
      'Hết khi mức thay đổi không quá 4 °C.',
    ],
    en: [
      'Warning when air temperature rises by 8 °C or more within 10 minutes.',
      'Over when the change is no more than 4 °C.',
    ],
  },
  {
    limit: {
      ...{
        ...common,
        parameter: 'pm2_5',
        kind: 'deviation',
        raise: 100,
        clear: 50,
        mads: 4,
        direction: 'up',
      },
      ...{ days: 14, least_days: 5, needed: 2, of: 3, quality: 'suspect' },
    },
    vi: [
      'Cảnh báo khi bụi PM2.5 cao hơn mức thường lệ của giờ đó từ 100 µg/m³ trở lên và ít nhất 4 lần độ lệch thường lệ, ở ít nhất 2 trong 3 lần đo gần nhất, kể cả số liệu nghi ngờ.',
      'Hết khi độ lệch không quá 50 µg/m³.',
    ],
    en: [
      'Warning when PM2.5 is 100 µg/m³ or more above what is usual at that hour and at least 4 times its usual deviation, in at least 2 of the last 3 readings, suspect readings too.',
      'Over when it is no more than 50 µg/m³ away.',
    ],
  },
  {
    limit: {
      ...{ name: 'im', parameter: 'water_level', kind: 'stale', after_s: 1800, level: 'notice' },
      ...{ quality: 'good', clear_hold_s: 0 },
    },
    vi: ['Lưu ý khi mực nước không có số liệu suốt 30 phút.', null],
    en: ['Notice when there is no data of water level for 30 minutes.', null],
  },
  {
    limit: {
      ...{ ...common, parameter: 'dissolved_oxygen', kind: 'standard', standard: 'qcvn-08' },
      ...{ water: 'river', class: 'B' },
    },
    vi: ['Cảnh báo khi oxy hòa tan (DO) không đạt QCVN 08:2023/BTNMT, sông, suối, mức B.', null],
    en: ['Warning when dissolved oxygen does not meet QCVN 08:2023/BTNMT, river, class B.', null],
  },
  {
    limit: { ...common, parameter: 'smoke', kind: 'high', raise: 1, clear: 0, level: 'critical' },
    vi: ['Cảnh báo nghiêm trọng khi khói báo “có”.', null],
    en: ['Critical alert when smoke says “yes”.', null],
  },
];

test.each(CASES)('$limit.kind of $limit.parameter as a sentence in both languages', ({ limit, vi, en }) => {
  language.value = 'vi';
  expect(limitSentences(limit)).toEqual({ raises: vi[0], clears: vi[1] });
  language.value = 'en';
  expect(limitSentences(limit)).toEqual({ raises: en[0], clears: en[1] });
});
