import { expect, test } from 'vitest';
import { crc16, decodeRtu, decodeTcp, encodeRtu, encodeTcp, rtuRequestLength, splitTcp } from './frame.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test('the CRC is that of the standard', () => {
  // MODBUS over Serial Line V1.02, 6.2.2: the frame 02 07 goes out with 41 12.
  expect(crc16(bytes('02 07'))).toBe(0x1241);
  // The check value of CRC-16/MODBUS.
  expect(crc16(Buffer.from('123456789'))).toBe(0x4b37);
});

test('an RTU frame comes out as it went in; with a wrong byte, or cut, it is none', () => {
  const frame = { unit: 17, pdu: Uint8Array.of(3, 0, 107, 0, 3) };
  const encoded = encodeRtu(frame);
  // The manual's example of function 3 with unit 17.
  expect(encoded.toString('hex')).toBe('1103006b00037687');
  const decoded = decodeRtu(encoded);
  expect(decoded).toMatchObject({ unit: 17 });
  expect([...(decoded?.pdu ?? [])]).toEqual([...frame.pdu]);
  for (let index = 0; index < encoded.length; index++) {
    const spoiled = Buffer.from(encoded);
    spoiled[index] = (spoiled[index] ?? 0) ^ 0x10;
    expect(decodeRtu(spoiled)).toBeNull();
    expect(decodeRtu(encoded.subarray(0, index))).toBeNull();
  }
});

test('a stream of TCP is cut into its frames, however it comes', () => {
  const one = encodeTcp({ unit: 1, pdu: Uint8Array.of(3, 0, 0, 0, 1) }, 7);
  const two = encodeTcp({ unit: 2, pdu: Uint8Array.of(4, 0, 9, 0, 2) }, 8);
  const stream = Buffer.concat([one, two]);
  for (let cut = 0; cut <= stream.length; cut++) {
    const first = splitTcp(stream.subarray(0, cut));
    const second = splitTcp(Buffer.concat([first.rest, stream.subarray(cut)]));
    expect([...first.frames, ...second.frames]).toEqual([one, two]);
    expect(second.rest).toHaveLength(0);
  }
  expect(decodeTcp(two)).toMatchObject({ unit: 2 });
});

test.each([
  ['01', undefined],
  ['01 03', 8],
  ['01 06 0001', 8],
  ['01 10 0000 0001', undefined],
  ['01 10 0000 0002 04', 13],
  ['01 2b', undefined],
])('a request that begins with %s has %s bytes', (beginning, length) => {
  expect(rtuRequestLength(bytes(beginning))).toBe(length);
});
