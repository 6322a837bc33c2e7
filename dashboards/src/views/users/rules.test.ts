import { expect, test } from 'vitest';
import { newDeviceSchema, userNameSchema } from '../../../../devices/wire/users.ts';
import { browserName, deviceNameFault, passwordFault, userNameFault } from './rules.ts';

const NAMES = [
  'lan',
  'Trần.Văn-An_2@tinh',
  'tra\u0302\u0300n',
  '-lan',
  '@lan',
  'lan anh',
  '<img src=x onerror=alert(1)>',
  'a'.repeat(63),
  'a'.repeat(64),
  'hop-1',
  'Hop-1',
  'hộp',
];

test.each(NAMES)('a login name is refused here when the gateway refuses it: %s', (name) => {
  expect(userNameFault(name) === null).toBe(userNameSchema.safeParse(name).success);
});

test.each(NAMES)('a device name is refused here when the gateway refuses it: %s', (name) => {
  expect(deviceNameFault(name) === null).toBe(newDeviceSchema.safeParse({ name, kind: 'edge' }).success);
});

test.each([
  ['', null],
  ['mười một ký', 'users.passwordShort'],
  ['mười hai ký ', null],
  // Composed it is eleven, however it was typed.
  [`${'a\u0302'.repeat(2)}bcdefghij`, 'users.passwordShort'],
  ['x'.repeat(12), 'users.passwordRepeats'],
  ['abcabcabcabc', 'users.passwordRepeats'],
  ['Ngựa xanh chạy qua cầu', null],
  [`${'0123456789'.repeat(12)}ab cdefgh`, 'users.passwordLong'],
])('%s: %s', (password, fault) => {
  expect(passwordFault(password)).toBe(fault);
});

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0',
    'Edge, Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36',
    'Chrome, Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari, iPhone',
  ],
  ['curl/8.5.0', 'curl/8.5.0'],
])('a session says with what it was opened: %s', (agent, name) => {
  expect(browserName(agent)).toBe(name);
});
