import { expect, test } from 'vitest';
import type { TransitionAnswer } from '../../../../devices/wire/api.ts';
import { TEXTS } from '../../texts/texts.ts';
import { reasonOf } from './reason-text.ts';

const say = (reason: string | null, by: string | null = null, kind: TransitionAnswer['kind'] = 'raised') =>
  reasonOf({ kind, by, reason }, TEXTS.vi, {
    cause: (key) => `<${key}>`,
    station: (id) => `Trạm ${id}`,
    moment: (at) => new Date(at).toISOString().slice(11, 16),
  });

test.each([
  ['waits for its cause to be known', 'chờ biết nguyên nhân'],
  ['nobody acknowledged it within 300 s', 'không ai xác nhận trong 5 phút'],
  ['follows from edge/hop-1', 'do <edge/hop-1>'],
  ['edge/hop-1 is back: its data are waited for', '<edge/hop-1> đã có tín hiệu lại, đang chờ số liệu'],
  ['incident 7 begins', 'vụ cháy 7 bắt đầu'],
  ['within 2000 m of incident 7', 'cách vụ cháy 7 không quá 2000 m'],
  ['chot-1/fire_detection/fire lies between incidents 7 and 5', 'nằm giữa vụ cháy 7 và 5'],
  ['raised 4 times within 900 s', 'đã 4 lần trong 15 phút'],
  ['no change for 900 s', 'không đổi trong 15 phút'],
  ['late, and its reporter has not cleared it', 'báo muộn, nơi báo chưa báo đã hết'],
  ['flows says so now', '<flows> báo là vẫn còn'],
  ['something that is new', 'something that is new'],
])('%s', (reason, said) => {
  expect(say(reason)).toBe(said);
});

test('what the gateway itself reports is in the language of the screen, too', () => {
  expect(say('nothing since 2026-11-22T09:30:00.000Z', 'gateway')).toBe('không có tin từ 09:30');
  expect(say('it is there again', 'gateway', 'cleared')).toBe('đã có tín hiệu lại');
});

test('who was told, and which siren sounds, by the kind of the change', () => {
  expect(say('lan: sms', null, 'told')).toBe('lan: Tin nhắn SMS');
  expect(say('hoa-bac: coi-1 is on', null, 'sounded')).toBe('Trạm hoa-bac: coi-1 đang hú');
  expect(say('lan: sms')).toBe('lan: sms');
});

test("a person's words stay as they are", () => {
  expect(say('nothing explains it', 'lan')).toBe('nothing explains it');
  expect(say('lan: sms', 'lan', 'noted')).toBe('lan: sms');
  expect(say(null)).toBeNull();
});
