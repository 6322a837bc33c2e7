import { expect, test } from 'vitest';
import { MOST_DEPTH, MOST_LEXEMES } from './yaml-bounds.ts';
import { parseForeignYaml, parseYaml } from './yaml-file.ts';

const parse = (text: string): unknown => parseForeignYaml(text, 'x').value;

test('what a configuration may be is taken as before', () => {
  const text =
    '# c\nlines:\n  - { id: bus, "port": 502, 1: [a, -2.5e3, null] }\ntext: |\n  &a *b !c\nlast: "*x"\n';
  expect(parse(text)).toEqual(parseYaml(text, 'x').value);
  expect(parse(text)).toEqual({
    lines: [{ id: 'bus', port: 502, 1: ['a', -2500, null] }],
    text: '&a *b !c\n',
    last: '*x',
  });
});

test.each([
  ['a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n', 'x:5:3: Map keys must be unique'],
  ['{ a: 1, "a": 2 }', 'x:1:9: Map keys must be unique'],
  ['1: a\n"1": b\n', 'x:2:1: Map keys must be unique'],
])('a key that comes twice is told with its place: %j', (text, sentence) => {
  expect(() => parse(text)).toThrow(sentence);
  expect(() => parseYaml(text, 'x')).toThrow(sentence);
});

test.each([
  ['an alias', 'a: 1\nb: *a\n', 'x:2:4: aliases are not taken'],
  ['an anchor', 'a: &a 1\n', 'x:1:4: anchors are not taken'],
  ['a tag, whose own look for equal keys is slow too', '!!omap [a: 1]', 'x:1:1: tags are not taken'],
  ['a directive', '%TAG ! x\n---\n', 'x:1:1: directives are not taken'],
  ['what JSON cannot say', 'a: [1, .nan]', 'x:1:8: a number must be finite'],
  ['a key that is a list', '? [a]\n: 1\n', 'x:1:3: a key must be a plain word'],
  ['brackets without end', `a: ${'['.repeat(100_000)}`, `more than ${MOST_DEPTH} levels`],
  ['dashes without end', '- '.repeat(100_000), `more than ${MOST_DEPTH} levels`],
  [
    'brackets after those that close nothing',
    `${'}'.repeat(100)}${'['.repeat(100)}`,
    `more than ${MOST_DEPTH} levels`,
  ],
  ['colons without end', 'a: '.repeat(100_000), `more than ${MOST_DEPTH} levels`],
  [
    'steps',
    Array.from({ length: 40 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
    `more than ${MOST_DEPTH} levels`,
  ],
  ['blanks without end', `a: b\n${' '.repeat(100_000)}${'c'.repeat(100_000)}`, 'blanks in a row'],
  ['more than a configuration has', `[${'1,'.repeat(MOST_LEXEMES)}]`, `more than ${MOST_LEXEMES} words`],
])('%s is refused from outside', (_what, text, sentence) => {
  expect(() => parse(text)).toThrow(sentence);
});

const KEYS = Array.from({ length: 15_000 }, (_, index) => `k${index}`);
/** The same keys in objects of so many; the time of the fastest, since other work runs beside. */
function millisecondsFor(keys: number): number {
  const objects = Array.from({ length: KEYS.length / keys }, (_, index) =>
    KEYS.slice(index * keys, (index + 1) * keys).join(','),
  );
  const text = `[{${objects.join('},{')}}]`;
  const times = Array.from({ length: 3 }, () => {
    const began = performance.now();
    parse(text);
    return performance.now() - began;
  });
  return Math.min(...times);
}

test('keys in one object do not take longer than in many: none is compared with all before it', () => {
  // Comparing them takes some thirty times as long.
  expect(millisecondsFor(KEYS.length) / millisecondsFor(50)).toBeLessThan(10);
});
