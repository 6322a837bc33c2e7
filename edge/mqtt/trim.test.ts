import { expect, test } from 'vitest';
import { createTrimmer } from './trim.ts';

const MOST = 300;

/** A PUBLISH with QoS 1 as it travels: fixed header, topic, packet id, payload. */
function publish(payload: number): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 3]),
    Buffer.from('a/b'),
    Buffer.from([0, 7]),
    Buffer.alloc(payload, 0x61),
  ]);
  const length = [];
  for (let rest = body.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([0x32, ...length]), body]);
}

const PINGRESP = Buffer.from([0xd0, 0]);
const SUBACK = Buffer.from([0x90, 3, 0, 1, 1]);

/** Cut into pieces of a size, as TCP may. */
const through = (bytes: Buffer, size: number): Buffer => {
  const trim = createTrimmer(MOST);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(...trim(bytes.subarray(at, at + size)));
  return Buffer.concat(out);
};

test.each([1, 2, 3, 7, 100, 100_000])('what is small enough passes as it is, in pieces of %i', (size) => {
  const stream = Buffer.concat([SUBACK, publish(5), PINGRESP, publish(MOST - 7), publish(0), PINGRESP]);
  expect(through(stream, size)).toEqual(stream);
});

test.each([1, 2, 3, 7, 100, 100_000])(
  'what is larger is cut, and the packets around it stay whole, in pieces of %i',
  (size) => {
    const cut = publish(MOST - 7);
    const stream = Buffer.concat([publish(5), publish(MOST - 6), publish(50_000), PINGRESP, publish(5)]);
    expect(through(stream, size)).toEqual(Buffer.concat([publish(5), cut, cut, PINGRESP, publish(5)]));
  },
);
