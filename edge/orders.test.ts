/** What an instrument must be told before it is read, against the field's instruments. */
import { afterEach, expect, test, vi } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { profileSchema } from '../devices/profile.ts';
import type { Reading } from '../devices/reading.ts';
import { startProfileField } from '../devices/simulator/profile-field.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { systemClock } from './clock.ts';
import { startLine } from './line.ts';
import { silentLog } from './rig.ts';
import { edgeFileFaults } from './settings.ts';

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
        instruments: [{ id: 'sonde', profile, line: 'bus', period_s: 0.3 }],
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
  const [line] = file.lines;
  if (!line) throw new Error('no line');
  const readings: Reading[] = [];
  const running = startLine(line, {
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

test('a profile that must be written to before a read is refused, since an edge only reads', () => {
  const plain = loadProfiles().get('xy-md02');
  const written = profileSchema.parse({
    ...plain,
    id: 'written',
    before: [{ write: { area: 'holding', address: 1, value: 3 } }],
  });
  const faults = [...edgeFileFaults(edgeFile('written', 502), new Map([['written', written]]))];
  expect(faults.map(({ message }) => message)).toEqual([
    'profile "written" must be written to before it is read, and an edge only reads',
  ]);
});
