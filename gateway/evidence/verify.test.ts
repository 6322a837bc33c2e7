/** What somebody who writes all that the gateway answers can do against the key of an edge: nothing unnoticed. */
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { batchHash, digestOf, publicKeyText, sealHead, withLink } from '../../devices/kit/seal.ts';
import { type ChainState, type Head, NO_HASH } from '../../devices/wire/seal.ts';
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

test('what was measured is proved', () => {
  expect(verify([about(), chainLine(), head(), batch(p1)], 3.5)).toMatchObject({
    first: null,
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
    'a reading in a batch that was never signed',
    [
      about(),
      chainLine({ high: 1 }),
      head({ number: 0, hash: NO_HASH }),
      batch(p1),
      ...after({ ...end, number: 0, hash: NO_HASH }),
    ],
    3.5,
    'the edge has never signed that batch',
  ],
  [
    'the same of a chain whose next head is long due',
    [about(), chainLine(), head({ number: 0, hash: NO_HASH }), batch(p1)],
    3.5,
    'the edge has never signed that batch',
  ],
  [
    'a deleted reading with a refusal',
    [
      about(),
      chainLine(),
      head(),
      batch(p1),
      { kind: 'refused', edge, chain, number: 1, readings: [['ph', T]] },
    ],
    null,
    'is the gateway’s word alone',
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
    'a retention that is said to be short',
    [about({ keep_days: 1 }), chainLine(), head(), batch(p1)],
    null,
    'the gateway says that it keeps readings for 1 days',
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
    'a later chain that follows none',
    [about(), chainLine(), head(), batch(p1), ...after(null)],
    3.5,
    'follows none, and the edge has chained before',
  ],
])('%s: found', (_, lines, value, text) => {
  expect(verify(lines, value).first).toContain(text);
});
