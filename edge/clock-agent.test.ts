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
            side: 'high',
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

test('without trust readings are suspect, the status says why, and limits work on, with their time in doubt', async () => {
  await start(systemClock, 'none');
  const message = await broker.arrival((one) => readingsOf(one).length > 0);
  expect(readingsOf(message)[0]).toMatchObject({ value: 29, flag: 3, reason: 'clock not synchronised' });
  const status = await broker.arrival((one) => statusOf(one) !== undefined);
  expect(statusOf(status)).toEqual({
    trusted: false,
    source: 'none',
    reason: 'no time server reached since the start of the system, and there is no battery clock',
  });
  temperature(50);
  const raised = await broker.arrival((one) => alarmOf(one)?.state === 'raised');
  expect(alarmOf(raised)).toMatchObject({ limit: 'hot', value: 50, time_doubtful: true });
});

test('when time arrives, trust does: readings are good, and a hold does not end by the jump', async () => {
  let behind = Date.UTC(2026, 5, 1);
  const clock: Clock = { ...systemClock, now: () => Date.now() - behind };
  await start(clock, 'unknown');
  await broker.arrival((one) => alarmOf(one)?.state === 'cleared');
  temperature(50);
  await broker.arrival((one) => readingsOf(one).some(({ value, flag }) => value === 50 && flag === 3));
  behind = 0;
  const jumped = Date.now();
  await broker.arrival((one) => readingsOf(one).some(({ value, flag }) => value === 50 && flag === 1));
  await broker.arrival((one) => statusOf(one)?.trusted === true);
  const raised = alarmOf(await broker.arrival((one) => alarmOf(one)?.state === 'raised'));
  expect(raised?.time_doubtful).toBeUndefined();
  expect(raised?.at).toBeGreaterThanOrEqual(jumped + 1000);
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
