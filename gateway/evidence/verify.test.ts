/** What somebody who writes all that the gateway answers can do against the key of an edge: nothing unnoticed. */
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { batchHash, digestOf, publicKeyText, sealHead, withLink } from '../../devices/kit/seal.ts';
import { type ChainState, type Head, NO_HASH } from '../../devices/wire/seal.ts';
import type { Gap } from './gaps.ts';
import type { Line } from './lines.ts';
import { createVerification } from './verify.ts';

const [DAY, T] = [86_400_000, 1_790_000_000_000];
const [edge, station, chain, next] = ['e1', 'st1', 'chainAAAAAA', 'chainBBBBBB'];
const { privateKey } = generateKeyPairSync('ed25519');
const key = publicKeyText(privateKey);
const NOW = T + 9 * DAY;

const payload = (value: number, number: number, previous: string): string =>
  withLink(`[{"bn":"urn:quantrac:st1:","bt":${T / 1000},"n":"ph","u":"pH","v":${value}}]`, {
    qc: chain,
    qn: number,
    qp: previous,
  });
const p1 = payload(3.5, 1, NO_HASH);
const h1 = batchHash(NO_HASH, digestOf(p1));
const stored = (value: number) => [{ parameter: 'ph' as const, at: T, value, flag: 1 as const }];

const about = (more: { since?: number; keep_days?: number } = {}): Line => ({
  kind: 'evidence',
  station,
  now: NOW,
  edge,
  keep_days: more.keep_days ?? 400,
  edges: [{ edge, since: more.since ?? T - DAY, keys: [{ key, since: T - DAY, how: 'enrolled' }] }],
});
const chainLine = (more: Partial<Extract<Line, { kind: 'chain' }>> = {}): Line => ({
  kind: 'chain',
  edge,
  chain,
  low: 0,
  high: 1,
  floor: 0,
  floor_hash: NO_HASH,
  ...more,
});
const head = (more: Partial<Head> = {}): Line => ({
  kind: 'head',
  edge,
  received_at: T + 1000,
  seal: sealHead({ chain, number: 1, hash: h1, open: [], follows: null, at: T + 1000, ...more }, privateKey),
});
const batch = (text: string): Line => ({
  kind: 'batch',
  edge,
  chain,
  received_at: T + 500,
  broken: null,
  payload: Buffer.from(text).toString('base64'),
});
const after = (follows: ChainState | null): Line[] => [
  chainLine({ chain: next, high: 0 }),
  head({ chain: next, number: 0, hash: NO_HASH, follows, at: T + 7_200_000 }),
];

function verify(lines: readonly Line[], value: number | null) {
  const verification = createVerification(station, [key], NOW);
  const readings = value === null ? [] : stored(value);
  verification.take(T - DAY / 2, T + DAY / 2, lines, readings, 'as it is');
  return verification.result(T - DAY / 2, T + DAY / 2);
}

const forged = payload(1, 2, h1);
const end: ChainState = { chain, number: 1, hash: h1, open: [] };
const opening = head({ number: 0, hash: NO_HASH });

/** The edge goes on after the time that is asked for. */
const later = (follows: ChainState | null = end): Line[] => [
  chainLine({ chain: next, high: 0 }),
  head({ chain: next, number: 0, hash: NO_HASH, follows, at: T + DAY / 2 }),
];

test('what was measured is proved', () => {
  expect(verify([about(), chainLine(), head(), batch(p1), ...later()], 3.5)).toMatchObject({
    ending: 'proved',
    first: null,
    gaps: [],
    counts: { proved: 1 },
  });
});

test.each<[string, readonly Line[], number | null, string]>([
  [
    'a changed value with an unsigned batch for it',
    [about(), chainLine({ high: 2 }), head(), batch(p1), batch(forged)],
    1,
    'measured 3.5 (flag 1), stored 1',
  ],
  [
    'the same in a chain that has ended',
    [about(), chainLine({ high: 2 }), head(), batch(p1), batch(forged), ...after(end)],
    1,
    'measured 3.5 (flag 1), stored 1',
  ],
  [
    'a floor that came before its time',
    [about({ since: T + DAY }), chainLine({ low: 1, floor: 1, floor_hash: h1 }), head()],
    1,
    'deleted before their time',
  ],
  [
    'a begin of what is shown that is too late',
    [about(), chainLine({ low: 1 }), head()],
    null,
    'nothing signed says what is before it',
  ],
  [
    'a station that is said to be chained since later',
    [about({ since: T + DAY })],
    1,
    'no batch of the edge has it',
  ],
  [
    'a head of a huge number',
    [about(), chainLine({ high: 3e8 }), head({ number: 3e8 }), batch(p1)],
    3.5,
    'batch 2 of chain chainAAAAAA: it and those up to 300000000 are missing',
  ],
  [
    'two heads of a number',
    [about(), chainLine(), head(), head({ hash: NO_HASH }), batch(p1)],
    3.5,
    'the edge has signed two hashes for it',
  ],
  [
    'a chain that is missing, and the edge has signed what was in it',
    [about(), ...later()],
    null,
    'chain chainAAAAAA is missing, of which the edge signed batches up to 1',
  ],
  [
    'a signed batch that is missing with its reading, and which the gateway says to have refused',
    [
      about(),
      chainLine(),
      head(),
      { kind: 'refused', edge, chain, number: 1, readings: [['ph', T]] },
      ...later(),
    ],
    null,
    'batch 1 of chain chainAAAAAA: is missing',
  ],
  [
    'two batches of a number after the newest head',
    [about(), chainLine(), opening, batch(p1), batch(payload(9, 1, NO_HASH))],
    3.5,
    'several batches have this number',
  ],
])('%s: a contradiction', (_, lines, value, text) => {
  const { ending, first } = verify(lines, value);
  expect([ending, first]).toEqual(['contradicted', expect.stringContaining(text)]);
});

const [begin, finish] = [T - DAY / 2, T + DAY / 2];
const p2 = payload(4, 2, h1);

test.each<[string, readonly Line[], number | null, Partial<Gap>]>([
  [
    'a reading in a batch of an ended chain that was never signed',
    [about(), chainLine(), opening, batch(p1), ...later({ ...end, number: 0, hash: NO_HASH })],
    3.5,
    {
      why: 'never signed',
      readings: 1,
      from: T,
      to: T,
      first: expect.stringContaining('edge e1, batch 1 of chain chainAAAAAA: st1, ph of'),
    },
  ],
  [
    'the same of a chain whose next head is long due, with the time since',
    [about(), chainLine(), head({ number: 0, hash: NO_HASH, at: finish - 60_000 }), batch(p1)],
    3.5,
    { why: 'never signed', readings: 1, from: T, to: T },
  ],
  [
    'a reading that is not stored by the word of the gateway',
    [
      about(),
      chainLine(),
      head(),
      batch(p1),
      { kind: 'refused', edge, chain, number: 1, readings: [['ph', T]] },
      ...later(),
    ],
    null,
    { why: 'refused', readings: 1, from: T, to: T },
  ],
  [
    'a time that is older than the gateway says that it keeps',
    [about({ keep_days: 1 }), chainLine(), head(), batch(p1), ...later()],
    null,
    {
      why: 'no longer kept',
      from: begin,
      to: finish,
      first: expect.stringContaining('the gateway says that it keeps readings and their evidence for 1 days'),
    },
  ],
  [
    'a later chain that follows none: how the one before ended',
    [about(), chainLine(), head(), batch(p1), ...later(null)],
    3.5,
    {
      why: 'begun anew',
      from: T + 1000,
      to: finish,
      first: expect.stringContaining('follows none, and the edge has chained before'),
    },
  ],
  [
    'a time after all that is signed, which may have been cut off',
    [about(), chainLine(), head(), batch(p1)],
    3.5,
    { why: 'nothing signed', from: T + 1000, to: finish },
  ],
  [
    'a time of which nothing at all is shown',
    [about()],
    null,
    { why: 'nothing signed', from: begin, to: finish },
  ],
  [
    'a batch after the newest head, and the one before it is missing',
    [about(), chainLine({ high: 2 }), head({ number: 0, hash: NO_HASH, at: finish - 60_000 }), batch(p2)],
    null,
    {
      why: 'after a hole',
      readings: 0,
      first: expect.stringContaining('batch 1 of chain chainAAAAAA: is missing, and no signed head says'),
    },
  ],
])('%s: not proved, and no contradiction', (_, lines, value, gap) => {
  const { ending, first, gaps } = verify(lines, value);
  expect([ending, first]).toEqual(['not proved', null]);
  expect(gaps).toEqual([expect.objectContaining(gap)]);
});
