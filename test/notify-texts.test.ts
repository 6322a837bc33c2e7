/** What messages say, how short they are, and who is on duty. */
import { describe, expect, test } from 'vitest';
import type { AlertAnswer } from '../devices/wire/api.ts';
import { numberIn } from '../gateway/notify/acknowledge.ts';
import { onDuty } from '../gateway/notify/duty.ts';
import { plainNumber } from '../gateway/notify/people.ts';
import { messageText, type Part } from '../gateway/notify/texts/message.ts';

/** 5 March 2026, 14:05 in Viet Nam. */
const AT = Date.UTC(2026, 2, 5, 7, 5);

const alert = (fields: Partial<AlertAnswer> = {}): AlertAnswer => ({
  id: '1',
  key: 'khi-1/pm2_5/high',
  station: 'khi-1',
  station_name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
  parameter: 'pm2_5',
  limit: 'high',
  level: 'warning',
  state: 'active',
  unverified: false,
  opened_at: AT,
  cleared_at: null,
  acknowledged_by: null,
  acknowledged_at: null,
  reporters: ['edge-a'],
  evidence: [{ at: AT, value: 351.24, threshold: 250, unit: 'ug/m3', state: 'raised', reporter: 'edge-a' }],
  notes: [],
  ...fields,
});
const part = (fields: Partial<AlertAnswer> = {}, more: Partial<Part> = {}): Part => ({
  owed: 'new',
  level: 'warning',
  members: 1,
  alerts: [{ alert: alert(fields), map: 'geo:16.06113,108.22746', commissioning: false }],
  ...more,
});
const NONE = { notice: 0, warning: 0, critical: 0, over: 0 };
const one = (told: Part) => ({
  number: 12,
  parts: [told],
  counts: { ...NONE, [told.owed === 'over' ? 'over' : told.level]: 1 },
  level: told.owed === 'over' ? null : told.level,
  answersSms: true,
});

describe('messages', () => {
  test('in Vietnamese and English', () => {
    expect(messageText(one(part()), 'vi')).toEqual({
      title: 'Cảnh báo: Cầu Rồng: Bụi PM2.5 351,2 µg/m³',
      text: [
        'Cảnh báo: Cầu Rồng: Bụi PM2.5 351,2 µg/m³ (ngưỡng 250,0 µg/m³), lúc 14:05 05/03',
        '  Bản đồ: geo:16.06113,108.22746',
        '',
        'Đã nhận: trả lời tin nhắn SMS "OK 12".',
      ].join('\n'),
      short: 'Cảnh báo: Cầu Rồng: Bụi PM2.5 351,2 ug/m3, 14:05 05/03. geo:16.06113,108.22746. Trả lời OK 12',
      maps: ['geo:16.06113,108.22746'],
    });
    expect(messageText(one(part()), 'en').short).toBe(
      'Warning: Dragon Bridge: PM2.5 351.2 ug/m3, 14:05 05/03. geo:16.06113,108.22746. Answer OK 12',
    );
  });

  test('where the values really come from is said, and that it is a test', () => {
    const origin = { vi: 'Bắc Kinh 2013', en: 'Beijing 2013' };
    const replayed = messageText(one(part({ origin })), 'en');
    expect(replayed.text).toContain('Replayed values, not measured here: Beijing 2013');
    expect(replayed.short).toMatch(/^REPLAYED Warning:/);
    const [placed] = part().alerts;
    const tested = part({}, { alerts: placed ? [{ ...placed, commissioning: true }] : [] });
    expect(messageText(one(tested), 'vi').title).toMatch(/^THỬ NGHIỆM Cảnh báo/);
  });

  test('what is silent and what has no data', () => {
    const about = { kind: 'edge', id: 'edge-a' } as const;
    const silent = part({ about, station: '', parameter: '', evidence: [] }, { alerts: [] });
    const alerts = [
      { alert: alert({ about, parameter: '', evidence: [] }), map: null, commissioning: false },
    ];
    expect(messageText(one({ ...silent, alerts }), 'vi').title).toBe('Cảnh báo: Cầu Rồng: mất liên lạc');
    expect(messageText(one(part({ no_data: true })), 'en').title).toBe(
      'Warning: Dragon Bridge: PM2.5: no data',
    );
  });

  test('who has no telephone is not asked for an SMS; a map that is too long gives way to the place', () => {
    expect(messageText({ ...one(part()), answersSms: false }, 'vi').text).not.toContain('SMS');
    const [placed] = part().alerts;
    const map = `https://map.example.vn/${'x'.repeat(100)}`;
    const long = part({}, { alerts: placed === undefined ? [] : [{ ...placed, map }] });
    expect(messageText(one(long), 'en').short).toBe(
      'Warning: Dragon Bridge: PM2.5 351.2 ug/m3, 14:05 05/03. Answer OK 12',
    );
  });

  test('several at once: the worst, and how many', () => {
    const told = {
      number: 7,
      parts: [
        part({ level: 'critical' }, { level: 'critical' }),
        part(),
        part({ cleared_at: AT }, { owed: 'over' }),
      ],
      counts: { notice: 0, warning: 40, critical: 2, over: 3 },
      level: 'critical' as const,
      answersSms: true,
    };
    const text = messageText(told, 'vi');
    expect(text.title).toBe(
      '42 cảnh báo (2 nguy cấp, 40 cảnh báo, 3 đã hết): Cầu Rồng: Bụi PM2.5 351,2 µg/m³',
    );
    expect(text.text).toContain('và 42 cảnh báo khác');
    expect(text.short).toMatch(/^42 cảnh báo .* Trả lời OK 7$/);
  });

  test('over is told without asking for an answer', () => {
    const text = messageText(
      one(part({ state: 'cleared', cleared_at: AT + 60_000 }, { owed: 'over' })),
      'vi',
    );
    expect(text.short).toBe('Đã hết: Cầu Rồng: Bụi PM2.5 351,2 ug/m3, 14:06 05/03');
    expect(text.text).not.toContain('OK');
  });

  test.each(['vi', 'en'] as const)('in %s it fits an SMS however long the names are', (language) => {
    for (const name of ['x'.repeat(500), 'Trạm kiểm lâm Hòa Bắc '.repeat(20), '🔥'.repeat(200)])
      for (const owed of ['new', 'grown', 'repeat', 'over'] as const)
        for (const origin of [undefined, { vi: 'a', en: 'a' }]) {
          const names = { station_name: { vi: name, en: name }, ...(origin && { origin }) };
          const { short, title } = messageText(one(part(names, { owed, members: 99 })), language);
          const gsm = /^[\x20-\x7e]*$/.test(short);
          expect(short.length).toBeLessThanOrEqual(gsm ? 160 : 134);
          expect(short.isWellFormed()).toBe(true);
          expect(title.length).toBeLessThanOrEqual(140);
          if (owed !== 'over') expect(short).toMatch(/OK 12$/);
        }
  });
});

describe('hours on duty', () => {
  const night = { duty: [{ days: ['fri' as const], from: '19:00', to: '07:00' }] };
  const vietnam = (text: string) => Date.parse(`${text}+07:00`);

  test.each([
    ['2026-03-06T18:59:59', false],
    ['2026-03-06T19:00:00', true],
    ['2026-03-07T06:59:59', true],
    ['2026-03-07T07:00:00', false],
    ['2026-03-06T03:00:00', false],
    ['2026-03-07T19:30:00', false],
  ])('a night that begins on Friday: %s is %s', (text, expected) => {
    expect(onDuty(night, vietnam(text))).toBe(expected);
  });

  test('a day, a whole day, and no hours at all', () => {
    const day = { duty: [{ days: ['thu' as const], from: '07:00', to: '19:00' }] };
    expect(onDuty(day, AT)).toBe(true);
    expect(onDuty(day, AT + 86_400_000)).toBe(false);
    expect(
      onDuty({ duty: [{ days: ['thu'], from: '07:00', to: '07:00' }] }, vietnam('2026-03-06T06:00:00')),
    ).toBe(true);
    expect(onDuty({ duty: undefined }, AT)).toBe(true);
    expect(onDuty({ duty: [] }, AT)).toBe(false);
  });
});

test('"OK 12" in whatever way it is typed', () => {
  for (const text of ['OK 12', 'ok12', ' Ok  12. ', 'ÔK 12', 'ók-12', '"OK 12"', 'OK: 12!'])
    expect(numberIn(text)).toBe(12);
  for (const text of ['12', 'OK', 'OK 12 13', 'not OK 12', 'ok mười hai', '', `${'x'.repeat(300)}OK 12`])
    expect(numberIn(text)).toBe(null);
});

test('one number in whatever way it is written', () => {
  for (const text of ['+84905123456', '84905123456', '0084905123456', '0905 123 456', '0905.123.456'])
    expect(plainNumber(text)).toBe('0905123456');
  for (const text of ['X0905123456', '0905123456x', 'Viettel', '', '+', '- . -'])
    expect(plainNumber(text)).toBe(null);
});
