import { expect, test } from 'vitest';
import { pointAddresses } from '../devices/decode.ts';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { type Profile, profileSchema } from '../devices/profile.ts';
import { planBlocks } from './plan.ts';

const shipped = loadProfiles();

function profile(id: string): Profile {
  const found = shipped.get(id);
  if (!found) throw new Error(`no profile ${id}`);
  return found;
}

type Point = { area?: string; address: number; type?: string; order?: string };

/** A profile with these points, one parameter each, and nothing else of interest. */
function made(link: object, points: Point[], base = 'zero'): Profile {
  const parameters = ['pm1', 'pm2_5', 'pm10', 'so2', 'no2', 'o3'];
  return profileSchema.parse({
    id: 'made',
    maker: 'Maker',
    models: ['Model'],
    revision: 1,
    status: 'documentation',
    sources: ['this test'],
    address_base: base,
    link: { unit: 1, ...link },
    points: points.map((point, index) => ({
      parameter: parameters[index],
      area: 'input',
      type: 'uint16',
      unit: 'ug/m3',
      ...point,
    })),
    examples: [{ title: 'none', registers: {}, readings: {} }],
  });
}

const plan = (of: Profile) =>
  planBlocks(of, of.points).map(({ area, address, count }) => `${area} ${address}+${count}`);

test('neighbours and their validity register make one request where the link allows the gap', () => {
  expect(plan(profile('dfrobot-sen0662'))).toEqual(['input 4+8']);
});

test('without an allowed gap, every hole makes a new request', () => {
  expect(plan(made({ max_gap: 0 }, [{ address: 1 }, { address: 2 }, { address: 4 }]))).toEqual([
    'input 1+2',
    'input 4+1',
  ]);
  expect(plan(made({ max_gap: 1 }, [{ address: 1 }, { address: 2 }, { address: 4 }]))).toEqual(['input 1+4']);
  expect(plan(made({ max_gap: 1 }, [{ address: 1 }, { address: 4 }]))).toEqual(['input 1+1', 'input 4+1']);
});

test('six floats of twelve registers fit a limit of sixteen and not one of five, and none is split', () => {
  const points = Array.from({ length: 6 }, (_, index) => ({
    area: 'holding',
    address: 9729 + 2 * index,
    type: 'float32',
  }));
  expect(plan(made({ max_registers: 16 }, points))).toEqual(['holding 9729+12']);
  expect(plan(made({ max_registers: 5 }, points))).toEqual([
    'holding 9729+4',
    'holding 9733+4',
    'holding 9737+4',
  ]);
});

test('an even start reads the register before along, and the one after for an even length', () => {
  const points = [
    { address: 7, type: 'float32' },
    { address: 9, type: 'float32' },
  ];
  expect(plan(made({ even_start: true }, points))).toEqual(['input 6+6']);
  expect(plan(made({ even_start: true, max_registers: 4 }, points))).toEqual(['input 6+4', 'input 8+4']);
  expect(plan(made({ even_start: true }, [{ area: 'coil', address: 7, type: 'bit' }]))).toEqual(['coil 7+1']);
});

test('a register that must not be read is not bridged', () => {
  const bridged = made({ max_gap: 4 }, [{ address: 1 }, { address: 4 }], 'one');
  expect(plan(bridged)).toEqual(['input 0+4']);
  // Numbered from one, as the points are.
  const avoided = { area: 'input', address: 3, count: 1, reason: 'reading it clears the total' } as const;
  expect(plan({ ...bridged, forbidden: [avoided] })).toEqual(['input 0+1', 'input 3+1']);
  expect(plan({ ...bridged, never_poll: [avoided] })).toEqual(['input 0+1', 'input 3+1']);
});

test('requests that must be made exactly so are made so, those that the points need', () => {
  const fixed = made({}, [{ address: 1 }, { address: 4 }]);
  const blocks = [
    { area: 'input', address: 0, count: 8 },
    { area: 'input', address: 8, count: 8 },
  ] as const;
  expect(plan({ ...fixed, blocks: [...blocks] })).toEqual(['input 0+8']);
});

test('each area has its own requests, whatever the order of the points', () => {
  const points = [
    { area: 'holding', address: 5 },
    { area: 'input', address: 6 },
    { area: 'holding', address: 4 },
    { area: 'discrete', address: 0, type: 'bit' },
  ];
  expect(plan(made({}, points))).toEqual(['discrete 0+1', 'holding 4+2', 'input 6+1']);
});

test('addresses that count from one go out one lower', () => {
  expect(plan(made({}, [{ address: 1 }], 'one'))).toEqual(['input 0+1']);
});

test('ranges that overlap are read once', () => {
  const points = [{ address: 3, type: 'uint32' }, { address: 4 }, { address: 3 }];
  expect(plan(made({}, points))).toEqual(['input 3+2']);
});

test('a value that is larger than a request may be is told, not split', () => {
  const impossible = made({ max_registers: 1 }, [{ address: 3, type: 'uint32' }]);
  expect(() => plan(impossible)).toThrow(
    'input 3 needs 2 registers in one request, and the instrument gives 1',
  );
});

test('of every shipped profile each range lies whole in one block that its link allows', () => {
  expect(shipped.size).toBeGreaterThan(5);
  for (const { points, link, ...rest } of shipped.values()) {
    const blocks = planBlocks({ points, link, ...rest }, points);
    for (const block of blocks) expect(block.count).toBeLessThanOrEqual(link.max_registers);
    for (const range of points.flatMap((point) => pointAddresses({ points, link, ...rest }, point))) {
      const around = blocks.filter(
        ({ area, address, count }) =>
          area === range.area && address <= range.address && address + count >= range.address + range.count,
      );
      expect(around, `${rest.id} ${range.area} ${range.address}`).toHaveLength(1);
    }
  }
});
