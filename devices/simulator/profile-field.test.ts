import { describe, expect, onTestFinished, test } from 'vitest';
import { createDecoder, PARTIAL_WINDOW } from '../decode.ts';
import { loadProfiles } from '../kit/profiles.ts';
import type { ParameterId } from '../parameter.ts';
import { wiredPoints } from '../wiring.ts';
import { createInstrument } from './instrument.ts';
import { plausiblePoints } from './plausible.ts';
import { exampleWiring, startProfileField } from './profile-field.ts';
import { wireTo } from './rig.ts';
import { createSignal, type SignalContext } from './signal.ts';

const profiles = loadProfiles();

async function start(options: Partial<Parameters<typeof startProfileField>[0]> & { profile: string }) {
  const printed: string[] = [];
  const field = await startProfileField(
    { print: (line) => printed.push(line), ...options },
    { flags: { log_level: 'silent' } },
  );
  onTestFinished(() => field.stop());
  return { field, printed };
}

const context: SignalContext = {
  recordings: () => {
    throw new Error('no recording is needed');
  },
  clock: { startedAt: 0, speed: 1 },
  random: Math.random,
};

const installed = [...profiles.values()].map((profile) => ({
  ...profile,
  points: [...profile.points, ...wiredPoints(profile, exampleWiring(profile))],
}));

describe.each(installed)('$id', (profile) => {
  test('its made-up values come out of its registers good, at any time', () => {
    const points = plausiblePoints(profile.points);
    const signals = new Map(
      Object.entries(points).map(([id, source]) => {
        const parameter = id as ParameterId;
        return [parameter, createSignal(source, parameter, context)] as const;
      }),
    );
    const instrument = createInstrument(profile, signals);
    const decoder = createDecoder(profile, profile.points);
    decoder.decode(instrument.at(0), 0);
    for (let second = 10; second <= 600; second += 10) {
      const decoded = decoder.decode(instrument.at(second * 1000), second * 1000);
      expect(decoded).toHaveLength(profile.points.length);
      for (const { parameter, judged } of decoded) {
        const window = profile.points.find((point) => point.parameter === parameter)?.counter?.window_s ?? 0;
        const expected = second < window ? { flag: 2, reason: PARTIAL_WINDOW } : { flag: 1, reason: null };
        expect(judged, `${parameter} after ${second} s`).toMatchObject(expected);
      }
    }
  });
});

test('says where it answers, and answers there', async () => {
  const { field, printed } = await start({ profile: 'xy-md02' });
  const { line: port } = field.ready.lines;
  expect(printed).toEqual([`Various (sold as XY-MD02) XY-MD02 (xy-md02): tcp, port ${port}, unit 1`]);
  const wire = await wireTo(port);
  wire.send('0001 0000 0006 01 04 0001 0001');
  expect((await wire.take(11)).slice(0, 18)).toBe('000100000005010402');
});

test('unit, mode and fault can be chosen; the fault goes with the first setFault', async () => {
  const { field, printed } = await start({
    profile: 'xy-md02',
    unit: 7,
    mode: 'rtu-tcp',
    fault: 'exception-04',
  });
  const { line: port } = field.ready.lines;
  expect(printed[0]).toContain(`rtu-tcp, port ${port}, unit 7`);
  const wire = await wireTo(port);
  wire.send('07 04 0001 0002 206d');
  expect((await wire.take(5)).slice(0, 6)).toBe('078404');
});

test('a profile that there is not is told', async () => {
  await expect(start({ profile: 'nobody-none' })).rejects.toThrow('there is no profile "nobody-none"');
});
