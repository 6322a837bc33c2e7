/** What an instrument must be told before it is read, against the field's instruments. */
import { afterEach, expect, test, vi } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import type { Reading } from '../devices/reading.ts';
import { startProfileField } from '../devices/simulator/profile-field.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { systemClock } from './clock.ts';
import { startLine } from './line.ts';
import { modbusLine, silentLog } from './rig.ts';

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const edgeFile = (profile: string, port: number) =>
  edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: 'data',
    uplink: { url: 'mqtt://127.0.0.1', password: 'secret' },
    lines: [{ id: 'bus', mode: 'tcp', host: '127.0.0.1', port }],
    stations: [
      {
        id: 's',
        kind: 'water',
        name: { vi: 'Tên', en: 'Name' },
        area: { vi: 'Tên', en: 'Name' },
        latitude: 16,
        longitude: 108,
        instruments: [{ id: 'sonde', profile, line: 'bus', period_s: 1 }],
      },
    ],
  });

test('a sonde is told to measure before its first read, and again after it was away', async () => {
  const field = await startProfileField({
    profile: 'yosemitech-y4000',
    fault: 'not-started',
    print: () => {},
  });
  closing.push(field.stop);
  const file = edgeFile('yosemitech-y4000', field.ready.lines.line ?? 0);
  const readings: Reading[] = [];
  const running = startLine(modbusLine(file), {
    file,
    profiles: loadProfiles(),
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    onReadings: (news) => readings.push(...news),
  });
  closing.push(running.stop);
  const newest = () => readings.findLast(({ parameter }) => parameter === 'ph');
  await vi.waitFor(() => expect(newest()).toMatchObject({ flag: 1, value: expect.any(Number) }), 5000);
  expect(readings.filter(({ flag }) => flag !== 1)).toEqual([]);

  field.setFault('line', 1, 'no-answer');
  await vi.waitFor(() => expect(newest()).toMatchObject({ flag: 9 }), 8000);
  // It lost power meanwhile: without the command it would answer with nothing measured.
  field.setFault('line', 1, 'not-started');
  await vi.waitFor(() => expect(newest()).toMatchObject({ flag: 1, value: expect.any(Number) }), 12_000);
});

test('a probe that measures when it is told to is told before each read, and shows no old value', async () => {
  const field = await startProfileField({ profile: 'aqualabo-optod', print: () => {} });
  closing.push(field.stop);
  const file = edgeFile('aqualabo-optod', field.ready.lines.line ?? 0);
  const readings: Reading[] = [];
  const running = startLine(modbusLine(file), {
    file,
    profiles: loadProfiles(),
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    onReadings: (news) => readings.push(...news),
  });
  closing.push(running.stop);
  const oxygen = () => readings.filter(({ parameter }) => parameter === 'dissolved_oxygen');
  await vi.waitFor(() => expect(oxygen().length).toBeGreaterThanOrEqual(3), 12_000);
  const values = oxygen().map(({ value, flag }) => ({ value, flag }));
  expect(values.every(({ flag }) => flag === 1)).toBe(true);
  // What is measured moves; what was not measured again would stand.
  expect(new Set(values.map(({ value }) => value)).size).toBe(values.length);
});
