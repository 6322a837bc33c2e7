import { expect, test } from 'vitest';
import { isLoopback } from './loopback.ts';

test.each([
  'localhost',
  '127.0.0.1',
  '127.255.0.9',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::1%lo',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
])('%s is this machine', (host) => expect(isLoopback(host)).toBe(true));

test.each([
  '0.0.0.0',
  '::',
  '128.0.0.1',
  '10.0.0.1',
  '::ffff:10.0.0.1',
  'fe80::1%eth0',
  '127.0.0.1.example',
  '127.999.0.1',
  '127.1',
  'localhost.example',
  'unknown',
  '',
])('"%s" is another, or nobody knows', (host) => expect(isLoopback(host)).toBe(false));
