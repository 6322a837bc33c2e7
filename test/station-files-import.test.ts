/** Station files of others into a running gateway, and out of it again to a receiver. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../devices/kit/free-port.ts';
import { dayOf } from '../devices/local-time.ts';
import { addDevice, withAccounts } from '../gateway/admin.ts';
import type { Gateway } from '../gateway/app.ts';
import { fileTime, timeOfFile } from '../gateway/ioc/station-files/format.ts';
import { importStationFiles } from '../gateway/ioc/station-files/import-command.ts';
import { startGateway } from '../gateway/main.ts';
import { createClient } from './support/api.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TOKEN = 'a-token-only-for-this-test';
const DAY = dayOf(Date.now() - 86_400_000);
const at = (time: string) => timeOfFile(`${DAY.replaceAll('-', '')}${time}`) ?? 0;

let folder = '';
let gateway: Gateway | null = null;
let mqttPort = 0;
let password = '';

const config = (destinations: object[]) => {
  const file = join(folder, 'gateway.yaml');
  const settings = {
    data_dir: join(folder, 'gateway'),
    log_level: 'silent',
    http: { port: 0 },
    mqtt: { port: mqttPort },
    token: TOKEN,
    ioc: { destinations },
  };
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  return { file };
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-import-'));
  mkdirSync(join(folder, 'gateway'));
  mqttPort = await freePort();
  password = await withAccounts(config([]), (accounts) => addDevice(accounts, 'nap-tram', 'edge'));
});

afterEach(async () => {
  await gateway?.stop();
  gateway = null;
  rmSync(folder, { recursive: true, force: true });
});

const map = (changes: object = {}) => {
  const file = join(folder, 'map.yaml');
  const settings = {
    id: 'nap-tram',
    uplink: { url: `mqtt://127.0.0.1:${mqttPort}`, password },
    stations: [
      {
        id: 'kk01',
        kind: 'air',
        name: { vi: 'Trạm khí KK01', en: 'Air station KK01' },
        area: { vi: 'Hải Châu', en: 'Hai Chau' },
        latitude: 16.06,
        longitude: 108.21,
        symbols: { 'PM2,5': 'pm2_5', NO2: 'no2', Temp: 'air_temperature' },
      },
    ],
    units: { 'ug/Nm3': 'ug/m3', oC: 'Cel' },
    ...changes,
  };
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  return { file };
};

/** As another logger writes them: every 5 minutes, with a calibration and a fault in between. */
function loggerFiles(): string[] {
  const incoming = join(folder, 'in');
  mkdirSync(incoming);
  return Array.from({ length: 12 }, (_, index) => {
    const time = fileTime(at('060500') + index * 300_000);
    const file = join(incoming, `KK01_${time}.txt`);
    const state = index === 3 ? '01' : index === 7 ? '02' : '00';
    const lines = [
      `PM2,5\t${(30 + index).toFixed(1)}\tug/Nm3\t${time}\t00`,
      `NO2\t${(400 - index).toFixed(1)}\tug/Nm3\t${time}\t${state}`,
      `Temp\t${(25 + index / 10).toFixed(1)}\toC\t${time}\t00`,
    ];
    writeFileSync(file, `${lines.join('\r\n')}\r\n`);
    return file;
  });
}

const silent = { say: () => {}, complain: () => {} };

test('files go in as readings, a bad line is named, and the same files come out again for a receiver', async () => {
  gateway = await startGateway(config([]));
  const files = loggerFiles();
  const [first = ''] = files;
  writeFileSync(
    join(folder, 'bad.txt'),
    `${readFileSync(first, 'utf8')}NO2\tnan\tug/Nm3\t${fileTime(at('060500'))}\t00\r\n`,
  );
  const told: string[] = [];
  const output = { say: (line: string) => told.push(line), complain: (line: string) => told.push(line) };
  expect(
    await importStationFiles([...files.toReversed(), join(folder, 'bad.txt')], 'kk01', map(), output),
  ).toBe(false);
  expect(told[0]).toBe(`${join(folder, 'bad.txt')}:4: value "nan" is no number`);
  expect(told[1]).toBe('13 files: 39 readings brought in, 2 of them not good; 1 lines refused');

  const api = createClient(`http://127.0.0.1:${gateway.ready.httpPort}`, TOKEN);
  const [from, to] = [at('060000'), at('070001')];
  const { points } = await api.call<{ points: [number, number | null, number][] }>(
    `readings?station=kk01&parameter=no2&from=${from}&to=${to}`,
  );
  expect(points).toHaveLength(12);
  // The values of calibration and fault are kept, and never good.
  expect(points.filter(([, , flag]) => flag !== 1).map(([, value, flag]) => [value, flag])).toEqual([
    [397, 2],
    [393, 4],
  ]);
  expect(await api.call<{ count: number }>('quarantine')).toMatchObject({ count: 0 });
  await gateway.stop();

  const out = join(folder, 'out');
  mkdirSync(out);
  gateway = await startGateway(
    config([
      {
        id: 'so-nnmt',
        type: 'station-files',
        to: 'folder',
        folder: out,
        since: DAY,
        name: '{station}_{time}.txt',
        stations: [{ id: 'kk01', station: 'KK01' }],
        parameters: {
          pm2_5: { unit: 'ug/Nm3' },
          no2: { unit: 'ug/Nm3' },
          air_temperature: { unit: 'oC' },
        },
      },
    ]),
  );
  // One that is being written has another name.
  const whole = () => readdirSync(out).filter((name) => name.endsWith('.txt'));
  await vi.waitFor(() => expect(whole()).toHaveLength(12), { timeout: 40_000 });
  const incoming = join(folder, 'in');
  for (const name of readdirSync(incoming))
    expect(readFileSync(join(out, name), 'utf8')).toBe(readFileSync(join(incoming, name), 'utf8'));
});

test('an importer that is not let in, a station that is not in the map and a file that is not there are told', async () => {
  gateway = await startGateway(config([]));
  const [file = ''] = loggerFiles();
  await expect(importStationFiles([file], 'kk02', map(), silent)).rejects.toThrow(
    'there is no station "kk02" among those of the map: kk01',
  );
  await expect(importStationFiles([`${file}.no`], 'kk01', map(), silent)).rejects.toThrow(
    /cannot be read \(ENOENT\)/,
  );
  const wrong = map({ uplink: { url: `mqtt://127.0.0.1:${mqttPort}`, password: 'wrong-one' } });
  await expect(importStationFiles([file], 'kk01', wrong, silent)).rejects.toThrow(
    /Not authorized|Bad username/i,
  );
  await expect(
    importStationFiles([file], 'kk01', map({ units: { 'ug/Nm3': 'furlong' } }), silent),
  ).rejects.toThrow(/"furlong" is no known unit/);
  await gateway.stop();
  gateway = null;
  await expect(importStationFiles([file], 'kk01', map(), silent)).rejects.toThrow(/ECONNREFUSED|nobody/);
});
