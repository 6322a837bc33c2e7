/**
 * Decoded points per second: from the words of one request of 60 registers to judged readings, by the code that the
 * edge runs for each round.
 */

import { createDecoder } from '../../devices/decode.ts';
import { openProfiles } from '../../devices/kit/profiles.ts';
import { PARAMETERS, type ParameterId, parameterOf } from '../../devices/parameter.ts';
import { type ProfilePoint, pointSchema } from '../../devices/profile/point.ts';
import type { Profile } from '../../devices/profile.ts';
import { createAcquirer } from '../../edge/acquire.ts';
import { newSheet } from '../../edge/sheet.ts';
import { benchOptions } from './support/options.ts';
import { median, printTable } from './support/table.ts';

const { short } = benchOptions('Decoded points per second at 60 registers a request.');

const REGISTERS = 60;
/** Different rounds of words, so that values change as they do in the field. */
const ROUNDS = 100;
const TURNS = short ? 3 : 9;
const TURN_MS = short ? 100 : 500;
const PERIOD_MS = 10_000;

const ids = (Object.keys(PARAMETERS) as ParameterId[]).filter((id) => {
  const [low, high] = span(id);
  return high - low > 10;
});

function span(id: ParameterId): readonly [number, number] {
  const { suspect, fail } = parameterOf(id);
  return suspect ?? fail;
}

/** Plausible, with hundredths, and not the same again for a while. */
function plausible(id: ParameterId, round: number, index: number): number {
  const [low, high] = span(id);
  const base = Math.min(low + 0.3 * (high - low), 3000);
  return base + ((round * 7 + index * 13) % 97) / 100;
}

const shipped = openProfiles().get('xy-md02');
if (!shipped) throw new Error('the profile xy-md02 is gone');
const base: Profile = { ...shipped, address_base: 'zero', state_from: [], blocks: [] };

interface Subject {
  readonly name: string;
  readonly points: readonly ProfilePoint[];
  readonly rounds: ReadonlyArray<readonly number[]>;
}

/** `width` registers a point; `put` writes one point's value into its registers. */
function subject(
  name: string,
  width: number,
  shape: (address: number) => object,
  put: (words: Uint16Array, at: number, value: number) => void,
): Subject {
  const own = ids.slice(0, Math.floor(REGISTERS / width));
  return {
    name: `${name}, ${own.length} points`,
    points: own.map((parameter, index) =>
      pointSchema.parse({
        parameter,
        area: 'input',
        address: index * width,
        unit: parameterOf(parameter).unit,
        ...shape(index * width),
      }),
    ),
    rounds: Array.from({ length: ROUNDS }, (_, round) => {
      const words = new Uint16Array(REGISTERS);
      for (const [index, id] of own.entries()) put(words, index * width, plausible(id, round, index));
      return [...words];
    }),
  };
}

function putFloat(words: Uint16Array, at: number, value: number): void {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, value);
  words[at] = bytes.getUint16(0);
  words[at + 1] = bytes.getUint16(2);
}

const subjects = [
  subject('float32 ABCD', 2, () => ({ type: 'float32' }), putFloat),
  subject(
    'int16 × 0.1',
    1,
    () => ({ type: 'int16', scale: 0.1 }),
    (words, at, value) => {
      words[at] = Math.round(value * 10);
    },
  ),
  subject(
    'float32 CDAB with a validity register',
    3,
    (address) => ({
      type: 'float32',
      order: 'CDAB',
      valid_when: { area: 'input', address: address + 2, type: 'uint16', good: [0] },
    }),
    (words, at, value) => {
      putFloat(words, at, value);
      [words[at], words[at + 1]] = [words[at + 1] ?? 0, words[at] ?? 0];
    },
  ),
];

/** Points a second of a step that is run again and again. */
function measure(step: (round: number) => number): number {
  const started = performance.now();
  let points = 0;
  for (let round = 0; performance.now() < started + TURN_MS; )
    for (let many = 0; many < 50; many++) points += step(round++);
  return (points * 1000) / (performance.now() - started);
}

const BLOCK = { area: 'input', address: 0, count: REGISTERS } as const;

const rows = subjects.map(({ name, points, rounds }) => {
  const wordsOf = (round: number): readonly number[] => rounds[round % ROUNDS] ?? [];
  const decoder = createDecoder(base, points);
  const decode = (round: number): number => {
    const words = wordsOf(round);
    return decoder.decode((_area, address) => words[address], round * PERIOD_MS).length;
  };
  const acquire = createAcquirer('bench', base, points);
  let at = 0;
  let good = 0;
  const whole = (round: number): number => {
    at += PERIOD_MS;
    const sheet = newSheet();
    sheet.keep(BLOCK, wordsOf(round), at);
    const readings = acquire(sheet.round(at, ''));
    for (const { value, flag } of readings) if (value !== null && flag === 1) good += 1;
    return readings.length;
  };
  const alone: number[] = [];
  const judged: number[] = [];
  measure(decode);
  measure(whole);
  for (let turn = 0; turn < TURNS; turn++) {
    alone.push(measure(decode));
    judged.push(measure(whole));
  }
  if (good === 0) throw new Error(`${name}: no good value`);
  return [name, median(alone), median(judged), Math.min(...judged)];
});

printTable(
  `${REGISTERS} registers a request, points per second: median of ${TURNS} turns of ${TURN_MS} ms on one core`,
  ['profile', 'decode alone', 'words to judged readings', 'slowest turn'],
  rows,
);
