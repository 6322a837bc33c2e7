import { expect, test } from 'vitest';
import { textOf } from './alphabet.ts';
import { plainText } from './plain-text.ts';
import { MOST_PARTS, splitSms } from './split.ts';

/** What each part reads. */
function parts(text: string, alphabet: 'gsm7' | 'unicode'): string[] {
  const split = splitSms(text, alphabet);
  return split.coding === 'ucs2' ? [...split.parts] : split.parts.map(textOf);
}
const lengths = (text: string, alphabet: 'gsm7' | 'unicode') => {
  const split = splitSms(text, alphabet);
  return [split.coding, ...split.parts.map(({ length }) => length)];
};

test.each([
  ['a'.repeat(160), ['gsm7', 160]],
  ['a'.repeat(161), ['gsm7', 153, 8]],
  ['a'.repeat(306), ['gsm7', 153, 153]],
  ['a'.repeat(307), ['gsm7', 153, 153, 1]],
  // Two septets each.
  ['€'.repeat(80), ['gsm7', 160]],
  // An escape is not parted from what it stands before.
  [`${'a'.repeat(152)}€${'b'.repeat(20)}`, ['gsm7', 152, 22]],
  ['ạ'.repeat(70), ['ucs2', 70]],
  ['ạ'.repeat(71), ['ucs2', 67, 4]],
  // A pair of surrogates stays together.
  [`${'ạ'.repeat(66)}🔥${'ạ'.repeat(10)}`, ['ucs2', 66, 12]],
  ['', ['gsm7', 0]],
])('lengths of %j', (text, expected) => {
  expect(lengths(text, 'unicode')).toEqual(expected);
});

test('what is too long is cut, and says so', () => {
  for (const alphabet of ['gsm7', 'unicode'] as const) {
    const made = parts('Cháy ở đèo Hải Vân. '.repeat(60), alphabet);
    expect(made).toHaveLength(MOST_PARTS);
    expect(made.at(-1)).toMatch(alphabet === 'gsm7' ? /\.\.\.$/ : /…$/);
  }
});

test('Vietnamese without diacritics reads on, whatever the way it is written in', () => {
  const text =
    'NGUY CẤP: Trạm Bà Nà, khói 38 °C – PM2,5 ≥ 150 µg/m³. Trả lời “OK 12”… Đèo Hải Vân, đường số 5';
  const plain =
    'NGUY CAP: Tram Ba Na, khoi 38 C - PM2,5 >= 150 ug/m3. Tra loi "OK 12"... Deo Hai Van, duong so 5';
  expect(plainText(text)).toBe(plain);
  expect(plainText(text.normalize('NFD'))).toBe(plain);
  expect(parts(text, 'gsm7')).toEqual([plain]);
  expect(parts(text, 'unicode').join('')).toBe(text);
  // All of it in the GSM alphabet: as it is.
  expect(parts('Ha Noi: à é [ok]', 'unicode')).toEqual(['Ha Noi: à é [ok]']);
  expect(plainText('火🔥')).toBe('??');
});

test('every letter of Vietnamese has its plain one', () => {
  const vowels = ['a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'y'];
  const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];
  for (const vowel of vowels)
    for (const tone of tones)
      for (const letter of [`${vowel}${tone}`, `${vowel}${tone}`.toUpperCase()])
        expect(plainText(letter.normalize('NFC'))).toBe(letter.normalize('NFD').charAt(0));
});
