import { expect, onTestFinished, test } from 'vitest';
import { loadProfiles } from '../kit/profiles.ts';
import { type Profile, profileSchema } from '../profile.ts';
import { crc16 } from './frame.ts';
import { createInstrument } from './instrument.ts';
import { startModbusLine } from './modbus-line.ts';
import { createOrders } from './orders.ts';
import { startProfileField } from './profile-field.ts';
import { wireTo } from './rig.ts';
import { startRtuTcpLine } from './rtu-line.ts';
import { createUnit } from './unit.ts';

function profileWith(actions: { start?: unknown[]; before?: unknown[] }): Profile {
  const plain = loadProfiles().get('xy-md02');
  return profileSchema.parse({ ...plain, ...actions });
}
const pdu = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('hex'));

/** As Aqualabo's instruments have it: write what to measure, wait, read. */
const BEFORE = { before: [{ write: { area: 'holding', address: 1, value: 3 } }, { wait_ms: 500 }] };
const aqualabo = () => {
  const profile = profileWith(BEFORE);
  return createUnit(profile, createInstrument(profile, new Map()));
};
/** As Yosemitech's have it: a read of nothing starts them. */
const START = { start: [{ command: { area: 'holding', address: 0x2500 } }] };

test('an instrument without orders measures all the time and takes none', () => {
  const orders = createOrders(profileWith({}));
  expect(orders.measured(0)).toBe('live');
  expect(orders.take(pdu('06 0001 0003'), 0)).toBeNull();
});

test('an order of each round is answered, and its measurement is there after the wait', () => {
  const orders = createOrders(profileWith(BEFORE));
  expect(orders.measured(0)).toBe(0);
  expect(text(orders.take(pdu('06 0001 0003'), 1000))).toBe('0600010003');
  expect([orders.measured(1499), orders.measured(1500)]).toEqual([0, 1]);
  expect(text(orders.take(pdu('10 0001 0001 02 0003'), 2000))).toBe('1000010001');
  expect([orders.measured(2499), orders.measured(2500)]).toEqual([1, 2]);
});

test('other writes are refused: another value with exception 3, another place with exception 2', () => {
  const orders = createOrders(profileWith(BEFORE));
  for (const [other, answer] of [
    ['06 0001 0004', '8603'],
    ['10 0001 0002 04 0003 0003', '9003'],
    ['06 0002 0003', '8602'],
    ['05 0001 ff00', '8502'],
    ['0f 0001 0001 01 01', '8f02'],
  ] as const)
    expect(text(orders.take(pdu(other), 0)), other).toBe(answer);
  expect(orders.measured(60_000)).toBe(0);
});

test('reads are no orders', () => {
  expect(createOrders(profileWith(BEFORE)).take(pdu('03 0001 0000'), 0)).toBeNull();
});

test('a command at the start is a read of nothing, and is answered with nothing', () => {
  const orders = createOrders(profileWith(START));
  expect(orders.measured(0)).toBe('live');
  orders.forget();
  expect(orders.measured(0)).toBe(0);
  expect(orders.take(pdu('03 2500 0001'), 0)).toBeNull();
  expect(text(orders.take(pdu('03 2500 0000'), 0))).toBe('0300');
  expect(orders.measured(0)).toBe('live');
});

test('a coil is an order too', () => {
  const orders = createOrders(profileWith({ start: [{ write: { area: 'coil', address: 1, value: 1 } }] }));
  orders.forget();
  expect(text(orders.take(pdu('05 0001 0000'), 0))).toBe('8503');
  expect(text(orders.take(pdu('05 0001 ff00'), 0))).toBe('050001ff00');
  expect(orders.measured(0)).toBe('live');
});

test.each(['tcp', 'rtu-tcp'] as const)(
  'a silent profile keeps silent where it has no register: %s',
  async (mode) => {
    const field = await startProfileField(
      { profile: 'yosemitech-y4000', mode, print: () => {} },
      { flags: { log_level: 'silent' } },
    );
    onTestFinished(() => field.stop());
    const wire = await wireTo(field.ready.lines.line);
    const ask = (hex: string) => {
      const body = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      const crc = crc16(body);
      wire.send(
        mode === 'tcp'
          ? `0001 0000 00${body.length.toString(16).padStart(2, '0')} ${hex}`
          : `${hex} ${Buffer.from([crc & 0xff, crc >> 8]).toString('hex')}`,
      );
    };
    // One register before its block, one behind it, an area that it does not have; then one that it has.
    ask('01 03 2600 0002');
    ask('01 03 2610 0002');
    ask('01 04 2601 0002');
    ask('01 03 0800 0001');
    expect(await wire.take(mode === 'tcp' ? 11 : 5)).toMatch(
      mode === 'tcp' ? /^000100000005010302/ : /^010302/,
    );
  },
);

test.each(['tcp', 'rtu-tcp'] as const)('what is written reaches the instrument: %s', async (mode) => {
  const WRITE = { tcp: '0001 0000 0006 01 06 0001 0003', 'rtu-tcp': '01 06 0001 0003 980b' };
  const SEVERAL = {
    tcp: '0002 0000 0009 01 10 0001 0001 02 0003',
    'rtu-tcp': '01 10 0001 0001 02 0003 e780',
  };
  const units = new Map([[1, aqualabo()]]);
  const now = () => 0;
  const line =
    mode === 'tcp'
      ? await startModbusLine('127.0.0.1', 0, units, now)
      : await startRtuTcpLine('127.0.0.1', 0, { units, now, pace: null });
  onTestFinished(() => line.stop());
  const wire = await wireTo(line.port ?? 0);
  wire.send(WRITE[mode]);
  expect(await wire.take(mode === 'tcp' ? 12 : 8)).toBe(WRITE[mode].replaceAll(' ', ''));
  wire.send(SEVERAL[mode]);
  const answer = await wire.take(mode === 'tcp' ? 12 : 8);
  expect(answer.slice(mode === 'tcp' ? 12 : 0).slice(0, 12)).toBe('011000010001');
});

test('who only reads sees the last measurement for ever', () => {
  const profile = profileWith(BEFORE);
  const instrument = createInstrument(profile, new Map([['air_temperature', (now: number) => now / 1000]]));
  const unit = createUnit(profile, instrument);
  const shown = (now: number) => unit.words(now)('input', 1);
  const request = { unit: 1, pdu: pdu('06 0001 0003') };
  const refused = { unit: 1, pdu: pdu('86 01') };
  expect(shown(5000)).toBe(0);
  expect(unit.replies(request, refused, 10_000)).toMatchObject([{ pdu: request.pdu }]);
  expect([shown(10_100), shown(10_500), shown(20_000)]).toEqual([0, 105, 105]);
  unit.replies(request, refused, 30_000);
  expect([shown(30_400), shown(31_000)]).toEqual([105, 310]);
});
