import { afterEach, expect, test } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import type { Reading } from '../devices/reading.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { systemClock } from './clock.ts';
import { startLine } from './line.ts';
import { modbusLine, silentLog, startFrames } from './rig.ts';
import { crc16 } from './sources/rtu-frame.ts';

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A bridge to a bus whose instruments answer with zeros, each request after so long. */
async function bus(answerMs: number) {
  const asked: Array<{ unit: number; at: number; count: number }> = [];
  const started = await startFrames((request, socket) => {
    const [unit = 0, code = 0] = request;
    const count = request.readUInt16BE(4);
    asked.push({ unit, at: performance.now(), count });
    const body = Buffer.from([unit, code, 2 * count, ...Array(2 * count).fill(0)]);
    const crc = crc16(body);
    setTimeout(() => socket.write(Buffer.concat([body, Buffer.from([crc & 0xff, crc >> 8])])), answerMs);
  });
  closing.push(started.close);
  return { port: started.port, asked };
}

function start(port: number, instruments: object[], onReadings: (readings: readonly Reading[]) => void) {
  const text = { vi: 'Tên', en: 'Name' };
  const file = edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: 'data',
    uplink: { url: 'mqtt://127.0.0.1', password: 'secret' },
    lines: [{ id: 'bus', mode: 'rtu-tcp', host: '127.0.0.1', port, serial: '9600 8N1' }],
    stations: instruments.map((instrument, index) => ({
      id: `s${index}`,
      kind: 'air',
      name: text,
      area: text,
      latitude: 16,
      longitude: 108,
      instruments: [{ id: 'i', line: 'bus', ...instrument }],
    })),
  });
  const line = startLine(modbusLine(file), {
    file,
    profiles: loadProfiles(),
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    onReadings,
  });
  closing.push(line.stop);
  return line;
}

test('on a bus that is too slow every period ends in a reading or in a missing one that says why', async () => {
  const { port } = await bus(150);
  const readings: Reading[] = [];
  let enough = () => {};
  const done = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const instrument = { profile: 'greystone-cmd5b4', period_s: 0.2 };
  const line = start(
    port,
    [
      { ...instrument, unit: 1 },
      { ...instrument, unit: 2 },
    ],
    (added) => {
      readings.push(...added);
      if (readings.filter(({ reason }) => reason === 'line busy').length >= 4) enough();
    },
  );
  await done;
  await line.stop();
  const busy = readings.filter(({ reason }) => reason === 'line busy');
  expect(busy[0]).toMatchObject({ parameter: 'co', value: null, flag: 9 });
  expect(readings.some(({ value }) => value === 0)).toBe(true);
  expect(line.state().skipped).toBe(busy.length);
  // (8 + 19) characters at 9600 8N1, 20 ms and 3.6 ms, twice in 0.2 s: less than the truth, which is reported as busy.
  expect(line.planned).toBeGreaterThan(0.4);
  expect(line.planned).toBeLessThan(0.7);
});

test('the bus is silent for 3.5 characters between an answer and the next request', async () => {
  const { port, asked } = await bus(0);
  await new Promise<void>((resolve) => {
    const instrument = { profile: 'greystone-cmd5b4', period_s: 0.2 };
    let rounds = 0;
    start(
      port,
      Array.from({ length: 6 }, (_, index) => ({ ...instrument, unit: index + 1 })),
      () => {
        rounds += 1;
        if (rounds === 6) resolve();
      },
    );
  });
  const gaps = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
  expect(gaps).toHaveLength(5);
  expect(Math.min(...gaps)).toBeGreaterThan(3.6);
});

test('slow points are asked for in their own period, together with those that are due then', async () => {
  const { port, asked } = await bus(0);
  await new Promise<void>((resolve) => {
    let fast = 0;
    start(
      port,
      [{ profile: 'xy-md02', unit: 1, period_s: 0.2, periods: { relative_humidity: 60 } }],
      (readings) => {
        if (readings.some(({ parameter }) => parameter === 'air_temperature')) fast += 1;
        if (fast === 4) resolve();
      },
    );
  });
  expect(asked.map(({ count }) => count)).toEqual([2, 1, 1, 1]);
});
