import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBoot, systemClock } from './clock.ts';

test('another process of the same boot has the same ticks', () => {
  const script = `import { systemClock } from ${JSON.stringify(join(import.meta.dirname, 'clock.ts'))};
    process.stdout.write(String(systemClock.ticks()));`;
  const before = systemClock.ticks();
  const other = Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
  );
  expect(other).toBeGreaterThan(before);
  expect(other).toBeLessThan(systemClock.ticks());
});

test('a boot has the name that the system gives it; without one each process is one of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-boot-'));
  const file = join(folder, 'boot_id');
  writeFileSync(file, 'ef241cc9-b059-460d-9712-fc298f0063c7\n');
  expect(readBoot(file)).toBe('ef241cc9-b059-460d-9712-fc298f0063c7');
  writeFileSync(file, '../../etc\n');
  expect(readBoot(file)).toMatch(/^[\w-]{36}$/);
  rmSync(folder, { recursive: true });
  expect(readBoot(file)).not.toBe(readBoot(file));
});
