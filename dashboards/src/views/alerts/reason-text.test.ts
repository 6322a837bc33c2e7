import { expect, test } from 'vitest';
import { TEXTS } from '../../texts/texts.ts';
import { reasonOf } from './reason-text.ts';

const say = (reason: string | null, by: string | null = null) =>
  reasonOf({ by, reason }, TEXTS.vi, (key) => `<${key}>`);

test.each([
  ['waits for its cause to be known', 'chờ biết nguyên nhân'],
  ['nobody acknowledged it within 300 s', 'không ai nhận trong 5 phút'],
  ['follows from edge/hop-1', 'do <edge/hop-1>'],
  ['incident 7 begins', 'vụ cháy 7 bắt đầu'],
  ['within 2000 m of incident 7', 'cách vụ cháy 7 không quá 2000 m'],
  ['something that is new', 'something that is new'],
])('%s', (reason, said) => {
  expect(say(reason)).toBe(said);
});

test("a person's words stay as they are", () => {
  expect(say('nothing explains it', 'lan')).toBe('nothing explains it');
  expect(say(null)).toBeNull();
});
