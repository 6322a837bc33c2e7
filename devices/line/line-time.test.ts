import { expect, test } from 'vitest';
import type { LineAction } from '../profile.ts';
import {
  answerBytes,
  characterMs,
  describeLoad,
  lineLoad,
  orderMs,
  parseSerial,
  requestMs,
  silenceMs,
} from './line-time.ts';

test.for([
  // 10 bits at 9600: 1.0417 ms, and 3.5 of them.
  { text: '9600 8N1', character: 1.0417, silence: 3.6458 },
  { text: '9600 8E1', character: 1.1458, silence: 4.0104 },
  { text: '9600 8N2', character: 1.1458, silence: 4.0104 },
  { text: '19200 8E1', character: 0.5729, silence: 2.0052 },
  { text: '2400 7O1', character: 4.1667, silence: 14.5833 },
  // Above 19200 the standard fixes the silence.
  { text: '115200 8N1', character: 0.0868, silence: 1.75 },
])('at $text a character takes $character ms and the silence $silence ms', ({ text, character, silence }) => {
  const serial = parseSerial(text);
  expect(characterMs(serial)).toBeCloseTo(character, 4);
  expect(silenceMs(serial)).toBeCloseTo(silence, 4);
});

test('a serial setting is read whole, and another text is refused', () => {
  expect(parseSerial('19200 8E1')).toEqual({ baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 });
  expect(parseSerial('4800 7O2')).toEqual({ baud: 4800, dataBits: 7, parity: 'odd', stopBits: 2 });
  expect(() => parseSerial('9600')).toThrow('no serial setting: 9600');
});

test('an answer is five bytes and its data: two a register, one for each eight bits', () => {
  expect(answerBytes({ area: 'input', count: 8 })).toBe(21);
  expect(answerBytes({ area: 'holding', count: 125 })).toBe(255);
  expect(answerBytes({ area: 'coil', count: 8 })).toBe(6);
  expect(answerBytes({ area: 'discrete', count: 9 })).toBe(7);
});

test('a request is its bytes, the turnaround and the pause', () => {
  const serial = parseSerial('9600 8N1');
  // (8 + 21) characters of 1.0417 ms, 20 ms, 5 ms.
  expect(requestMs({ area: 'input', count: 8 }, serial, 5, 20)).toBeCloseTo(55.2083, 4);
  expect(requestMs({ area: 'input', count: 8 }, null, 5, 20)).toBe(25);
});

const eight = { area: 'input', count: 8 } as const;
const slow = parseSerial('9600 8N1');

test('the load of a line is the sum over its instruments', () => {
  const load = lineLoad([
    { instrument: 'a/slow', periodsMs: [1000], waitsMs: 0, roundMs: () => 2 * requestMs(eight, slow, 0) },
    { instrument: 'a/fast', periodsMs: [100], waitsMs: 0, roundMs: () => requestMs(eight, slow, 5) },
  ]);
  expect(load.shares.map(({ instrument }) => instrument)).toEqual(['a/fast', 'a/slow']);
  expect(load.shares[0]?.needs).toBeCloseTo(0.552083, 6);
  expect(load.shares[1]?.needs).toBeCloseTo(0.100417, 6);
  expect(load.needs).toBeCloseTo(0.6525, 6);
});

test('periods of one instrument that fall due together count once', () => {
  const rounds: string[] = [];
  const load = lineLoad([
    {
      instrument: 'a/x',
      periodsMs: [2000, 3000],
      waitsMs: 0,
      roundMs: (due) => {
        rounds.push(due.join('+'));
        return due.length === 2 ? 50 : 40;
      },
    },
  ]);
  expect(rounds.sort()).toEqual(['0', '0+1', '1']);
  // In six seconds: together once, the first alone twice, the second alone once.
  expect(load.needs).toBeCloseTo((50 + 2 * 40 + 40) / 6000, 9);
});

test('a line of nothing needs nothing', () => {
  expect(lineLoad([])).toEqual({ needs: 0, shares: [] });
});

test('an order takes its bytes on the line, and what is waited for takes nothing of it', () => {
  const ms = (order: LineAction) => orderMs(order, { area: 'input', count: 1 }, slow, 5);
  expect(ms({ kind: 'wait', ms: 1000 })).toBe(0);
  // 15 characters, 13 and 16, with 20 ms and 5 ms.
  expect(ms({ kind: 'wake' })).toBeCloseTo(40.625, 3);
  expect(ms({ kind: 'command', area: 'holding', address: 0x2500 })).toBeCloseTo(38.5417, 3);
  expect(ms({ kind: 'write', area: 'holding', address: 1, value: 3 })).toBeCloseTo(41.6667, 3);
});

test('an overloaded line is told in words, with those that take most', () => {
  const shares = [0.6, 0.4, 0.2, 0.1, 0.02].map((needs, index) => ({ instrument: `s/${index}`, needs }));
  expect(describeLoad('cabinet', { needs: 1.32, shares })).toBe(
    'line cabinet: needs 132 % of its time; s/0 60 %, s/1 40 %, s/2 20 %, 2 more; give longer periods, a faster setting or a second line',
  );
});
