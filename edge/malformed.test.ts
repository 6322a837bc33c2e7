/**
 * A property of the whole way from a socket to readings: whatever an instrument sends instead of an answer is one
 * flagged reading that names line, unit and register; what stands between it is read, no false value is ever called
 * good, and the other unit of the line takes no harm.
 */
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { type Profile, profileSchema } from '../devices/profile.ts';
import type { Reading } from '../devices/reading.ts';
import { seededRandom } from '../devices/simulator/random.ts';
import { readLine, skippingClock } from './field-rig.ts';
import { startFrames } from './rig.ts';
import { crc16 } from './sources/rtu-frame.ts';

type Framing = 'tcp' | 'rtu-tcp';
type Chance = (below: number) => number;

/** One number of two registers, without limits of its own. */
const METER: Profile = profileSchema.parse({
  ...loadProfiles().get('xy-md02'),
  id: 'meter',
  points: [{ parameter: 'illuminance', area: 'input', address: 7, type: 'uint32', unit: 'lx', scale: 0.01 }],
  forbidden: [],
  examples: [{ title: 'dark', registers: { input: { 7: [0, 0] } }, readings: { illuminance: { value: 0 } } }],
});
const UNTESTED = { illuminance: { flat: 'off', spike: 'off', rate_per_min: 'off' } };
const PLACE = /^[^(]+(\([^(]+\) )?\(line bus, unit 1, input 7 to 8\)$/;

/** What is shown says which unit it is of and to which request it is the answer. */
const shownBy = (unit: number, request: number): number => unit * 1_000_000 + request;
const value = (unit: number, request: number): number => shownBy(unit, request) / 100;

/** The six bytes of a request after its framing: unit, function, address, count. */
const asked = (framing: Framing, frame: Buffer): Buffer =>
  framing === 'tcp' ? frame.subarray(6) : frame.subarray(0, 6);

function framed(framing: Framing, request: Buffer, body: Buffer): Buffer {
  if (framing === 'tcp') {
    const header = Buffer.from([...request.subarray(0, 4), 0, 0]);
    header.writeUInt16BE(body.length, 4);
    return Buffer.concat([header, body]);
  }
  const crc = crc16(body);
  return Buffer.concat([body, Buffer.from([crc & 0xff, crc >> 8])]);
}

function goodAnswer(framing: Framing, request: Buffer, number: number): Buffer {
  const [unit = 0, code = 0] = asked(framing, request);
  const body = Buffer.from([unit, code, 4, 0, 0, 0, 0]);
  body.writeUInt32BE(shownBy(unit, number), 3);
  return framed(framing, request, body);
}

const bytes = (chance: Chance, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => chance(256)));

/** Another number of 0 to below than this one. */
const other = (chance: Chance, than: number, below: number): number => (than + 1 + chance(below - 1)) % below;

/** The function codes that no answer to a read of input registers can have. */
const isForeign = (code: number): boolean => code !== 4 && code !== 0x84;

type Malform = (chance: Chance, good: Buffer, request: Buffer, framing: Framing) => Buffer;

/** All ways in which an answer is none. Each changes a good answer that would be believed. */
const MALFORMED: Readonly<Record<string, Malform>> = {
  'wrong unit': (chance, _good, request, framing) => {
    const body = Buffer.from([other(chance, 1, 256), 4, 4, ...bytes(chance, 4)]);
    return framed(framing, request, body);
  },
  truncated: (chance, good) => good.subarray(0, 1 + chance(good.length - 1)),
  'more registers than asked': (chance, _good, request, framing) => {
    const registers = 3 + chance(120);
    return framed(framing, request, Buffer.from([1, 4, 2 * registers, ...bytes(chance, 2 * registers)]));
  },
  'more than 256 bytes': (chance, _good, request, framing) =>
    framed(framing, request, Buffer.from([1, 4, 254, ...bytes(chance, 254 + chance(200))])),
  'fewer registers': (chance, _good, request, framing) => {
    const registers = chance(2);
    return framed(framing, request, Buffer.from([1, 4, 2 * registers, ...bytes(chance, 2 * registers)]));
  },
  'a byte count that lies': (chance, _good, request, framing) =>
    framed(framing, request, Buffer.from([1, 4, other(chance, 4, 256), ...bytes(chance, 4)])),
  'wrong function': (chance, _good, request, framing) => {
    let code = chance(256);
    while (!isForeign(code)) code = chance(256);
    return framed(framing, request, Buffer.from([1, code, 4, ...bytes(chance, 4)]));
  },
  'an exception that nobody knows': (chance, _good, request, framing) =>
    framed(framing, request, Buffer.from([1, 0x84, 12 + chance(244)])),
  'an exception of another function': (chance, _good, request, framing) =>
    framed(framing, request, Buffer.from([1, 0x83, 1 + chance(11)])),
  // RTU does not say which request an answer is for.
  'an answer to another request': (chance, _good, request, framing) => {
    const transaction = other(chance, request.readUInt16BE(0), 65_536);
    const own = Buffer.concat([Buffer.from([transaction >> 8, transaction & 0xff]), request.subarray(2)]);
    const unit = framing === 'tcp' ? 1 : 2;
    return framed(framing, own, Buffer.from([unit, 4, 4, ...bytes(chance, 4)]));
  },
  'the request': (_chance, _good, request) => request,
  'random bytes': (chance) => bytes(chance, 1 + chance(300)),
  'a wrong frame': (chance, good, _request, framing) => {
    const bad = Buffer.from(good);
    // Modbus TCP has no check sum: only its header can be seen to be wrong.
    const at = framing === 'tcp' ? 2 + chance(4) : chance(bad.length);
    bad[at] = other(chance, bad[at] ?? 0, 256);
    return bad;
  },
  'random bytes behind a wrong one': (chance, _good, request, framing) =>
    Buffer.concat([
      framed(framing, request, Buffer.from([9, 4, 4, 1, 2, 3, 4])),
      bytes(chance, 1 + chance(40)),
    ]),
};
const KINDS = Object.keys(MALFORMED);

interface Sent {
  readonly kind: string;
  readonly number: number;
}

interface Outcome {
  /** How many malformed answers there were of each kind. */
  readonly met: ReadonlyMap<string, number>;
  readonly good: number;
  readonly flagged: number;
}

/** One line with its two units; reads until it has met so many malformed answers, and is well after them. */
async function tryLine(framing: Framing, seed: number, malformed: number): Promise<Outcome> {
  const random = seededRandom(seed);
  const chance: Chance = (below) => Math.min(below - 1, Math.floor(random() * below));
  const met = new Map<string, number>();
  let left = malformed;
  let number = 0;
  /** What unit 1 was given since its last reading. */
  let sent: Sent[] = [];
  let neighbour = 0;
  const server = await startFrames((request: Buffer, socket: Socket) => {
    number += 1;
    const good = goodAnswer(framing, request, number);
    if (asked(framing, request)[0] !== 1) {
      neighbour = number;
      socket.write(good);
      return;
    }
    // So that about half of the rounds are good, though each is tried twice.
    const kind = left > 0 && chance(10) < 7 ? (KINDS[chance(KINDS.length)] ?? '') : 'good';
    sent.push({ kind, number });
    if (kind !== 'good') {
      left -= 1;
      met.set(kind, (met.get(kind) ?? 0) + 1);
    }
    socket.write(MALFORMED[kind]?.(chance, good, request, framing) ?? good);
  });
  const line = readLine({
    line: { mode: framing, host: '127.0.0.1', port: server.port },
    instruments: [1, 2].map((unit) => ({ unit, profile: METER.id, quality: UNTESTED })),
    profiles: [METER],
    timeoutMs: 500,
    clock: skippingClock(),
  });
  const wrong: unknown[] = [];
  const count = { good: 0, flagged: 0, neighbour: 0 };
  let failed = false;
  await line
    .next(
      `the end of ${malformed} malformed answers`,
      (reading) => {
        if (reading.station === 'unit-2') {
          count.neighbour += 1;
          if (!isGood(reading, value(2, neighbour))) wrong.push({ reading, neighbour });
          return wrong.length > 0 || (left === 0 && !failed);
        }
        const last = sent.at(-1);
        const told = reading.flag === 9 && reading.value === null && PLACE.test(reading.reason ?? '');
        const read = last?.kind === 'good' && isGood(reading, value(1, last.number));
        // A probe that is answered ends the rest of the instrument; its block may rest for longer.
        const probed = told && failed && sent.length === 1;
        if (!(last?.kind === 'good' ? read || probed : told)) wrong.push({ reading, sent });
        count[read ? 'good' : 'flagged'] += 1;
        failed = !read;
        sent = [];
        return false;
      },
      50_000,
    )
    .finally(line.running.stop);
  await server.close();
  expect(wrong).toEqual([]);
  // A round of each for every round of the other.
  expect(Math.abs(count.neighbour - count.good - count.flagged)).toBeLessThanOrEqual(2);
  return { met, ...count };
}

const isGood = ({ flag, value: shown, reason }: Reading, right: number): boolean =>
  flag === 1 && reason === null && shown === right;

test.for([
  { framing: 'tcp', lines: 60, malformed: 20 },
  { framing: 'rtu-tcp', lines: 120, malformed: 10 },
] as const)(
  '$framing: 1200 malformed answers are told one by one and spoil nothing',
  { timeout: 60_000 },
  async ({ framing, lines, malformed }) => {
    const first = 1 + Math.floor(Math.random() * 2_000_000_000);
    const outcomes = await Promise.all(
      Array.from({ length: lines }, (_, index) =>
        tryLine(framing, first + index, malformed).catch((error: Error) => {
          throw new Error(`with the seed ${first + index}: ${error.message}`, { cause: error });
        }),
      ),
    );
    const sum = (of: (outcome: Outcome) => number) =>
      outcomes.reduce((total, outcome) => total + of(outcome), 0);
    expect(sum(({ met }) => [...met.values()].reduce((total, one) => total + one, 0))).toBe(
      lines * malformed,
    );
    expect(new Set(outcomes.flatMap(({ met }) => [...met.keys()]))).toEqual(new Set(KINDS));
    expect(sum(({ good }) => good)).toBeGreaterThan(lines * 2);
    expect(sum(({ flagged }) => flagged)).toBeGreaterThan((lines * malformed) / 4);
  },
);
