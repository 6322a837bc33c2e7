import { expect, test } from 'vitest';
import { pointAddresses } from '../decode.ts';
import { loadProfiles } from '../kit/profiles.ts';
import { type Profile, profileSchema } from '../profile.ts';
import { seededRandom } from '../simulator/random.ts';
import { parseSerial, requestMs } from './line-time.ts';
import { type Block, planBlocks, planRanges } from './plan.ts';

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

const at = (serial: string) => (block: Block) => requestMs(block, parseSerial(serial), 4);

test('a gap is read along where that takes less of the line than another request', () => {
  const apart = made({ max_gap: 64 }, [{ address: 1 }, { address: 32 }]);
  const on = (serial: string) => planBlocks(apart, apart.points, { cost: at(serial) }).length;
  // 30 registers are 60 characters: 250 ms at 2400 baud and 5 ms at 115200; a request more is 78 ms and 25 ms.
  expect(on('2400 8N1')).toBe(2);
  expect(on('115200 8N1')).toBe(1);
});

test('where a hole answers with silence no gap is read along', () => {
  const points = [{ address: 1 }, { address: 3 }];
  expect(plan(made({ max_gap: 4 }, points))).toEqual(['input 1+3']);
  expect(plan(made({ max_gap: 4, holes: 'silent' }, points))).toEqual(['input 1+1', 'input 3+1']);
});

const learned = { illegal: [], apart: [], maxRegisters: null };

test('what the instrument has shown of itself goes before its profile', () => {
  const points = [{ address: 1 }, { address: 2 }, { address: 4 }, { address: 5 }];
  const own = made({ max_gap: 4 }, points);
  const blocks = (shown: object) =>
    planBlocks(own, own.points, { learned: { ...learned, ...shown } }).map(
      ({ address, count }) => `${address}+${count}`,
    );
  const illegal = (address: number) => ({
    illegal: [{ area: 'input', address, count: 1, cause: 'exception 2' }],
  });
  expect(blocks({})).toEqual(['1+5']);
  expect(blocks(illegal(3))).toEqual(['1+2', '4+2']);
  expect(blocks(illegal(4))).toEqual(['1+2', '5+1']);
  expect(blocks({ apart: [{ area: 'input', address: 2 }] })).toEqual(['1+1', '2+4']);
  expect(blocks({ maxRegisters: 2 })).toEqual(['1+2', '4+2']);
});

/** The least time over all ways to cut the ranges into blocks. */
function leastOf(
  ranges: readonly Block[],
  cost: (block: Block) => number,
  most: number,
  gap: number,
): number {
  let least = Number.POSITIVE_INFINITY;
  for (let cuts = 0; cuts < 2 ** (ranges.length - 1); cuts++) {
    const blocks: Block[] = [];
    for (const [index, range] of ranges.entries()) {
      const last = blocks.at(-1);
      const joins = last !== undefined && (cuts >> (index - 1)) % 2 === 0;
      if (joins && range.address - last.address - last.count <= gap)
        blocks[blocks.length - 1] = { ...last, count: range.address + range.count - last.address };
      else blocks.push(range);
    }
    if (blocks.some(({ count }) => count > most)) continue;
    least = Math.min(
      least,
      blocks.reduce((sum, block) => sum + cost(block), 0),
    );
  }
  return least;
}

test('no other way to cut the ranges into requests takes less time of the line', () => {
  const random = seededRandom(7);
  const below = (count: number): number => Math.floor(random() * count);
  const { address_base, blocks, forbidden, never_poll, link } = made({}, [{ address: 0 }]);
  for (let round = 0; round < 300; round++) {
    const ranges: Block[] = [];
    for (let address = below(5); ranges.length < 9; ) {
      const count = 1 + below(4);
      ranges.push({ area: 'input', address, count });
      address += count + below(12);
    }
    const [most, gap] = [4 + below(30), below(12)];
    const cost = at(['1200 8N1', '9600 8E1', '38400 8N1'][below(3)] ?? '');
    const own = { ...link, max_registers: most, max_gap: gap };
    const planned = planRanges({ address_base, blocks, forbidden, never_poll, link: own }, ranges, { cost });
    const time = planned.reduce((sum, block) => sum + cost(block), 0);
    expect(time).toBeCloseTo(leastOf(ranges, cost, most, gap), 6);
  }
});
