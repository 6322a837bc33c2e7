import { expect, test } from 'vitest';
import { modbusLine } from '../../edge/rig.ts';
import { inventoryOf } from '../inventory.ts';
import { loadProfiles } from '../kit/profiles.ts';
import { type EdgeFile, edgeFileSchema } from '../station.ts';
import { NOTHING_LEARNED } from './learned.ts';
import { lineWarnings } from './line-check.ts';
import { planLine } from './line-plan.ts';

const profiles = loadProfiles();

/** An edge file with this line and these instruments at one station each, so that parameters may repeat. */
function edgeFile(line: object, instruments: object[]): EdgeFile {
  const text = { vi: 'Tên', en: 'Name' };
  return edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: 'data',
    uplink: { url: 'mqtt://127.0.0.1', password: 'secret' },
    lines: [{ id: 'cabinet', ...line }],
    stations: instruments.map((instrument, index) => ({
      id: `s${index}`,
      kind: 'air',
      name: text,
      area: text,
      latitude: 16,
      longitude: 108,
      instruments: [{ id: 'i', line: 'cabinet', ...instrument }],
    })),
  });
}

const TCP = { mode: 'tcp', host: '127.0.0.1' };
const RTU = { mode: 'rtu', path: '/dev/ttyUSB0', serial: '9600 8N1' };

function plans(file: EdgeFile, from = profiles) {
  return planLine(modbusLine(file), file, from);
}

test('an instrument is read in classes of one period each, and the inventory says the same', () => {
  const file = edgeFile(TCP, [
    { profile: 'dfrobot-sen0662', period_s: 2, periods: { pm10: 60 }, points: ['pm2_5', 'pm1', 'pm10'] },
  ]);
  const [plan] = plans(file);
  expect(plan).toMatchObject({ instrument: 's0/i', unit: 87, pauseMs: 0 });
  const [fast, slow] = plan?.classes ?? [];
  expect(fast?.periodMs).toBe(2000);
  expect(fast?.points.map(({ parameter }) => parameter)).toEqual(['pm1', 'pm2_5']);
  // Its state register along with each.
  expect(plan?.plan(fast?.wanted ?? [], NOTHING_LEARNED)).toEqual([{ area: 'input', address: 4, count: 6 }]);
  expect(slow?.periodMs).toBe(60_000);
  expect(slow?.points.map(({ parameter }) => parameter)).toEqual(['pm10']);
  expect(
    inventoryOf(file, profiles).stations[0]?.parameters.map(({ id, period_s }) => [id, period_s]),
  ).toEqual([
    ['pm1', 2],
    ['pm2_5', 2],
    ['pm10', 60],
  ]);
});

test('the probe is the smallest range of the whole instrument', () => {
  const [periods] = plans(edgeFile(TCP, [{ profile: 'dfrobot-sen0662', periods: { pm10: 60 } }]));
  expect(periods?.probes).toEqual([{ area: 'input', address: 4, count: 1 }]);
  // Two registers where a value has two: half of one may be refused.
  const profile = profiles.get('dfrobot-sen0662');
  if (!profile) throw new Error('no profile');
  const floats = profile.points.map((point) => ({ ...point, valid_when: undefined }));
  const bare = new Map(profiles).set(profile.id, { ...profile, points: floats });
  const [plan] = plans(edgeFile(TCP, [{ profile: profile.id }]), bare);
  expect(plan?.probes).toEqual([{ area: 'input', address: 6, count: 2 }]);
});

test('on a bus the silence of 3.5 characters comes to the pause of the profile', () => {
  const profile = profiles.get('xy-md02');
  if (!profile) throw new Error('no profile');
  const pausing = new Map(profiles).set('xy-md02', { ...profile, link: { ...profile.link, pause_ms: 50 } });
  const pause = (line: object) => {
    const file = edgeFile(line, [{ profile: 'xy-md02' }]);
    return planLine(modbusLine(file), file, pausing).map(({ pauseMs }) => pauseMs);
  };
  expect(pause(TCP)).toEqual([50]);
  expect(pause(RTU)[0]).toBeCloseTo(53.65, 2);
  expect(pause({ ...RTU, serial: '115200 8E1' })[0]).toBeCloseTo(51.75, 2);
  expect(pause({ mode: 'rtu-tcp', host: '127.0.0.1', port: 4001 })[0]).toBeCloseTo(53.65, 2);
  expect(pause({ ...TCP, serial: '9600 8N1' })[0]).toBeCloseTo(53.65, 2);
});

test('the time-out on a bus has room for the bytes of the answer', () => {
  const timeout = (line: object) =>
    plans(edgeFile(line, [{ profile: 'dfrobot-sen0662' }]))[0]?.timeoutMs({ area: 'input', count: 8 });
  expect(timeout(TCP)).toBe(1000);
  // (8 + 21) characters of 1.0417 ms, and of 8.333 ms.
  expect(timeout(RTU)).toBe(1031);
  expect(timeout({ ...RTU, serial: '1200 8N1' })).toBe(1242);
});

const reasons = (file: EdgeFile): string[] => lineWarnings(file, profiles).map(({ reason }) => reason);

test('a line that keeps its periods is warned about by nothing', () => {
  expect(reasons(edgeFile(RTU, [{ profile: 'dfrobot-sen0662' }, { profile: 'xy-md02' }]))).toEqual([]);
});

test('a line whose instruments do not fit its time is warned about, with what each needs', () => {
  const units = Array.from({ length: 20 }, (_, index) => ({
    profile: 'dfrobot-sen0662',
    unit: index + 1,
    period_s: 1,
  }));
  // (8 + 21) characters at 10 bits and 2400 baud, 20 ms turnaround, 14.58 ms silence: 155.42 ms each.
  const [load, ...others] = reasons(edgeFile({ ...RTU, serial: '2400 8N1' }, units)).filter((reason) =>
    reason.includes('needs'),
  );
  expect(load).toBe(
    'line cabinet: needs 311 % of its time; s0/i 16 %, s1/i 16 %, s2/i 16 %, 17 more; give longer periods, a faster setting or a second line',
  );
  expect(others).toEqual([]);
  const slower = units.map((unit) => ({ ...unit, period_s: 4 }));
  expect(reasons(edgeFile({ ...RTU, serial: '2400 8N1' }, slower)).join()).not.toContain('needs');
});

test('instruments whose factory setting is not that of the line are named', () => {
  const instruments = [{ profile: 'dfrobot-sen0662' }, { profile: 'in-situ-aqua-troll-500' }];
  expect(reasons(edgeFile(RTU, instruments))).toEqual([
    'line cabinet: runs at 9600 8N1, and the factory setting of s1/i is 19200 8E1; set them all to one, mixed frames cannot share a bus',
  ]);
  expect(reasons(edgeFile(TCP, instruments))).toEqual([]);
});

test('two kinds of instrument with one unit id on a bus are named', () => {
  const instruments = [
    { profile: 'dfrobot-sen0662', unit: 5 },
    { profile: 'xy-md02', unit: 5 },
  ];
  expect(reasons(edgeFile(RTU, instruments))).toEqual(['line cabinet: s0/i and s1/i both have unit 5']);
});
