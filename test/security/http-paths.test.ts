/** Ways out of the folder of the screens. */
import { expect, test } from 'vitest';
import { line, useTarget } from './http-rig.ts';

const { raw } = useTarget();

const UP = [
  '..',
  '%2e%2e',
  '%2E%2E',
  '.%2e',
  '%252e%252e',
  '..%00',
  '..;',
  '%c0%ae%c0%ae',
  '%uff0e%uff0e',
  '....',
];
const SEPARATORS = ['/', '%2f', '\\', '%5c', '%252f', '%255c'];
const BEFORE = [
  '',
  '/assets',
  '/geo',
  '/api/v1',
  '/sta/v1.1',
  '/ack',
  '/login',
  '/api/v1/ioc',
  '/documentation',
  '/docs',
];
const PATHS = BEFORE.flatMap((before) =>
  UP.flatMap((up) => SEPARATORS.map((separator) => `${before}/${`${up}${separator}`.repeat(5)}package.json`)),
);
const NAMED = [
  '//etc/passwd',
  '/%2fetc%2fpasswd',
  '/file:///etc/passwd',
  '/assets/%00',
  '/index.html%00.png',
  '/.git/config',
  '/.env',
  '/../gateway/ledger.db',
  '/~root',
  '/api/v1/export/..%2f..%2fledger.db',
];

test(`none of ${PATHS.length + NAMED.length} ways out of the folder of the screens gives a file`, async () => {
  const open: string[] = [];
  for (let start = 0; start < PATHS.length + NAMED.length; start += 20)
    await Promise.all(
      [...PATHS, ...NAMED].slice(start, start + 20).map(async (path) => {
        const { status, body } = await raw(line(path));
        if (
          status === 200 ||
          status === 0 ||
          status >= 500 ||
          /"name": "quantrac"|root:x:|SQLite format|\[core\]/.test(body)
        )
          open.push(`${path}: ${status}`);
      }),
    );
  expect(open).toEqual([]);
});

test('the screens themselves are there, and their folder is not listed', async () => {
  expect((await raw(line('/'))).status).toBe(200);
  expect((await raw(line('/assets/'))).status).toBe(404);
});
