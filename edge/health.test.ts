import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemSchema } from '../devices/wire/messages.ts';
import { readMachine } from './health.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-health-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function zone(number: number, type: string, temp: string): void {
  const place = join(folder, `thermal_zone${number}`);
  mkdirSync(place);
  writeFileSync(join(place, 'type'), `${type}\n`);
  writeFileSync(join(place, 'temp'), temp);
}

test('disk, memory, load and versions of this very machine, as the status has them', async () => {
  const told = systemSchema.parse(await readMachine(folder, folder));
  expect(told.disk?.total_mb).toBeGreaterThanOrEqual(told.disk?.free_mb ?? Number.POSITIVE_INFINITY);
  expect(told.memory?.total_mb).toBeGreaterThan(told.memory?.process_mb ?? Number.POSITIVE_INFINITY);
  expect(told.memory?.free_mb).toBeGreaterThan(0);
  expect(told.versions).toMatchObject({
    quantrac: expect.stringMatching(/^\d+\.\d+/),
    node: process.version,
  });
  expect(told.uptime_s).toBeGreaterThan(0);
  expect(told).not.toHaveProperty('temperature');
});

test('the temperature is that of the processor where one is named so, otherwise the first that tells', async () => {
  zone(0, 'battery', '31000');
  expect((await readMachine(folder, folder)).temperature).toBe(31);
  zone(1, 'cpu-thermal', '48312');
  expect((await readMachine(folder, folder)).temperature).toBe(48.3);
});

test('what cannot be read is left out and stops nothing', async () => {
  zone(0, 'cpu-thermal', '');
  zone(1, 'cpu-thermal', 'hot');
  zone(2, 'cpu-thermal', '-273200');
  const told = await readMachine(join(folder, 'gone'), folder);
  expect([told.disk, told.temperature]).toEqual([undefined, undefined]);
  expect((await readMachine(folder, join(folder, 'gone'))).temperature).toBeUndefined();
});
