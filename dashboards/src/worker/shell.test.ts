import { expect, test } from 'vitest';
import { createShell, keyOf, type ShellFile } from './shell.ts';

const ORIGIN = 'https://quantrac.example.vn';
const PAGE: ShellFile = ['/', 'a1'];
const SCRIPT: ShellFile = ['/assets/index-x.js', 'b2'];
const keyFor = createShell([PAGE, SCRIPT], ORIGIN);
const ask = (path: string, mode = 'cors', method = 'GET') => keyFor({ method, mode, url: ORIGIN + path });

test('the page and its files are answered from what is kept, wherever in the page one is', () => {
  expect(ask('/', 'navigate')).toBe(keyOf(PAGE));
  expect(ask('/?from=push', 'navigate')).toBe(keyOf(PAGE));
  expect(ask('/assets/index-x.js')).toBe(keyOf(SCRIPT));
});

test.each(['/api/v1/alerts', '/api/v1/stream', '/login/abc', '/ack/abc', '/sta/v1.1/Things', '/metrics'])(
  '%s goes to the gateway untouched',
  (path) => {
    expect(ask(path)).toBeNull();
    expect(ask(path, 'navigate')).toBeNull();
  },
);

test('what is sent, and what is of another address, is none of ours', () => {
  expect(ask('/', 'navigate', 'POST')).toBeNull();
  expect(keyFor({ method: 'GET', mode: 'navigate', url: 'https://elsewhere.example/' })).toBeNull();
});

test('another content has another key', () => {
  expect(keyOf(['/', 'c3'])).not.toBe(keyOf(PAGE));
});
