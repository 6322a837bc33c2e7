import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { batchHash, digestOf, publicKeyText, sealHead, withLink } from '../../devices/kit/seal.ts';
import { NO_HASH } from '../../devices/wire/seal.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { createArrival } from './arrival.ts';
import { createChains } from './chains.ts';
import { createFold } from './fold.ts';
import { prove } from './proof.ts';
import { createQuery } from './query.ts';
import { createRepeats } from './repeats.ts';
import { createForget } from './retention.ts';
import { openEvidenceFile } from './schema.ts';

const DAY_MS = 86_400_000;
const T0 = Date.UTC(2026, 2, 5);

test('what was kept long enough goes, and what stays is proved from there on', () => {
  const db = openEvidenceFile(mkdtempSync(join(tmpdir(), 'quantrac-evidence-')), expect.unreachable);
  const arrival = createArrival(db, createChains(db), createRepeats(db));
  const fold = createFold(db);
  const { privateKey } = generateKeyPairSync('ed25519');
  const [edge, chain] = ['edge-a', 'chain-of-days'];
  const breaks: unknown[] = [];
  let hash = NO_HASH;
  const head = (number: number, at: number) =>
    arrival.head(
      edge,
      sealHead({ chain, number, hash, open: [], follows: null, at }, privateKey),
      at,
      (broken) => breaks.push(broken),
    );
  expect(head(0, T0)).toBeNull();
  for (let day = 0; day < 10; day++) {
    const at = T0 + day * DAY_MS;
    for (let n = 1; n <= 3; n++) {
      const plain = encodeSenml('s1', [{ parameter: 'ph', at: at + n, value: 7, flag: 1, reason: null }]);
      const payload = withLink(JSON.stringify(plain), { qc: chain, qn: 3 * day + n, qp: hash });
      hash = batchHash(hash, digestOf(payload));
      expect(
        arrival.batch({ edge, station: 's1', receivedAt: at + n, payload: Buffer.from(payload) }),
      ).toBeNull();
    }
    head(3 * day + 3, at + 1000);
    // A block a day.
    for (const due of fold.due(at + DAY_MS)) fold.step(due);
  }
  const forget = createForget(db);
  while (forget(T0 + 6 * DAY_MS));

  const query = createQuery(db);
  const proof = (from: number, to: number) => {
    const { lines, blocks } = query.plan({ station: 's1', from, to, edge, now: to });
    return prove({
      lines: [...lines, ...blocks.flatMap((id) => query.block(id, 's1'))],
      keys: new Map([[edge, [publicKeyText(privateKey)]]]),
      from,
      to,
      keptFrom: T0 + 5 * DAY_MS,
      now: T0 + 10 * DAY_MS,
    });
  };
  const kept = proof(T0 + 5 * DAY_MS, T0 + 10 * DAY_MS);
  expect(kept.findings).toEqual([]);
  expect(kept.batches.map(({ state }) => state)).toEqual(new Array(15).fill('sealed'));
  expect(proof(T0, T0 + DAY_MS).batches).toEqual([]);
  expect(db.prepare('SELECT floor, number FROM chain').get()).toEqual({ floor: 12, number: 30 });
  expect(breaks).toEqual([]);
  db.close();
});

test('chains of which nothing is left go when they have ended long ago', () => {
  const db = openEvidenceFile(mkdtempSync(join(tmpdir(), 'quantrac-evidence-')), expect.unreachable);
  const arrival = createArrival(db, createChains(db), createRepeats(db));
  const { privateKey } = generateKeyPairSync('ed25519');
  for (const [chain, day] of [
    ['chain-one', 0],
    ['chain-two', 1],
    ['chain-three', 9],
  ] as const) {
    const at = T0 + day * DAY_MS;
    const head = { chain, number: 0, hash: NO_HASH, open: [], follows: null, at };
    expect(arrival.head('edge-a', sealHead(head, privateKey), at, () => {})).toBeNull();
  }
  createForget(db)(T0 + 6 * DAY_MS);
  for (const table of ['chain', 'head'])
    expect(db.prepare(`SELECT chain FROM ${table} ORDER BY rowid`).all()).toEqual([
      { chain: 'chain-two' },
      { chain: 'chain-three' },
    ]);
  db.close();
});
