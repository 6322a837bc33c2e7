import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { loadEdgeFile } from './settings.ts';

const profiles = loadProfiles();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-edge-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = `id: hop-1
data_dir: data
uplink: { url: "mqtt://127.0.0.1:1883", password: secret }
lines:
  - { id: tcp, mode: tcp, host: 127.0.0.1, port: 502 }
stations:
  - id: cau-rong
    kind: air
    name: { vi: Cầu Rồng, en: Dragon Bridge }
    area: { vi: Sơn Trà, en: Son Tra }
    latitude: 16.061
    longitude: 108.227
    instruments:
      - { id: dust, profile: dfrobot-sen0662, line: tcp }
      - { id: climate, profile: xy-md02, line: tcp, points: [air_temperature] }
    limits:
      - { name: dusty, parameter: pm2_5, kind: high, raise: 50, clear: 40, level: warning }
`;

function write(text: string): string {
  const file = join(folder, 'edge.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const load = (text: string, env = {}) => loadEdgeFile({ file: write(text), env }, profiles);

test('a good file is read, and the environment goes before it', () => {
  const edge = load(GOOD, {
    QUANTRAC_UPLINK_PASSWORD: 'from outside',
    QUANTRAC_UPLINK_URL: 'mqtts://broker:8883',
    QUANTRAC_DATA_DIR: '/var/lib/quantrac',
    QUANTRAC_LOG_LEVEL: 'debug',
  });
  expect(edge.uplink).toEqual({ url: 'mqtts://broker:8883', password: 'from outside', keepalive_s: 30 });
  expect([edge.data_dir, edge.log_level]).toEqual(['/var/lib/quantrac', 'debug']);
  expect(edge.stations[0]?.instruments[0]?.period_s).toBe(10);
});

test.for([
  {
    fault: 'a keep alive that would be a ping a second',
    from: 'password: secret }',
    to: 'password: secret, keepalive_s: 1 }',
    says: '3:72: uplink.keepalive_s: Too small',
  },
  {
    fault: 'an unknown profile',
    from: 'profile: xy-md02',
    to: 'profile: xy-md03',
    says: '15:33: stations.0.instruments.1.profile: there is no profile "xy-md03"',
  },
  {
    fault: 'a point that the profile does not have',
    from: '[air_temperature]',
    to: '[air_temperature, ph]',
    says: '15:79: stations.0.instruments.1.points.1: profile "xy-md02" has no point ph',
  },
  {
    fault: 'one parameter twice at a station',
    from: '      - { id: climate, profile: xy-md02, line: tcp, points: [air_temperature] }',
    to: '      - { id: dust-2, profile: dfrobot-sen0662, line: tcp, points: [pm10] }',
    says: '15:9: stations.0.instruments.1: pm10 comes from "dust" and "dust-2": choose with "points", one parameter comes once from a station',
  },
  {
    fault: 'a limit on a parameter that the station does not have',
    from: 'parameter: pm2_5',
    to: 'parameter: relative_humidity',
    says: '17:35: stations.0.limits.0.parameter: no instrument of cau-rong gives relative_humidity',
  },
  {
    fault: 'a value of a moment against the limit of a 24-hour mean',
    from: 'parameter: pm2_5, kind: high, raise: 50, clear: 40',
    to: 'parameter: pm2_5, kind: standard, standard: qcvn-05',
    says: '17:35: stations.0.limits.0.parameter: pm2_5 is a value of a moment: the limits of QCVN 05:2023 hold for means (pm2_5_24h)',
  },
  {
    fault: 'a class that the table of lakes lacks',
    from: 'parameter: pm2_5, kind: high, raise: 50, clear: 40',
    to: 'parameter: cod, kind: standard, standard: qcvn-08, water: lake, class: C',
    says: '17:95: stations.0.limits.0.class: QCVN 08:2023/BTNMT, table 3 (lakes, ponds) has no class "C" here',
  },
  {
    fault: 'a malformed value',
    from: 'latitude: 16.061',
    to: 'latitude: 160.61',
    says: '11:15: stations.0.latitude: Too big: expected number to be <=90',
  },
  {
    fault: 'a line that is not there',
    from: 'id: dust, profile: dfrobot-sen0662, line: tcp',
    to: 'id: dust, profile: dfrobot-sen0662, line: rs485',
    says: '14:53: stations.0.instruments.0.line: there is no line "rs485"',
  },
  {
    fault: 'a period of a parameter that is not read',
    from: 'points: [air_temperature] }',
    to: 'points: [air_temperature], periods: { relative_humidity: 60 } }',
    says: '15:110: stations.0.instruments.1.periods.relative_humidity: relative_humidity is not read from "climate"',
  },
  {
    fault: 'a serial setting that RTU cannot have',
    from: 'mode: tcp, host: 127.0.0.1, port: 502',
    to: 'mode: rtu, path: /dev/ttyUSB0, serial: "9600 7E1"',
    says: '5:55: lines.0.serial: must look like "9600 8N1"',
  },
  {
    fault: 'a mode that is none',
    from: 'mode: tcp',
    to: 'mode: udp',
    says: '5:22: lines.0.mode: ',
  },
  {
    fault: 'a Modbus instrument at a broker',
    from: 'mode: tcp, host: 127.0.0.1, port: 502',
    to: 'mode: mqtt, url: "mqtt://127.0.0.1"',
    says: '14:53: stations.0.instruments.0.line: line "tcp" is an MQTT broker: an instrument there has "format" and "values" and no "profile" (and 1 more faults)',
  },
  {
    fault: 'an MQTT instrument on a Modbus line',
    from: 'id: climate, profile: xy-md02, line: tcp, points: [air_temperature] }',
    to: 'id: climate, format: json, topic: a, model: Any, line: tcp, period_s: 60, values: { air_temperature: { path: t, unit: Cel } } }',
    says: '15:66: stations.0.instruments.1.line: line "tcp" is a Modbus line (tcp): an instrument there has a "profile" and no "format"',
  },
  {
    fault: 'an instrument with neither profile nor format',
    from: 'profile: xy-md02, line: tcp, points: [air_temperature]',
    to: 'line: tcp',
    says: '15:9: stations.0.instruments.1.profile: an instrument has a "profile" (Modbus) or a "format" (MQTT)',
  },
  {
    fault: 'a format that is none',
    from: 'id: climate, profile: xy-md02',
    to: 'id: climate, format: xml',
    says: '15:32: stations.0.instruments.1.format: must be one of senml, json, chirpstack, ttn, tasmota, zigbee2mqtt, sparkplug',
  },
])('$fault is told in one sentence with its place', ({ from, to, says }) => {
  expect(GOOD).toContain(from);
  expect(() => load(GOOD.replace(from, to))).toThrow(`${join(folder, 'edge.yaml')}:${says}`);
});

test('each mode of a line is read', () => {
  const lines = `
  - { id: tcp, mode: tcp, host: 127.0.0.1 }
  - { id: gateway, mode: tcp, host: 127.0.0.1, serial: "19200 8E1" }
  - { id: bus, mode: rtu, path: /dev/ttyUSB0, serial: "9600 8N1" }
  - { id: bridge, mode: rtu-tcp, host: 192.168.1.7, port: 4001 }`;
  const edge = load(GOOD.replace(/\n {2}- \{ id: tcp.*/, lines));
  expect(edge.lines).toEqual([
    { id: 'tcp', mode: 'tcp', host: '127.0.0.1', port: 502 },
    { id: 'gateway', mode: 'tcp', host: '127.0.0.1', port: 502, serial: '19200 8E1' },
    { id: 'bus', mode: 'rtu', path: '/dev/ttyUSB0', serial: '9600 8N1' },
    { id: 'bridge', mode: 'rtu-tcp', host: '192.168.1.7', port: 4001, serial: '9600 8N1' },
  ]);
});

const AT_BROKER = GOOD.replace(
  /\n {2}- \{ id: tcp.*/,
  `
  - { id: tcp, mode: tcp, host: 127.0.0.1 }
  - { id: lora, mode: mqtt, url: "mqtt://127.0.0.1", username: edge, password: secret, time_zone: Asia/Ho_Chi_Minh }`,
).replace(
  /\n {6}- \{ id: climate.*/,
  `
      - id: climate
        line: lora
        format: chirpstack
        model: Milesight WTS506
        application: 17c82e96-be03-4f38-aef3-f83d48582d97
        device: A84041FFFF123ABC
        period_s: 600
        values:
          air_temperature: { path: temperature, unit: degF }
          relative_humidity: { path: [messages, { measurementId: "4098" }, measurementValue], unit: "%RH" }`,
);

test('an instrument at a broker is read', () => {
  const [, climate] = load(AT_BROKER).stations[0]?.instruments ?? [];
  expect(climate).toMatchObject({
    format: 'chirpstack',
    device: 'a84041ffff123abc',
    values: { air_temperature: { path: 'temperature', unit: 'degF', scale: 1, offset: 0 } },
  });
});

test.for([
  {
    fault: 'a unit that does not fit its parameter',
    from: 'path: temperature, unit: degF',
    to: 'path: temperature, unit: hPa',
    says: '24:55: stations.0.instruments.1.values.air_temperature.unit: hPa cannot be turned into Cel, the unit of air_temperature',
  },
  {
    fault: 'a parameter that another instrument gives',
    from: 'air_temperature: {',
    to: 'pm2_5: {',
    says: '16:9: stations.0.instruments.1: pm2_5 comes from "dust" and "climate": one parameter comes once from a station',
    also: ['unit: degF', 'unit: ug/m3'],
  },
  {
    fault: 'a wildcard',
    from: 'application: 17c82e96-be03-4f38-aef3-f83d48582d97',
    to: 'application: "+"',
    says: '20:22: stations.0.instruments.1.application: must be exact: no + and no #',
  },
  {
    fault: 'a name for a DevEUI',
    from: 'A84041FFFF123ABC',
    to: 'garden',
    says: '21:17: stations.0.instruments.1.device: must be a DevEUI: 16 hexadecimal digits',
  },
  {
    fault: 'a path that is none',
    from: 'path: temperature',
    to: 'path: { a: b }',
    says: '24:36: stations.0.instruments.1.values.air_temperature.path: must be a text such as BME280.Temperature or a list of keys',
  },
  {
    fault: 'a mapping of nothing',
    from: /values:\n.*\n.*/,
    to: 'values: {}',
    says: '23:17: stations.0.instruments.1.values: must name at least one parameter',
  },
  {
    fault: 'a time zone that is none',
    from: 'Asia/Ho_Chi_Minh',
    to: 'Asia/Danang',
    says: '6:99: lines.1.time_zone: must be a time zone such as Asia/Ho_Chi_Minh or UTC',
  },
  {
    fault: 'a password in an address',
    from: 'mqtt://127.0.0.1",',
    to: 'mqtt://edge:geheim@127.0.0.1",',
    says: '6:34: lines.1.url: must be without a password: say it in "username" and "password"',
  },
])('at a broker, $fault is told in one sentence with its place', ({ from, to, says, also }) => {
  const text = AT_BROKER.replace(from, to).replace(also?.[0] ?? '', also?.[1] ?? '');
  expect(() => load(text)).toThrow(`${join(folder, 'edge.yaml')}:${says}`);
  expect(() => load(text)).not.toThrow('geheim');
});

test('a profile whose value does not fit its own limit is told', () => {
  const profile = profiles.get('dfrobot-sen0662');
  if (!profile) throw new Error('no profile');
  const narrow = new Map(profiles).set(profile.id, {
    ...profile,
    link: { ...profile.link, max_registers: 1 },
  });
  expect(() => loadEdgeFile({ file: write(GOOD) }, narrow)).toThrow(
    /stations\.0\.instruments\.0\.profile: profile "dfrobot-sen0662": input 6 needs 2 registers/,
  );
});

test('the shipped example is complete', () => {
  const file = join(import.meta.dirname, '../examples/edge.yaml');
  const edge = loadEdgeFile({ file, env: { QUANTRAC_UPLINK_PASSWORD: 'x' } }, profiles);
  expect(edge.stations.length).toBeGreaterThan(0);
});
