import { expect, test } from 'vitest';
import { exceptionFault, type ReadRequest, type ReadResult } from '../sources/source.ts';
import { type RangeOptions, readRange } from './registers.ts';

/** An instrument with these registers: what it does about the others is its own. */
function instrument(has: (address: number) => boolean, otherwise: ReadResult) {
  const asked: [number, number][] = [];
  const read = async ({ address, count }: ReadRequest): Promise<ReadResult> => {
    asked.push([address, count]);
    const addresses = Array.from({ length: count }, (_, index) => address + index);
    return addresses.every(has) ? { kind: 'words', words: addresses } : otherwise;
  };
  return { asked, read };
}

const illegal: ReadResult = { kind: 'fault', fault: exceptionFault(2) };
const silent: ReadResult = { kind: 'fault', fault: { kind: 'no-answer', timeoutMs: 10 } };

const range = (read: RangeOptions['read'], address: number, count: number) =>
  readRange({
    read,
    range: { area: 'holding', address, count },
    unit: 1,
    timeoutMs: 10,
    pause: async () => {},
  });

test('illegal addresses are found one by one, and all others are read', async () => {
  const { read } = instrument((address) => address !== 6 && address !== 7 && address < 90, illegal);
  const { registers, stopped } = await range(read, 0, 100);
  expect(stopped).toBeNull();
  expect(registers.size).toBe(100);
  for (const [address, word] of registers) {
    const there = address !== 6 && address !== 7 && address < 90;
    expect(word).toBe(there ? address : 'exception 2 (illegal data address)');
  }
});

test('no request is longer than 32 registers, which unknown instruments can give', async () => {
  const { asked, read } = instrument(() => true, illegal);
  await range(read, 0, 100);
  expect(asked).toEqual([
    [0, 32],
    [32, 32],
    [64, 32],
    [96, 4],
  ]);
});

test('an instrument that is silent on registers it does not have is still read', async () => {
  const { read } = instrument((address) => address >= 0x2601, silent);
  const { registers } = await range(read, 0x2600, 16);
  expect(registers.get(0x2600)).toBe('no answer within 10 ms');
  expect(registers.get(0x2601)).toBe(0x2601);
  expect(registers.get(0x260f)).toBe(0x260f);
});

test('an absent unit is given up after eight requests, each address with its reason', async () => {
  const { asked, read } = instrument(() => false, silent);
  const { registers, stopped } = await range(read, 0, 100);
  expect(asked.length).toBe(8);
  expect(stopped).toEqual({ kind: 'no-answer', timeoutMs: 10 });
  expect([...registers.values()]).toEqual(Array(100).fill('no answer within 10 ms'));
});

test('a line that is down, or an area that does not exist, ends it at once', async () => {
  for (const fault of [{ kind: 'link', detail: 'cannot connect' } as const, exceptionFault(1)]) {
    const { asked, read } = instrument(() => false, { kind: 'fault', fault });
    expect((await range(read, 0, 10)).stopped).toEqual(fault);
    expect(asked.length).toBe(1);
  }
});
