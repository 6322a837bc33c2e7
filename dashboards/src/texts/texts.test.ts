import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WORST_FIRST } from '../judge.ts';
import { fill, TEXTS, type TextKey } from './texts.ts';

const keys = Object.keys(TEXTS.vi) as TextKey[];
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

test('both languages have the same texts, none missing and none left over', () => {
  expect(Object.keys(TEXTS.en).sort()).toEqual([...keys].sort());
});

test('every text is written in both languages and takes the same values in each of its forms', () => {
  const faulty = keys.filter((key) => {
    const forms = [TEXTS.vi[key], ...TEXTS.en[key].split('|')];
    const values = new Set(forms.map((form) => placeholders(form).join()));
    return forms.some((form) => form.trim() === '') || values.size > 1;
  });
  expect(faulty).toEqual([]);
});

test('one thing has one name on every screen', () => {
  // Each was said once for what the comment says now.
  const forbidden = [
    'hộp biên', // tủ đo
    'bộ luật', // bộ quy tắc
    'cách ly', // bị giữ lại
    'chốt', // trạm canh lửa
    'ngừng vận hành', // ngừng phục vụ
    'e-mail', // thư điện tử
  ];
  const found = keys.filter((key) => forbidden.some((word) => TEXTS.vi[key].toLowerCase().includes(word)));
  expect(found).toEqual([]);
});

test('every text is used: its key stands in the code, whole or put together', () => {
  const src = join(import.meta.dirname, '..');
  const code = globSync('**/*.{ts,tsx}', { cwd: src })
    .filter((file) => !file.startsWith('texts') && !file.includes('.test.'))
    .map((file) => readFileSync(join(src, file), 'utf8'))
    .join('\n');
  const whole = new Set([...code.matchAll(/'([\w-]+\.[^'\n]+)'/g)].map(([, key = '']) => key));
  // `kind.${kind}Text`: whatever begins and ends so.
  const parts = [...code.matchAll(/`([\w-]+\.[\w.-]*)\$\{[^`\n]*\}([\w.-]*)`/g)];
  const isUsed = (key: string): boolean =>
    whole.has(key) || parts.some(([, start = '', end = '']) => key.startsWith(start) && key.endsWith(end));
  expect(keys.filter((key) => !isUsed(key))).toEqual([]);
});

test('every state, kind, level, flag and role has its name', () => {
  const wanted = [
    ...WORST_FIRST.map((state) => `state.${state}`),
    ...['air', 'water', 'weather', 'fire', 'traffic'].map((kind) => `kind.${kind}`),
    ...['critical', 'warning', 'notice'].map((level) => `level.${level}`),
    ...[1, 2, 3, 4, 9].map((flag) => `flag.${flag}`),
    ...['viewer', 'operator', 'technician', 'admin'].map((role) => `role.${role}`),
  ];
  expect(wanted.filter((key) => !keys.includes(key as TextKey))).toEqual([]);
});

test('a text fills its values and chooses between one and several', () => {
  expect(fill(TEXTS.en['app.stations'], { n: 1 })).toBe('1 station');
  expect(fill(TEXTS.en['app.stations'], { n: 0 })).toBe('0 stations');
  expect(fill(TEXTS.vi['app.stations'], { n: 3 })).toBe('3 trạm');
});

test('a value is put in as it is, even when it looks like a pattern', () => {
  expect(fill('{a} {b}', { a: '$& {b}', b: '<i>' })).toBe('$& {b} <i>');
});
