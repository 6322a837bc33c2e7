/** An instrument that is not quite what its profile says, read over a real line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import type { Reading } from '../devices/reading.ts';
import type { FaultInput } from '../devices/simulator/faults.ts';
import { startProfileField } from '../devices/simulator/profile-field.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { systemClock } from './clock.ts';
import { openLessons } from './lessons.ts';
import { startLine } from './line.ts';
import { LINE_BUSY } from './poller.ts';
import { modbusLine, silentLog } from './rig.ts';

const closing: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const profiles = loadProfiles();

async function station(profile: string, fault: FaultInput) {
  const field = await startProfileField({ profile, fault, print: () => {} });
  closing.push(field.stop);
  const text = { vi: 'Tên', en: 'Name' };
  const file = edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: 'data',
    uplink: { url: 'mqtt://127.0.0.1', password: 'secret' },
    lines: [{ id: 'bus', mode: 'tcp', host: '127.0.0.1', port: field.ready.lines.line }],
    stations: [
      { id: 's', kind: 'weather', name: text, area: text, latitude: 16, longitude: 108, instruments: [] },
    ].map((own) => ({ ...own, instruments: [{ id: 'i', profile, line: 'bus', period_s: 0.2 }] })),
  });
  const directory = mkdtempSync(join(tmpdir(), 'learning-'));
  closing.push(() => rmSync(directory, { recursive: true }));
  let ahead = 0;
  /** Reads until the rounds say so, then stops. */
  async function rounds(enough: (rounds: readonly (readonly Reading[])[]) => boolean) {
    const got: (readonly Reading[])[] = [];
    const running = startLine(modbusLine(file), {
      file,
      profiles,
      clock: { ...systemClock, now: () => Date.now() + ahead },
      random: () => 0,
      log: silentLog,
      onReadings(readings) {
        // A busy machine may cost a period.
        if (!readings.every(({ reason }) => reason === LINE_BUSY)) got.push(readings);
      },
      lessons: openLessons(directory, silentLog),
    });
    await vi.waitFor(() => expect(enough(got)).toBe(true), { timeout: 8000, interval: 20 });
    const { units, busyMs } = running.state();
    await running.stop();
    return { got, error: units[0]?.error ?? null, busyMs };
  }
  return {
    field,
    rounds,
    /** The wall clock goes on so far. */
    later: (ms: number) => {
      ahead += ms;
    },
  };
}

const flags = (readings: readonly Reading[] | undefined) =>
  Object.fromEntries((readings ?? []).map(({ parameter, flag }) => [parameter, flag]));
const missingOf = (readings: readonly Reading[] | undefined): string[] =>
  (readings ?? []).filter(({ flag }) => flag === 9).map(({ parameter }) => parameter);

const NO_HUMIDITY = { kind: 'illegal-registers', area: 'holding', address: 5, count: 1 } as const;

test('a register that the firmware does not have costs its own value only, from the first round on', async () => {
  const { field, rounds, later } = await station('sokol-m', NO_HUMIDITY);
  const first = await rounds((got) => got.length >= 3);
  const cause = 'exception 2 (illegal data address) (line bus, unit 1, holding 5)';
  for (const round of first.got) expect(missingOf(round)).toEqual(['relative_humidity']);
  expect(first.got[0]?.find(({ flag }) => flag === 9)?.reason).toBe(cause);
  expect(first.error).toBe(cause);
  expect(flags(first.got[0])).toMatchObject({ air_temperature: 1, wind_speed: 1 });

  // After a restart it is known, and not asked for, even when the register is there by now.
  field.setFault('line', 1, null);
  const second = await rounds((got) => got.length >= 3);
  for (const round of second.got) expect(missingOf(round)).toEqual(['relative_humidity']);

  later(10 * 60_000);
  const third = await rounds((got) => got.length >= 2);
  for (const round of third.got) expect(missingOf(round)).toEqual([]);
  expect(third.error).toBeNull();
});

test('an instrument that was away may be another one: it is asked for everything again', async () => {
  const { field, rounds } = await station('sokol-m', NO_HUMIDITY);
  let seen = 0;
  const { got } = await rounds((all) => {
    const missing = missingOf(all.at(-1));
    if (seen === 0 && all.length >= 2) field.setFault('line', 1, 'no-answer');
    if (seen === 0 && missing.length > 1) {
      seen = all.length;
      field.setFault('line', 1, null);
    }
    return seen > 0 && missing.length === 0;
  });
  expect(missingOf(got[0])).toEqual(['relative_humidity']);
});

test.for([
  { kind: 'most-registers', count: 4, code: 2 },
  { kind: 'most-registers', count: 4, code: 3 },
  { kind: 'short-answer', count: 4 },
] as const)(
  'an instrument that gives less at once than its profile says is read in parts: $kind $code',
  async (fault) => {
    const { rounds } = await station('sokol-m', fault);
    const { got, error } = await rounds((all) => all.length >= 3);
    for (const round of got) expect(missingOf(round)).toEqual([]);
    expect(error).toBeNull();
  },
);

test('an instrument that says no to everything is not given up: nothing is learned of it', async () => {
  const { field, rounds } = await station('sokol-m', { kind: 'exception-02' });
  const { got, error } = await rounds((all) => {
    if (all.length === 3) field.setFault('line', 1, null);
    return all.length > 3 && missingOf(all.at(-1)).length === 0;
  });
  expect(missingOf(got[2])).toHaveLength(got[2]?.length ?? 0);
  expect(got.length).toBeLessThan(10);
  expect(error).toBeNull();
});
