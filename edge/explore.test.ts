import { expect, test } from 'vitest';
import { joinLearned, type Learned, NOTHING_LEARNED } from '../devices/line/learned.ts';
import { type Block, planRanges } from '../devices/line/plan.ts';
import type { AddressRange, Profile } from '../devices/profile.ts';
import { seededRandom } from '../devices/simulator/random.ts';
import { type Exploration, explore } from './explore.ts';
import { exceptionFault, type ReadFault, type ReadResult } from './sources/source.ts';

/** What an instrument really has. */
interface Nature {
  /** Registers that it refuses. */
  readonly illegal?: readonly number[];
  /** It answers nothing across these. */
  readonly apart?: readonly number[];
  readonly most?: number;
  /** Cuts what is too long instead of refusing it. */
  readonly cuts?: boolean;
}

const illegalAddress = exceptionFault(2);

function instrument({ illegal = [], apart = [], most = 125, cuts = false }: Nature) {
  const asked: string[] = [];
  const ask = async ({ area, address, count }: Block): Promise<ReadResult> => {
    asked.push(`${address}+${count}`);
    const end = address + count;
    if (illegal.some((one) => one >= address && one < end)) return { kind: 'fault', fault: illegalAddress };
    if (apart.some((one) => one > address && one < end)) return { kind: 'fault', fault: illegalAddress };
    if (count > most && cuts)
      return { kind: 'fault', fault: { kind: 'short', words: most, asked: count, of: 'registers' } };
    if (count > most) return { kind: 'fault', fault: exceptionFault(3) };
    return { kind: 'words', words: Array.from({ length: count }, (_, index) => hash(area, address + index)) };
  };
  return { ask, asked };
}

const hash = (area: string, address: number): number => (area.length * 7919 + address * 31) & 0xffff;

const range = (address: number, count = 1): AddressRange => ({ area: 'input', address, count });

const causeOf = ({ address, count }: Block, fault: ReadFault): string =>
  `${fault.kind} at ${address}+${count}`;

async function exploreOf(
  nature: Nature,
  parts: readonly AddressRange[],
  most = 100,
): Promise<Exploration & { asked: string[] }> {
  const { ask, asked } = instrument(nature);
  return {
    ...(await explore(parts, illegalAddress, { ask, causeOf, link: { even_start: false }, most })),
    asked,
  };
}

const singles = (from: number, count: number): AddressRange[] =>
  Array.from({ length: count }, (_, index) => range(from + index));

test('one register that is not there is found by halving, and all others are read meanwhile', async () => {
  const { learned, answers, asked, fault } = await exploreOf({ illegal: [5] }, singles(0, 8));
  expect(learned).toEqual({
    illegal: [{ ...range(5), cause: 'exception at 5+1' }],
    apart: [],
    maxRegisters: null,
  });
  expect(asked).toEqual(['0+4', '4+4', '4+2', '4+1', '5+1', '6+2']);
  const read = answers.flatMap(({ block, words }) => words.map((_, index) => block.address + index));
  expect(read.sort()).toEqual([0, 1, 2, 3, 4, 6, 7]);
  expect(fault).toBeNull();
});

test('a value of two registers is never divided', async () => {
  const { learned } = await exploreOf({ illegal: [3] }, [range(0, 2), range(2, 2), range(4, 2)]);
  expect(learned.illegal).toEqual([{ ...range(2, 2), cause: 'exception at 2+2' }]);
});

test('a gap that may not be read along is no register of a value', async () => {
  const { learned } = await exploreOf({ illegal: [7] }, [range(4, 2), range(6), range(9), range(10)]);
  expect(learned).toEqual({
    illegal: [{ ...range(7, 2), cause: 'exception at 7+2' }],
    apart: [],
    maxRegisters: null,
  });
});

test('two neighbours that answer only apart are told from registers that are not there', async () => {
  const { learned } = await exploreOf({ apart: [4] }, singles(0, 8));
  expect(learned).toEqual({ illegal: [], apart: [{ area: 'input', address: 4 }], maxRegisters: null });
});

test.for([
  { nature: { most: 6 }, longest: 6 },
  { nature: { most: 7, cuts: true }, longest: 7 },
])('the longest request is found: $nature', async ({ nature, longest }) => {
  const { learned } = await exploreOf(nature, singles(0, 40));
  expect(learned).toEqual({ illegal: [], apart: [], maxRegisters: longest });
});

test('something other than a refusal ends it, and what was read stays', async () => {
  const inner = instrument({ illegal: [7] });
  let asked = 0;
  const silent: ReadFault = { kind: 'no-answer', timeoutMs: 500 };
  const found = await explore(singles(0, 8), illegalAddress, {
    ask: async (block) => {
      asked += 1;
      return asked === 2 ? { kind: 'fault', fault: silent } : inner.ask(block);
    },
    causeOf,
    link: { even_start: false },
    most: 100,
  });
  expect(found).toMatchObject({ fault: silent, learned: NOTHING_LEARNED });
  expect(found.answers.map(({ block }) => block)).toEqual([range(0, 4)]);
});

test('it takes no more requests than it may, and keeps what it found with them', async () => {
  const nature = { illegal: singles(0, 60).map(({ address }) => address * 2) };
  const { asked, learned } = await exploreOf(nature, singles(0, 60), 16);
  expect(asked).toHaveLength(16);
  expect(learned.illegal.length).toBeGreaterThan(2);
});

const link: Profile['link'] = {
  unit: 1,
  serial_other: [],
  response_timeout_ms: 1000,
  pause_ms: 0,
  max_registers: 64,
  max_gap: 6,
  holes: 'exception',
  even_start: false,
};
const profile = {
  address_base: 'zero',
  blocks: [],
  forbidden: [],
  never_poll: [],
  link,
} satisfies Partial<Profile>;

test('whatever an instrument is like, all that it gives is read in the end, and nothing that it gives is given up', async () => {
  for (let seed = 1; seed <= 500; seed++) {
    const next = seededRandom(seed);
    const below = (count: number): number => Math.floor(next() * count);
    const wanted: AddressRange[] = [];
    for (let address = below(4); wanted.length < 5 + below(40); ) {
      const count = 1 + below(2);
      wanted.push(range(address, count));
      address += count + (next() < 0.3 ? below(8) : 0);
    }
    const last = wanted.at(-1)?.address ?? 0;
    const nature: Nature = {
      illegal: Array.from({ length: below(4) }, () => below(last)),
      apart: next() < 0.3 ? [below(last)] : [],
      most: next() < 0.5 ? 4 + below(40) : 125,
      cuts: next() < 0.5,
    };
    const { ask, asked } = instrument(nature);
    let learned: Learned = NOTHING_LEARNED;
    let read = new Map<number, number>();
    let rounds = 0;
    for (let refused = true; refused && rounds < 60; rounds++) {
      refused = false;
      read = new Map();
      for (const block of planRanges(profile, wanted, { learned })) {
        const result = await ask(block);
        if (result.kind === 'words') {
          for (const [index, word] of result.words.entries()) read.set(block.address + index, word);
          continue;
        }
        refused = true;
        const parts = wanted.filter(
          ({ address, count }) => address >= block.address && address + count <= block.address + block.count,
        );
        const found = await explore(parts, result.fault, { ask, causeOf, link, most: 16 });
        learned = joinLearned(learned, found.learned);
        break;
      }
    }
    for (const { address, count } of wanted) {
      const inside = Array.from({ length: count }, (_, index) => address + index);
      const cut = nature.apart?.some((one) => one > address && one < address + count) ?? false;
      const given = !cut && !inside.some((one) => nature.illegal?.includes(one));
      for (const one of inside)
        expect(read.get(one), `seed ${seed}, register ${one}`).toBe(given ? hash('input', one) : undefined);
    }
    expect(asked.length, `seed ${seed}`).toBeLessThan(300);
  }
});
