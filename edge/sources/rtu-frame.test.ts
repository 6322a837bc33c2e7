import { expect, test } from 'vitest';
import { seededBelow } from '../../devices/simulator/random.ts';
import { crc16, hear, heardFault, isOver, type RtuRequest, rtuRequest } from './rtu-frame.ts';
import { describeFault } from './source.ts';

/** These bytes with their CRC. */
function framed(...bytes: number[]): Buffer {
  const crc = crc16(Uint8Array.from(bytes));
  return Buffer.from([...bytes, crc & 0xff, crc >> 8]);
}

/** Unit 1, function 4, two registers from 10. */
const REQUEST = rtuRequest({ unit: 1, code: 4, address: 10, value: 2 });
const ANSWER = framed(1, 4, 4, 0, 7, 0, 8);

/** What was wrong, in words. */
function describe(bytes: Buffer, request: RtuRequest = REQUEST): string | null {
  const fault = heardFault(bytes, request);
  return fault && describeFault(fault).replace(/^malformed answer: /, '');
}

test('the CRC is that of the standard', () => {
  // Modbus over Serial Line V1.02, 6.2.2: the CRC of 02 07 is 1241 hex, sent as 41 12.
  expect(crc16(Uint8Array.of(0x02, 0x07))).toBe(0x1241);
});

test('an answer is found, alone and behind a turn-around glitch, an echo or the late answer of another unit', () => {
  const others = [
    [],
    [Buffer.from([0])],
    [Buffer.from([0xff, 0xff])],
    [REQUEST.frame],
    [framed(9, 4, 4, 0, 1, 0, 1)],
    [REQUEST.frame, framed(9, 0x83, 2), Buffer.from([0])],
  ];
  for (const before of others)
    expect(hear(Buffer.concat([...before, ANSWER]), REQUEST).answer?.equals(ANSWER)).toBe(true);
});

test('an exception is an answer whatever its code, and that of another unit is not', () => {
  for (const code of [1, 2, 11, 200])
    expect(hear(framed(1, 0x84, code), REQUEST).answer?.equals(framed(1, 0x84, code))).toBe(true);
  expect(hear(framed(2, 0x84, 2), REQUEST)).toMatchObject({ answer: null, strays: [2] });
});

test('bits are counted in bytes', () => {
  const request = rtuRequest({ unit: 1, code: 2, address: 0, value: 9 });
  expect(hear(framed(1, 2, 2, 0xff, 1), request).answer).not.toBeNull();
  expect(hear(framed(1, 2, 1, 0xff), request).answer).toBeNull();
});

const wrongCrc = Buffer.from(ANSWER);
wrongCrc[4] = 0xee;

test.for([
  { name: 'nothing', bytes: Buffer.alloc(0), says: null, over: false },
  { name: 'a wrong CRC', bytes: wrongCrc, says: 'wrong CRC', over: true },
  { name: 'another unit', bytes: framed(9, 4, 4, 0, 7, 0, 8), says: 'unit 9 answered instead', over: false },
  {
    name: 'another function',
    bytes: framed(1, 3, 4, 0, 7, 0, 8),
    says: 'function 3 instead of 4',
    over: true,
  },
  {
    name: 'an exception of another function',
    bytes: framed(1, 0x83, 2),
    says: 'function 3 instead of 4',
    over: true,
  },
  {
    name: 'too few registers',
    bytes: framed(1, 4, 2, 0, 7),
    says: 'short answer: 1 registers instead of 2',
    over: true,
  },
  {
    name: 'too many registers',
    bytes: framed(1, 4, 6, 0, 7, 0, 8, 0, 9),
    says: '3 registers instead of 2',
    over: true,
  },
  { name: 'a cut answer', bytes: ANSWER.subarray(0, 6), says: '6 of 9 bytes', over: true },
  { name: 'the beginning of an answer', bytes: ANSWER.subarray(0, 3), says: '3 of 9 bytes', over: false },
  { name: 'its own echo', bytes: REQUEST.frame, says: 'only the request itself came back', over: false },
  { name: 'one byte', bytes: Buffer.from([0xff]), says: '1 byte that is no answer', over: false },
  { name: 'other bytes', bytes: Buffer.from('hello'), says: '5 bytes that are no answer', over: true },
])('$name is no answer and is told as such', ({ bytes, says, over }) => {
  expect(hear(bytes, REQUEST).answer).toBeNull();
  expect(describe(bytes)).toBe(says);
  expect(isOver(hear(bytes, REQUEST))).toBe(over);
});

test('a request is framed as the standard has it', () => {
  expect(REQUEST.frame.toString('hex')).toBe(framed(1, 4, 0, 10, 0, 2).toString('hex'));
});

const WRITE = rtuRequest({ unit: 1, code: 6, address: 10, value: 513 });

test('a write is answered by itself, and where the adapter hears what it sends by the second time', () => {
  const { frame } = WRITE;
  expect(hear(Buffer.concat([Buffer.from([0]), frame]), WRITE).answer?.equals(frame)).toBe(true);
  expect(hear(frame, WRITE, true).answer).toBeNull();
  expect(hear(Buffer.concat([frame, frame]), WRITE, true).answer?.equals(frame)).toBe(true);
  const refused = framed(1, 0x86, 3);
  expect(hear(Buffer.concat([frame, refused]), WRITE, true).answer?.equals(refused)).toBe(true);
});

test.for([
  { name: 'another value', bytes: framed(1, 6, 0, 10, 2, 2), says: 'value 514 instead of 513' },
  { name: 'another address', bytes: framed(1, 6, 0, 11, 2, 1), says: 'address 11 instead of 10' },
  { name: 'a cut answer', bytes: WRITE.frame.subarray(0, 6), says: '6 of 8 bytes' },
  { name: 'another unit', bytes: framed(2, 6, 0, 10, 2, 1), says: 'unit 2 answered instead' },
])('$name is no answer to a write', ({ bytes, says }) => {
  expect(hear(bytes, WRITE).answer).toBeNull();
  expect(describe(bytes, WRITE)).toBe(says);
});

test('of 20,000 damaged answers none is taken for an answer, and each has a word', () => {
  const next = seededBelow(1);
  for (let round = 0; round < 20_000; round++) {
    const frame = Buffer.from(ANSWER);
    const kind = round % 3;
    // A CRC of 16 bits finds every burst of up to 16 bits: damage one byte, or two neighbours.
    const at = next(frame.length - 1);
    if (kind !== 1) frame[at] = (frame[at] ?? 0) ^ (1 + next(255));
    if (kind === 2) frame[at + 1] = (frame[at + 1] ?? 0) ^ (1 + next(255));
    const bytes = kind === 1 ? frame.subarray(0, 1 + next(frame.length - 1)) : frame;
    expect(hear(bytes, REQUEST).answer, bytes.toString('hex')).toBeNull();
    expect(describe(bytes), bytes.toString('hex')).not.toBeNull();
  }
});

test('20,000 times random bytes end in a word, and hide no answer behind them', () => {
  const next = seededBelow(2);
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(Array.from({ length: 1 + next(40) }, () => next(256)));
    const { answer } = hear(bytes, REQUEST);
    expect(answer, bytes.toString('hex')).toBeNull();
    expect(describe(bytes)).not.toBeNull();
    expect(hear(Buffer.concat([bytes, ANSWER]), REQUEST).answer?.equals(ANSWER), bytes.toString('hex')).toBe(
      true,
    );
  }
});
