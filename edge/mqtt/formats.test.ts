/** Examples of each project's own documents, and the pitfalls that they are known for. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type MqttInstrument, mqttInstrumentSchemas } from '../../devices/mqtt-instrument.ts';
import { decoderOf } from './decoder.ts';
import type { Zone } from './message.ts';
import type { PlainInstrument } from './topics.ts';

const schema = z.discriminatedUnion('format', mqttInstrumentSchemas);
const NOW = Date.UTC(2026, 10, 21, 5, 0, 0);
const HANOI: Zone = { name: 'Asia/Ho_Chi_Minh', origin: 'given' };

const instrument = (own: object): MqttInstrument =>
  schema.parse({ id: 'one', line: 'lora', model: 'Any', period_s: 600, ...own });

function decode(own: object, message: unknown, zone = HANOI) {
  const payload = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  return decoderOf(instrument(own) as PlainInstrument)(payload, { now: NOW, zone });
}

/** Parameter, raw value and time of each sample. */
function samples(own: object, message: unknown, zone = HANOI) {
  const decoded = decode(own, message, zone);
  if (decoded.kind === 'malformed') throw new Error(decoded.reason);
  return decoded.samples.map(({ parameter, raw, stamp }) => [parameter, raw, stamp?.at ?? null]);
}

const temperature = { air_temperature: { path: 'temperature', unit: 'Cel' } };

describe('ChirpStack v4', () => {
  const own = {
    format: 'chirpstack',
    application: '17c82e96-be03-4f38-aef3-f83d48582d97',
    device: '0101010101010101',
    values: { ...temperature, relative_humidity: { path: 'humidity', unit: '%RH' } },
  };
  const up = {
    deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
    time: '2022-07-18T09:34:15.775023242+00:00',
    deviceInfo: { deviceName: 'Test device', devEui: '0101010101010101' },
    devAddr: '00189440',
    fPort: 1,
    data: 'qg==',
    object: { temperature: 25.5, humidity: 60.5 },
  };

  test('the decoded object, the time of the network with its nine digits, the deduplication id', () => {
    expect(samples(own, up)).toEqual([
      ['air_temperature', 25.5, Date.UTC(2022, 6, 18, 9, 34, 15, 775)],
      ['relative_humidity', 60.5, Date.UTC(2022, 6, 18, 9, 34, 15, 775)],
    ]);
    expect(decode(own, up)).toMatchObject({ key: up.deduplicationId, note: null });
  });

  test('without a deduplication id address and frame counter are the key', () => {
    const { deduplicationId: _, ...rest } = up;
    expect(decode(own, { ...rest, fCnt: 7 })).toMatchObject({ key: '00189440 7' });
    // Protobuf's JSON leaves out a counter of 0: two messages must not be taken for one.
    expect(decode(own, rest)).not.toEqual(decode(own, { ...rest, time: '2022-07-18T09:44:15Z' }));
  });

  test('a message without a codec says what is to be done', () => {
    const { object: _, ...rest } = up;
    expect(decode(own, rest)).toMatchObject({ samples: [], note: expect.stringContaining('needs a codec') });
  });

  test('stored measurements of a Milesight carry their own times', () => {
    const history = [
      { timestamp: 1_763_600_000, temperature: 21 },
      { timestamp: 1_763_603_600, temperature: 22 },
      { temperature: 23 },
    ];
    const message = { ...up, object: { history } };
    expect(samples({ ...own, history: { path: 'history', time: 'timestamp' } }, message)).toEqual([
      ['air_temperature', 21, 1_763_600_000_000],
      ['air_temperature', 22, 1_763_603_600_000],
    ]);
  });

  test('a SenseCAP value is chosen by its measurementId in a list of lists', () => {
    const message = {
      ...up,
      object: {
        err: 0,
        valid: true,
        messages: [
          [{ measurementId: '4097', type: 'Air Temperature', measurementValue: 27.1 }],
          [
            { measurementId: '4104', type: 'Wind Direction', measurementValue: 231 },
            { measurementId: '4098', type: 'Air Humidity', measurementValue: 81 },
          ],
        ],
      },
    };
    const by = (id: string | number) => ['messages', { measurementId: id }, 'measurementValue'];
    const values = {
      air_temperature: { path: by('4097'), unit: 'Cel' },
      relative_humidity: { path: by(4098), unit: '%RH' },
      pressure: { path: by('4101'), unit: 'hPa' },
    };
    expect(samples({ ...own, values }, message).map(([id, raw]) => [id, raw])).toEqual([
      ['air_temperature', 27.1],
      ['relative_humidity', 81],
    ]);
  });

  test('the DevEUI is lower case in topics, however the label has it', () => {
    expect(instrument({ ...own, device: 'A84041FFFF123ABC' })).toMatchObject({ device: 'a84041ffff123abc' });
  });
});

describe('The Things Stack v3', () => {
  const own = { format: 'ttn', application: 'app1@ttn', device: 'dev1', values: temperature };
  const up = {
    end_device_ids: { device_id: 'dev1', dev_eui: '0004A30B001C0530', dev_addr: '27000020' },
    received_at: '2020-02-12T15:15:45.787Z',
    uplink_message: { f_cnt: 1, f_port: 1, frm_payload: 'gkHe', decoded_payload: { temperature: 1.0 } },
  };

  test('the decoded payload and the time of the network', () => {
    expect(samples(own, up)).toEqual([['air_temperature', 1, Date.UTC(2020, 1, 12, 15, 15, 45, 787)]]);
    expect(decode(own, up)).toMatchObject({ key: '27000020 1' });
  });

  test('empty fields are left out: neither port nor counter nor signal is needed, and a value that is absent is not 0', () => {
    const bare = {
      received_at: '2020-02-12T15:15:45.787Z',
      uplink_message: { decoded_payload: { luminosity: 0.64 } },
    };
    expect(samples(own, bare)).toEqual([]);
    expect(decode(own, bare)).toMatchObject({ note: 'nothing at temperature, there is "luminosity"' });
  });
});

describe('Tasmota', () => {
  const values = {
    air_temperature: { path: 'BME280.Temperature', unit: 'Cel' },
    pressure: { path: 'BME280.Pressure', unit: 'hPa' },
    pm2_5: { path: ['PMS5003', 'PM2.5'], unit: 'ug/m3' },
  };
  const own = { format: 'tasmota', device: 'mast', values };
  const sensor = {
    Time: '2019-11-03T19:34:28',
    BME280: { Temperature: 21.7, Humidity: 66.6, Pressure: 988.6 },
    PMS5003: { CF1: 1, 'CF2.5': 2, CF10: 2, PM1: 1, 'PM2.5': 2, PM10: 2, 'PB0.3': 423 },
    PressureUnit: 'hPa',
    TempUnit: 'C',
  };

  test('keys with dots are chosen, and local time is read in its zone', () => {
    const at = Date.UTC(2019, 10, 3, 12, 34, 28);
    expect(samples(own, sensor)).toEqual([
      ['air_temperature', 21.7, at],
      ['pressure', 988.6, at],
      ['pm2_5', 2, at],
    ]);
  });

  test('its time can only be meant as the present', () => {
    expect(decode(own, sensor)).toMatchObject({ samples: [{ stamp: { present: true } }, {}, {}] });
  });

  test('a path that parts a key with a dot finds nothing and is told what there is', () => {
    const split = { pm2_5: { path: 'PMS5003.PM2.5', unit: 'ug/m3' } };
    expect(decode({ ...own, values: split }, sensor)).toMatchObject({
      samples: [],
      note: 'nothing at PMS5003.PM2.5, there is "Time", "BME280", "PMS5003", "PressureUnit", "TempUnit"',
    });
  });

  test('a device that is set to Fahrenheit says so', () => {
    expect(decode(own, { ...sensor, TempUnit: 'F' })).toMatchObject({
      samples: [
        { parameter: 'air_temperature', unit: 'degF' },
        { parameter: 'pressure', unit: 'hPa' },
        { unit: undefined },
      ],
    });
  });
});

test('Zigbee2MQTT has no time but by its setting last_seen', () => {
  const own = { format: 'zigbee2mqtt', device: 'Nhà kho/khói', values: temperature };
  const state = { temperature: 29.5, humidity: 68, battery: 85, linkquality: 102, voltage: 2965 };
  expect(samples(own, state)).toEqual([['air_temperature', 29.5, null]]);
  expect(samples(own, { ...state, last_seen: '2026-11-21T12:00:00+07:00' })).toEqual([
    ['air_temperature', 29.5, NOW],
  ]);
  expect(samples(own, { ...state, last_seen: NOW })).toEqual([['air_temperature', 29.5, NOW]]);
});

describe('SenML', () => {
  const own = {
    format: 'senml',
    topic: 'mast/up',
    values: {
      supply_voltage: { path: 'urn:dev:ow:10e2073a0108006:voltage' },
      air_temperature: { path: 'temperature' },
    },
  };

  test('names, times and units are resolved with their bases', () => {
    const pack = [
      { bn: 'urn:dev:ow:10e2073a0108006:', bt: 1.276020076001e9, bu: 'V', bver: 5, n: 'voltage', v: 12.1 },
      { n: 'voltage', t: -5, v: 12.2 },
      { n: 'temperature', u: 'Cel', v: 27 },
    ];
    expect(samples(own, pack)).toEqual([
      ['supply_voltage', 12.1, 1_276_020_076_001],
      ['supply_voltage', 12.2, 1_276_020_071_001],
      ['air_temperature', 27, 1_276_020_076_001],
    ]);
    const decoded = decode(own, pack);
    expect(decoded.kind === 'samples' && decoded.samples.map(({ unit }) => unit)).toEqual(['V', 'V', 'Cel']);
  });

  test('times under 2^28 are relative to now, and no time at all is none', () => {
    expect(samples(own, [{ n: 'temperature', t: -60, v: 1 }])).toEqual([
      ['air_temperature', 1, NOW - 60_000],
    ]);
    expect(samples(own, [{ n: 'temperature', v: 1 }])).toEqual([['air_temperature', 1, null]]);
  });

  test('a field that must be understood and is not makes the pack refused', () => {
    expect(decode(own, [{ n: 'temperature', v: 1, magic_: 2 }])).toMatchObject({ kind: 'malformed' });
  });
});

test('plain JSON has its time where the mapping says, in seconds or milliseconds', () => {
  const own = {
    format: 'json',
    topic: 'a',
    time: 'ts',
    values: { pm10: { path: 'data.1.pm', unit: 'ug/m3' } },
  };
  const message = { data: [{ pm: 1 }, { pm: 40 }] };
  expect(samples(own, { ...message, ts: 1_763_600_000 })).toEqual([['pm10', 40, 1_763_600_000_000]]);
  expect(samples(own, { ...message, ts: 1_763_600_000_123 })).toEqual([['pm10', 40, 1_763_600_000_123]]);
  expect(samples(own, { ...message, ts: 'soon' })).toEqual([['pm10', 40, null]]);
});

describe.each([
  { format: 'senml', topic: 'a', values: { air_temperature: { path: 't' } } },
  { format: 'json', topic: 'a', values: temperature },
  { format: 'chirpstack', application: 'a', device: '0101010101010101', values: temperature },
  { format: 'ttn', application: 'a', device: 'd', values: temperature },
  { format: 'tasmota', device: 'd', values: temperature },
  { format: 'zigbee2mqtt', device: 'd', values: temperature },
])('$format', (own) => {
  test.each([
    ['random bytes', Buffer.from([0xff, 0x00, 0x9c, 0x7b]).toString('latin1')],
    ['nothing', ''],
    ['half of a message', '{"temperature": 2'],
    ['a number', '42'],
    ['null', 'null'],
  ])('%s is one malformed message', (_, text) => {
    expect(decode(own, text)).toMatchObject({ kind: 'malformed' });
  });

  test('depth does no harm', () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    expect(['malformed', 'samples']).toContain(decode(own, deep).kind);
    expect(['malformed', 'samples']).toContain(decode(own, `{"temperature":${deep},"object":${deep}}`).kind);
  });
});

test('words that every object has are no keys', () => {
  const own = { format: 'json', topic: 'a', values: { pm10: { path: 'constructor.name', unit: 'ug/m3' } } };
  expect(samples(own, {})).toEqual([]);
  expect(samples({ ...own, values: { pm10: { path: ['__proto__', 'x'], unit: 'ug/m3' } } }, {})).toEqual([]);
});
