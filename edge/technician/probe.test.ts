import { afterEach, expect, test } from 'vitest';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import type { Profile } from '../../devices/profile.ts';
import { systemClock } from '../clock.ts';
import { type Field, startField } from '../rig.ts';
import { openSource } from './open.ts';
import { probe } from './probe.ts';
import { probeJson, probeTable, registerText } from './probe-report.ts';
import { verdictOf } from './verdict.ts';

const profiles = loadProfiles();
const profileOf = (id: string): Profile => {
  const profile = profiles.get(id);
  if (!profile) throw new Error(`no profile ${id}`);
  return profile;
};

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function field(): Promise<Field> {
  const started = await startField();
  cleanups.push(started.close);
  return started;
}

async function probeAt(port: number, profile: Profile, unit: number, sleep = systemClock.sleep) {
  const source = openSource({ id: 'line', mode: 'tcp', host: '127.0.0.1', port }, systemClock);
  cleanups.push(source.stop);
  const quick = { ...profile, link: { ...profile.link, response_timeout_ms: 150 } };
  const result = await probe({
    source,
    profile: quick,
    points: profile.points,
    unit,
    pauseMs: 0,
    clock: { ...systemClock, sleep },
    signal: new AbortController().signal,
  });
  return { result, table: probeTable(profile, result, unit) };
}

test('all points of an instrument are shown with registers, words, value and flag', async () => {
  const line = await field();
  // 28.30 °C, 1013.2 hPa, 71 %, 3.45 m/s, and a direction that no vane can show.
  line.set('holding', 3, [2830, 10_132, 71, 345, 400]);
  const { result, table } = await probeAt(line.port, profileOf('sokol-m'), 1);
  const rows = table.slice(0, 7).map((row) => row.replace(/\s+/g, ' '));
  expect(rows).toEqual([
    'point register raw value flag reason',
    rows[1],
    'air_temperature holding 3 (0x0003) 0B0E 28.3 °C good',
    'pressure holding 4 (0x0004) 2794 1013.2 hPa good',
    'relative_humidity holding 5 (0x0005) 0047 71 % good',
    'wind_speed holding 6 (0x0006) 0159 3.45 m/s good',
    'wind_direction holding 7 (0x0007) 0190 400 ° fail outside 0..360',
  ]);
  expect(verdictOf(result, 1).kind).toBe('flagged');
  expect(table.at(-2)).toBe('1 of 5 points flagged: see their reasons before you trust them.');
  expect(table.at(-1)).toMatch(/^1 trong 5 thông số bị gắn cờ/);
});

test('a good instrument is called good in both languages', async () => {
  const line = await field();
  line.set('input', 1, [290, 393]);
  const { result, table } = await probeAt(line.port, profileOf('xy-md02'), 1);
  expect(verdictOf(result, 1).kind).toBe('good');
  expect(table.slice(-2)).toEqual([
    'All good: 2 points read and plausible.',
    'Tốt: cả 2 thông số đều đọc được và hợp lý.',
  ]);
});

test('a unit that does not answer is told with what to check, after two requests', async () => {
  const line = await field();
  line.mode(1, 'silent');
  const { result, table } = await probeAt(line.port, profileOf('sokol-m'), 1);
  expect(verdictOf(result, 1).kind).toBe('no-answer');
  expect(line.asked(1)).toBe(2);
  expect(result.points.map(({ judged }) => judged.reason)).toEqual(Array(5).fill('no answer within 150 ms'));
  expect(table.at(-2)).toMatch(/^Unit 1 does not answer .*A\/B.*unit id.*baud.*power/);
  expect(table.at(-1)).toMatch(/^Thiết bị 1 không trả lời .*A\/B.*unit id.*baud.*nguồn/);
});

test.each([
  [11, 'no-answer'],
  [2, 'refused'],
  [4, 'refused'],
] as const)('exception %i is understood as %s', async (code, kind) => {
  const line = await field();
  line.mode(1, code);
  const { result } = await probeAt(line.port, profileOf('sokol-m'), 1);
  expect(verdictOf(result, 1).kind).toBe(kind);
});

test('a line that cannot be opened is told as such', async () => {
  const line = await startField();
  await line.close();
  const { result } = await probeAt(line.port, profileOf('sokol-m'), 1);
  expect(verdictOf(result, 1)).toMatchObject({
    kind: 'no-connection',
    text: {
      en: expect.stringMatching(/^No connection \(cannot connect to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\)/),
    },
  });
});

test('a counter is read twice, two seconds apart, and gives a rate', async () => {
  const line = await field();
  const profile = profileOf('advantech-adam-6051');
  const slept: number[] = [];
  const { result } = await probeAt(line.port, profile, 1, async (ms) => {
    slept.push(ms);
    // Far enough from the first read for a rate, near enough for a test.
    if (ms === 2000) await systemClock.sleep(20, new AbortController().signal);
  });
  expect(slept).toContain(2000);
  expect(result.points.find(({ point }) => point.counter)?.judged).toMatchObject({ value: 0, flag: 2 });
});

test('an instrument with another fingerprint is not taken for the model', async () => {
  const line = await field();
  line.set('input', 1, [290, 393]);
  const profile: Profile = {
    ...profileOf('xy-md02'),
    fingerprint: [
      { label: 'product id', area: 'input', address: 9, type: 'uint16', order: 'ABCD', expect: [662] },
    ],
  };
  const { result } = await probeAt(line.port, profile, 1);
  expect(verdictOf(result, 1)).toMatchObject({
    kind: 'other-model',
    text: { en: expect.stringContaining('product id = 0, not 662') },
  });
  line.set('input', 9, [662]);
  expect(verdictOf((await probeAt(line.port, profile, 1)).result, 1).kind).toBe('good');
});

test('registers are named as the manual names them', () => {
  const point = profileOf('sokol-m').points[0];
  if (!point) throw new Error('no point');
  const at = (base: Profile['address_base'], area: 'holding' | 'input', address: number) =>
    registerText({ ...profileOf('sokol-m'), address_base: base }, { ...point, area, address });
  expect(at('zero', 'holding', 0x2601)).toBe('holding 9729 (0x2601)');
  expect(at('one', 'holding', 1)).toBe('holding 1 (40001)');
  expect(at('one', 'input', 12)).toBe('input 12 (30012)');
  expect(at('literal', 'holding', 40_050)).toBe('holding 40050');
});

test('scripts get each point with its words, flag and reason', async () => {
  const line = await field();
  line.set('input', 1, [0xfff1, 1500]);
  const profile = profileOf('xy-md02');
  const { result } = await probeAt(line.port, profile, 1);
  expect(JSON.parse(JSON.stringify(probeJson(profile, result, 1)))).toMatchObject({
    profile: 'xy-md02',
    unit: 1,
    verdict: { kind: 'flagged' },
    points: [
      { parameter: 'air_temperature', raw: [0xfff1], value: -1.5, unit: 'Cel', flag: 1, reason: null },
      { parameter: 'relative_humidity', protocol_address: 2, raw: [1500], value: 150, flag: 4 },
    ],
  });
});
