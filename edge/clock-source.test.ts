import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClockSource } from './clock-source.ts';

const NOW = Date.UTC(2026, 9, 3);

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quantrac-clock-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A timedatectl that answers so. */
function kernel(script: string): string {
  const path = join(root, 'timedatectl');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const battery = (at: number) => put('sys/class/rtc/rtc0/since_epoch', `${at / 1000}\n`);
const open = (timedatectl = join(root, 'absent')) => openClockSource({ root, timedatectl, now: () => NOW });

test('where nobody can be asked, as in a container, it is unknown', async () => {
  expect((await open()).current()).toBe('unknown');
  expect((await open(kernel('echo "System has not been booted with systemd" >&2; exit 1'))).current()).toBe(
    'unknown',
  );
  expect((await open(kernel('echo maybe'))).current()).toBe('unknown');
});

test('systemd-timesyncd leaves a file when it has reached a server', async () => {
  put('run/systemd/timesync/synchronized');
  expect((await open(kernel('echo no'))).current()).toBe('network');
});

test("for any other service the kernel's word is asked for", async () => {
  const asked = kernel('[ "$*" = "show --property=NTPSynchronized --value" ] && echo yes');
  expect((await open(asked)).current()).toBe('network');
});

test('without a server a battery clock counts when it agrees with the clock', async () => {
  expect((await open(kernel('echo no'))).current()).toBe('none');
  battery(NOW - 30_000);
  expect((await open(kernel('echo no'))).current()).toBe('battery');
  expect((await open()).current()).toBe('battery');
  // Without its battery it began anew with the power.
  battery(1_234_000);
  expect((await open(kernel('echo no'))).current()).toBe('none');
});

test('a server that is reached later is heard of, and counts until the end', async () => {
  const timedatectl = kernel('echo no');
  const source = await open(timedatectl);
  expect(source.current()).toBe('none');
  kernel('echo yes');
  await source.refresh();
  expect(source.current()).toBe('network');
  kernel('echo no');
  await source.refresh();
  expect(source.current()).toBe('network');
});
