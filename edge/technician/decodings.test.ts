import { expect, test } from 'vitest';
import { type Decoding, parseExpected, rankDecodings } from './decodings.ts';

/** Registers from an address on, as they came. */
const registers = (from: number, words: readonly number[]) => (address: number) => words[address - from];

function best(
  from: number,
  words: readonly number[],
  display: string,
  asked = { address: from, count: words.length },
) {
  const expected = parseExpected(display);
  if (!expected) throw new Error(`"${display}" is no number`);
  return rankDecodings(registers(from, words), asked, expected);
}

const short = ({ address, type, order, scale }: Decoding) => ({ address, type, order, scale });

test.each([
  {
    // EnviroDIY, YosemitechModbus: all floats are little-endian over the whole four bytes.
    title: 'Yosemitech Y4000: dissolved oxygen 6.7 mg/L, DCBA float',
    from: 0x2601,
    words: [0x6666, 0xd640, 0x0000, 0x4841, 0x6666, 0x0a42],
    display: '6.7',
    is: { address: 0x2601, type: 'float32', order: 'DCBA', scale: 1 },
  },
  {
    // Vaisala: least significant word first ("Modicon order"), relative humidity 0, temperature 2.
    title: 'Vaisala HMP110: 27.4 °C, CDAB float',
    from: 0,
    words: [0x3333, 0x4285, 0x3333, 0x41db],
    display: '27.4',
    is: { address: 2, type: 'float32', order: 'CDAB', scale: 1 },
  },
  {
    // The vendor's worked frame: 28300 is 28.300 °C.
    title: 'SenseCAP ONE: 28.3 °C, int32 in thousandths',
    from: 0,
    words: [0x0000, 0x6e8c, 0x0000, 0xce68, 0x0605, 0x2340],
    display: '28.3',
    is: { address: 0, type: 'int32', order: 'ABCD', scale: 0.001 },
  },
  {
    title: "SenseCAP ONE: the vendor's negative value, -1.000 °C",
    from: 0,
    words: [0xffff, 0xfc18, 0x0000, 0xce68],
    display: '-1.000',
    is: { address: 0, type: 'int32', order: 'ABCD', scale: 0.001 },
  },
  {
    title: 'SenseCAP ONE: 52.84 % where the unsigned reading is the same',
    from: 0,
    words: [0x0000, 0x6e8c, 0x0000, 0xce68],
    display: '52.84',
    is: { address: 2, type: 'int32', order: 'ABCD', scale: 0.001 },
  },
  {
    title: 'QDY30A: level 1.523 m with its unit and its three decimals before it',
    from: 2,
    words: [16, 3, 1523, 0],
    display: '1.523',
    is: { address: 4, type: 'int16', order: 'ABCD', scale: 0.001 },
  },
  {
    title: 'QDY30A: the same level shown in centimetres with one decimal',
    from: 2,
    words: [17, 1, 1523],
    display: '152.3',
    is: { address: 4, type: 'int16', order: 'ABCD', scale: 0.1 },
  },
  {
    // thingsboard-gateway, issue 1016: 290 is 29.0 °C and 393 is 39.3 %.
    title: 'XY-MD02: 29.0 °C in tenths, an empty register before it',
    from: 0,
    words: [0, 290, 393],
    display: '29.0',
    is: { address: 1, type: 'int16', order: 'ABCD', scale: 0.1 },
  },
  {
    title: 'In-Situ: a plain big-endian float with a status behind it',
    from: 5450,
    words: [0x41e2, 0x6666, 0, 1, 1],
    display: '28.3',
    is: { address: 5450, type: 'float32', order: 'ABCD', scale: 1 },
  },
  {
    title: 'a 16-bit value beyond 32767 is unsigned',
    from: 10,
    words: [50_000],
    display: '500.0',
    is: { address: 10, type: 'uint16', order: 'ABCD', scale: 0.01 },
  },
  {
    title: 'frost: -5.00 °C in hundredths',
    from: 3,
    words: [0xfe0c, 10_250],
    display: '-5.00',
    is: { address: 3, type: 'int16', order: 'ABCD', scale: 0.01 },
  },
] as const)('$title', ({ from, words, display, is }) => {
  expect(best(from, words, display).map(short)[0]).toEqual(is);
});

test('a value in the register before those asked for is found there: the manual counts from 1', () => {
  const [first] = best(0, [274, 9999, 9998], '27.4', { address: 1, count: 1 });
  expect(first).toMatchObject({ address: 0, offset: -1, type: 'int16', scale: 0.1 });
  const [after] = best(0, [9999, 9998, 274], '27.4', { address: 1, count: 1 });
  expect(after).toMatchObject({ address: 2, offset: 1 });
});

test('a register that holds the number of decimals is named', () => {
  expect(best(2, [16, 3, 1523], '1.523')[0]).toMatchObject({ decimalsAt: 3 });
  expect(best(0, [290, 393], '29.0')[0]).toMatchObject({ decimalsAt: null });
});

test('the exact value goes before a near one, and a far one is not there', () => {
  const found = best(0, [276, 274, 300], '27.4');
  expect(found.map(({ address, type, scale }) => [address, type, scale])).toEqual([
    [1, 'int16', 0.1],
    [0, 'int16', 0.1],
  ]);
});

test('a display that cuts off its last digits is understood', () => {
  expect(best(0, [0x0000, 27_489], '27.4')[0]).toMatchObject({ type: 'int32', scale: 0.001, value: 27.489 });
});

test('whether the unsigned type would do as well is said', () => {
  expect(best(0, [274], '27.4')[0]).toMatchObject({ type: 'int16', unsignedToo: true });
  expect(best(0, [0xfe0c], '-50.0')[0]).toMatchObject({ type: 'int16', unsignedToo: false });
});

test('registers that are not known give nothing', () => {
  expect(rankDecodings(() => undefined, { address: 0, count: 5 }, { value: 1, step: 1 })).toEqual([]);
});

test('a number is taken with point or comma; zero and words are refused', () => {
  expect(parseExpected('27.40')).toEqual({ value: 27.4, step: 0.01 });
  expect(parseExpected('27,4')).toEqual({ value: 27.4, step: 0.1 });
  expect(parseExpected('-3')).toEqual({ value: -3, step: 1 });
  for (const text of ['0', '0.0', 'warm', '', '1e3', '1.2.3']) expect(parseExpected(text)).toBeNull();
});
