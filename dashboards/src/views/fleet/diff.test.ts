import { expect, test } from 'vitest';
import { type DiffRow, diffLines, folded } from './diff.ts';

const marked = (rows: readonly DiffRow[]): string[] =>
  rows.map(({ kind, left, right }) => {
    if (kind === 'same') return `  ${left?.text}`;
    return [left && `- ${left.text}`, right && `+ ${right.text}`].filter((part) => part !== null).join(' ');
  });

test('a changed line stands beside what it became, one that came or went stands alone', () => {
  const before = 'id: a\nlines:\n  - id: rs485\n    baud: 9600\nstations: []\n';
  const after = 'id: a\nlines:\n  - id: rs485\n    baud: 19200\n    parity: even\nstations: []\n';
  expect(marked(diffLines(before, after))).toEqual([
    '  id: a',
    '  lines:',
    '    - id: rs485',
    '-     baud: 9600 +     baud: 19200',
    '+     parity: even',
    '  stations: []',
  ]);
});

test('lines keep their numbers on each side', () => {
  const rows = diffLines('a\nb\nc', 'a\nc');
  expect(rows.at(-1)).toEqual({ kind: 'same', left: { n: 3, text: 'c' }, right: { n: 2, text: 'c' } });
});

test('nothing differs in the same text, everything in one that was empty', () => {
  expect(diffLines('a\nb\n', 'a\nb\n').every(({ kind }) => kind === 'same')).toBe(true);
  expect(marked(diffLines('', 'a\nb'))).toEqual(['+ a', '+ b']);
  expect(diffLines('', '')).toEqual([]);
});

/** What is left of the rows on one side is that text again. */
const side = (rows: readonly DiffRow[], which: 'left' | 'right'): string =>
  rows.flatMap((row) => (row[which] === null ? [] : [row[which].text])).join('\n');

test('whatever the texts, both can be read from the difference, and common lines of the shortest edit stand together', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 200; round++) {
    const text = (): string => Array.from({ length: random(14) }, () => 'abcd'[random(4)]).join('\n');
    const [left, right] = [text(), text()];
    const rows = diffLines(left, right);
    expect(side(rows, 'left')).toBe(left);
    expect(side(rows, 'right')).toBe(right);
  }
});

test('texts of thousands of lines that share nothing are told as replaced, at once', () => {
  const many = (letter: string): string => Array.from({ length: 6000 }, (_, n) => `${letter}${n}`).join('\n');
  const rows = diffLines(many('a'), many('b'));
  expect(rows).toHaveLength(6000);
  expect(rows[0]).toMatchObject({ kind: 'changed', left: { text: 'a0' }, right: { text: 'b0' } });
});

test('what is the same far from any change is folded away, with how much it is', () => {
  const lines = Array.from({ length: 40 }, (_, n) => `line ${n}`);
  const rows = folded(diffLines(lines.join('\n'), lines.with(20, 'new').join('\n')), 2);
  expect(rows.map(({ kind }) => kind)).toEqual(['fold', 'same', 'same', 'changed', 'same', 'same', 'fold']);
  expect(rows[0]).toEqual({ kind: 'fold', count: 18 });
});
