import { expect, test } from 'vitest';
import { loadProfiles } from '../kit/profiles.ts';
import { type Profile, profileSchema } from '../profile.ts';
import { createInstrument } from './instrument.ts';
import { createOrders } from './orders.ts';
import { createUnit } from './unit.ts';

function profileWith(actions: { start?: unknown[]; before?: unknown[] }): Profile {
  const plain = loadProfiles().get('xy-md02');
  return profileSchema.parse({ ...plain, ...actions });
}
const pdu = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('hex'));

/** As Aqualabo's instruments have it: write what to measure, wait, read. */
const BEFORE = { before: [{ write: { area: 'holding', address: 1, value: 3 } }, { wait_ms: 500 }] };
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

test('other writes and reads are no orders', () => {
  const orders = createOrders(profileWith(BEFORE));
  for (const other of [
    '06 0001 0004',
    '06 0002 0003',
    '05 0001 ff00',
    '03 0001 0000',
    '10 0001 0002 04 0003 0003',
  ])
    expect(orders.take(pdu(other), 0), other).toBeNull();
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
  expect(orders.take(pdu('05 0001 0000'), 0)).toBeNull();
  expect(text(orders.take(pdu('05 0001 ff00'), 0))).toBe('050001ff00');
  expect(orders.measured(0)).toBe('live');
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
