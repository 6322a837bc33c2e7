/** An edge whose clock is not trusted: what leaves it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { alarmSchema, edgeStatusSchema } from '../devices/wire/messages.ts';
import { decodeSenml } from '../devices/wire/senml.ts';
import { topics } from '../devices/wire/topics.ts';
import { startAgent } from './agent.ts';
import { type Clock, systemClock } from './clock.ts';
import { fixedSource } from './clock-source.ts';
import { PATIENCE_MS } from './outbox/untimed.ts';
import { type Arrived, type Broker, type Field, silentLog, startBroker, startField } from './rig.ts';
import type { ClockSource } from './trust.ts';

const READINGS = topics.readings('hop-1', 'cau-rong');
const ALARMS = topics.alarms('hop-1', 'cau-rong');
const profiles = loadProfiles();

let folder = '';
let field: Field;
let broker: Broker;
let stop = async () => {};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-edge-'));
  field = await startField();
  broker = await startBroker();
  temperature(29);
});

afterEach(async () => {
  await stop();
  await field.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

const temperature = (value: number) => field.set('input', 1, [value * 10, 393]);

async function start(clock: Clock, source: ClockSource): Promise<void> {
  const file = edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: folder,
    uplink: { url: `mqtt://127.0.0.1:${broker.port}`, password: 'secret' },
    lines: [{ id: 'tcp', mode: 'tcp', host: '127.0.0.1', port: field.port }],
    stations: [
      {
        id: 'cau-rong',
        kind: 'fire',
        name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
        area: { vi: 'Sơn Trà', en: 'Son Tra' },
        latitude: 16.061,
        longitude: 108.227,
        instruments: [
          {
            id: 'climate',
            profile: 'xy-md02',
            line: 'tcp',
            period_s: 0.2,
            quality: { air_temperature: { spike: 'off', rate_per_min: 'off' } },
          },
        ],
        limits: [
          {
            name: 'hot',
            parameter: 'air_temperature',
            kind: 'high',
            raise: 45,
            clear: 40,
            hold_s: 1,
            level: 'critical',
          },
        ],
      },
    ],
  });
  const agent = await startAgent({
    file,
    profiles,
    clock,
    clockSource: fixedSource(source),
    random: () => 0,
    log: silentLog,
    statusEveryMs: 200,
  });
  stop = () => agent.stop();
}

const readingsOf = ({ topic, payload }: Arrived) => {
  const decoded = topic === READINGS ? decodeSenml(payload, 'cau-rong', 0) : null;
  return decoded?.kind === 'records' ? decoded.readings : [];
};
const statusOf = ({ topic, payload }: Arrived) =>
  topic === topics.status('hop-1') ? edgeStatusSchema.parse(JSON.parse(payload)).clock : undefined;
const alarmOf = ({ topic, payload }: Arrived) =>
  topic === ALARMS ? alarmSchema.parse(JSON.parse(payload)) : undefined;

/** Wall clock and ticks together: hours go by at once. */
function skipping(behindMs = 0) {
  let skipped = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => Date.now() - behindMs + skipped,
    ticks: () => systemClock.ticks() + skipped,
  };
  return { clock, skip: (ms: number) => (skipped += ms) };
}

test('without trust readings wait, the status says why and how many, and limits work on, with their time in doubt', async () => {
  const { clock, skip } = skipping();
  await start(clock, 'none');
  const status = await broker.arrival((one) => (statusOf(one)?.held ?? 0) > 2);
  expect(statusOf(status)).toEqual({
    trusted: false,
    source: 'none',
    reason: 'no time server reached since the start of the system, and there is no battery clock',
    held: expect.any(Number),
    held_s: expect.any(Number),
  });
  temperature(50);
  const raised = await broker.arrival((one) => alarmOf(one)?.state === 'raised');
  expect(alarmOf(raised)).toMatchObject({ limit: 'hot', value: 50, time_doubtful: true });
  const age = Number(alarmOf(raised)?.age_s);
  expect(age).toBeGreaterThanOrEqual(0);
  expect(age).toBeLessThan(60);
  expect(broker.arrived.flatMap(readingsOf)).toEqual([]);
  // The line works, and no time comes with it.
  skip(PATIENCE_MS);
  const since = Date.now();
  // The centre's clock counts: times are ages.
  const measured = ({ topic, payload }: Arrived) => {
    const decoded = topic === READINGS ? decodeSenml(payload, 'cau-rong', since) : null;
    return decoded?.kind === 'records' ? decoded.readings.find(({ value }) => value !== null) : undefined;
  };
  const reading = measured(await broker.arrival((one) => measured(one) !== undefined));
  expect(reading).toMatchObject({ flag: 3, reason: 'clock not synchronised' });
  expect(reading?.at).toBeLessThanOrEqual(since);
  expect(reading?.at).toBeGreaterThan(since - 60_000);
});

test('when time arrives, readings from before get their true time, trust is told, and a hold does not end by the jump', async () => {
  const started = Date.now();
  let behind = Date.UTC(2026, 5, 1);
  const clock: Clock = { ...systemClock, now: () => Date.now() - behind };
  await start(clock, 'unknown');
  await broker.arrival((one) => alarmOf(one)?.state === 'cleared');
  temperature(50);
  await broker.arrival((one) => (statusOf(one)?.held ?? 0) > 5);
  behind = 0;
  const jumped = Date.now();
  const corrected = await broker.arrival((one) =>
    readingsOf(one).some(({ reason }) => reason?.startsWith('time corrected')),
  );
  for (const { at, flag } of readingsOf(corrected)) {
    expect(flag).toBe(1);
    expect(at).toBeGreaterThanOrEqual(started);
    expect(at).toBeLessThanOrEqual(jumped + 1000);
  }
  await broker.arrival((one) =>
    readingsOf(one).some(({ value, flag, reason }) => value === 50 && flag === 1 && reason === null),
  );
  await broker.arrival((one) => statusOf(one)?.trusted === true && statusOf(one)?.held === undefined);
  const raised = alarmOf(await broker.arrival((one) => alarmOf(one)?.state === 'raised'));
  expect(raised?.time_doubtful).toBeUndefined();
  expect(raised?.at).toBeGreaterThanOrEqual(jumped + 1000);
  // No reading was sent twice.
  const sent = broker.arrived.flatMap(readingsOf).map(({ parameter, at }) => `${parameter} ${at}`);
  expect(new Set(sent).size).toBe(sent.length);
});

test('a clock that is set back stops no limit until its times come again', async () => {
  let ahead = 3_600_000;
  const clock: Clock = { ...systemClock, now: () => Date.now() + ahead };
  await start(clock, 'unknown');
  await broker.arrival((one) => alarmOf(one)?.state === 'cleared');
  ahead = 0;
  await broker.arrival((one) => readingsOf(one).some(({ reason }) => reason === 'clock was set back'));
  temperature(50);
  const raised = alarmOf(await broker.arrival((one) => alarmOf(one)?.state === 'raised'));
  expect(raised).toMatchObject({ value: 50, time_doubtful: true });
  expect(raised?.at).toBeLessThan(Date.now() + 1000);
});
