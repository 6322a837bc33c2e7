import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { hopsOf, visitorOf } from './visitor.ts';

const hops = (remoteAddress: string | undefined, told?: string) =>
  hopsOf({ socket: { remoteAddress } as Socket, headers: { 'x-forwarded-for': told } });

test.each([
  ['10.0.0.9', undefined, '10.0.0.9'],
  // Who is no proxy of ours says what it likes.
  ['10.0.0.9', '203.0.113.1', '10.0.0.9'],
  ['127.0.0.1', '203.0.113.1', '203.0.113.1'],
  ['::ffff:127.0.0.1', '1.1.1.1, 203.0.113.1', '203.0.113.1'],
  ['127.0.0.1', '203.0.113.1, 127.0.0.1', '203.0.113.1'],
  ['127.0.0.1', undefined, '127.0.0.1'],
  ['127.0.0.1', '127.0.0.2', '127.0.0.2'],
  ['127.0.0.1', 'what?, 203.0.113.1:80', '127.0.0.1'],
  [undefined, undefined, 'unknown'],
])('from %s, which tells of %s, comes %s', (socket, told, visitor) => {
  expect(visitorOf(hops(socket, told))).toBe(visitor);
});

test('of a long way the nearest hops are kept', () => {
  expect(hops('127.0.0.1', '198.51.100.1, '.repeat(20))).toHaveLength(8);
});
