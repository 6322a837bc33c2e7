/** What the edge refuses by itself, whatever the centre thinks of it. */
import { expect, test } from 'vitest';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import { planLine } from '../../devices/line/line-plan.ts';
import { edgeFileSchema } from '../../devices/station.ts';
import type { Orders } from '../../devices/wire/fleet.ts';
import { modbusLine } from '../rig.ts';
import { allowedWrite, findInstrument, readFault } from './field.ts';

const profiles = loadProfiles();
const text = { vi: 'Tên', en: 'Name' };
const file = edgeFileSchema.parse({
  id: 'edge-1',
  data_dir: 'data',
  uplink: { url: 'mqtt://127.0.0.1', password: 'secret' },
  lines: [{ id: 'bus', mode: 'tcp', host: '127.0.0.1' }],
  stations: [
    {
      id: 'tram',
      kind: 'fire',
      name: text,
      area: text,
      latitude: 16,
      longitude: 108,
      instruments: [
        {
          id: 'relays',
          profile: 'advantech-adam-6060',
          line: 'bus',
          unit: 1,
          channels: { di0: { parameter: 'smoke', closed: 1 } },
        },
        { id: 'buoy', profile: 'yosemitech-y4000', line: 'bus', unit: 3 },
      ],
      limits: [{ name: 'smoke', parameter: 'smoke', kind: 'high', raise: 0.5, level: 'critical' }],
      sirens: [{ id: 'horn', line: 'bus', unit: 1, coil: 17, on: ['smoke'] }],
    },
  ],
});
const line = { id: 'bus', plans: planLine(modbusLine(file), file, profiles) };
const planOf = (instrument: string) => {
  const found = findInstrument([line], { station: 'tram', instrument });
  if (typeof found === 'string') throw new Error(found);
  return found.plan;
};
type Write = Extract<Orders, { kind: 'write' }>;
const relay = (number: number, value: number, by: string[]) => {
  const orders: Write = {
    kind: 'write',
    station: 'tram',
    instrument: 'relays',
    write: `relay-${number}`,
    value,
  };
  return allowedWrite(planOf('relays'), 'bus', orders, by, file);
};

test('a relay is switched by two persons, and not by one who is named twice', () => {
  expect(relay(0, 1, ['lan', 'minh'])).toMatchObject({ target: { area: 'coil', address: 16 } });
  expect(relay(0, 1, ['lan'])).toBe('relay-0 is dangerous: two persons must want it');
  expect(relay(0, 1, ['lan', 'lan'])).toBe('relay-0 is dangerous: two persons must want it');
  expect(relay(0, 2, ['lan', 'minh'])).toBe('relay-0 takes 0, 1, not 2');
  expect(relay(7, 1, ['lan', 'minh'])).toContain('allows no write "relay-7"');
});

test('the coil of a siren is the alarms’ own', () => {
  expect(relay(1, 0, ['lan', 'minh'])).toBe('relay-1 is the siren tram/horn: alarms switch it');
});

test('a model that takes its own requests only is asked for nothing else', () => {
  const read = { kind: 'read', station: 'tram', instrument: 'buoy', table: 'holding' } as const;
  expect(readFault(planOf('buoy'), { ...read, address: 0x2601, count: 16 })).toBeNull();
  expect(readFault(planOf('buoy'), { ...read, address: 0x2601, count: 2 })).toContain('only the requests');
});

test('what is not there is said so', () => {
  expect(findInstrument([line], { station: 'tram', instrument: 'other' })).toBe(
    'there is no Modbus instrument "other" at tram',
  );
});
