import { expect, test } from 'vitest';
import { passwordFault } from './password-rules.ts';

test.each([
  ['mười hai ký tự', null],
  ['trời mưa ở Hòa Vang', null],
  ['x9 K#2 vL!p0', null],
  ['nghe gió bên sông Hàn', null],
  ['a'.repeat(11), /at least 12/],
  ['ngắn quá', /at least 12/],
  ['ắ'.normalize('NFD').repeat(5), /at least 12/],
  [`${'thuyền và biển '.repeat(9)}`, /at most 128/],
  ['aaaaaaaaaaaa', /repeated/],
  ['abcabcabcabc', /repeated/],
  ['123412341234', /repeated/],
  ['Nguyen.Van.Lan', /name/],
  ['nguyen.van.lan2024', /name/],
  ['123456789012', /everybody/],
  ['098765432109', /everybody/],
  ['bcdefghijklmno', /everybody/],
  ['qwertyuiopqw', /everybody/],
  ['Password12345', /everybody/],
  ['MatKhau@123456', /everybody/],
  ['quantrac@2026', /everybody/],
  ['iloveyouforever!', /everybody/],
] as const)('%s', (password, fault) => {
  const found = passwordFault('nguyen.van.lan', password);
  if (fault === null) expect(found).toBeNull();
  else expect(found).toMatch(fault);
});

test('128 characters are taken, however they are composed', () => {
  const long = [...'sông Hàn chảy qua cầu Rồng, '].join('').repeat(6).slice(0, 128);
  expect(passwordFault('lan', long)).toBeNull();
  expect(passwordFault('lan', long.normalize('NFD'))).toBeNull();
});
