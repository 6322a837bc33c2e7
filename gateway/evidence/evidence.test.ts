import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogger } from '../../devices/kit/log.ts';
import { batchHash, digestOf, publicKeyText, sealHead, withLink } from '../../devices/kit/seal.ts';
import { NO_HASH } from '../../devices/wire/seal.ts';
import { openEvidence } from './evidence.ts';

const [EDGE, STATION, CHAIN] = ['edge-a', 's1', 'a-chain-of-it'];
const own = generateKeyPairSync('ed25519').privateKey;
const foreign = generateKeyPairSync('ed25519').privateKey;

async function open(enrolled?: KeyObject) {
  const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-evidence-'));
  let broken = 0;
  const present = Date.now();
  const evidence = await openEvidence({
    dataDir,
    keepDays: 400,
    now: () => present,
    log: createLogger('gateway', 'silent'),
    enrolledKey: () => enrolled && { key: publicKeyText(enrolled), since: 1 },
    onBreak: () => broken++,
  });
  onTestFinished(() => evidence.stop());
  const rows = () => {
    const db = new DatabaseSync(join(dataDir, 'evidence.db'));
    const kept = db.prepare('SELECT number, broken FROM journal ORDER BY id').all();
    db.close();
    return kept.map(({ number, broken: why }) => [number, why]);
  };
  const send = (payload: string) =>
    evidence.keep({ edge: EDGE, station: STATION, payload: Buffer.from(payload) }, Date.now());
  return { evidence, rows, send, dataDir, broken: () => broken };
}

const head = (key: KeyObject) =>
  sealHead({ chain: CHAIN, number: 0, hash: NO_HASH, open: [], follows: null, at: Date.now() }, key);
const plain = (value: number) => `[{"bn":"urn:quantrac:s1:","n":"ph","v":${value}}]`;
const chained = (number: number, previous: string, value = number) => {
  const payload = withLink(plain(value), { qc: CHAIN, qn: number, qp: previous });
  return { payload, hash: batchHash(previous, digestOf(payload)) };
};

test('what is kept is on disk; what comes again is kept once, what does not follow is marked', async () => {
  const { evidence, rows, send, broken } = await open();
  expect(await evidence.seal(EDGE, head(own))).toBeUndefined();
  const first = chained(1, NO_HASH);
  const second = chained(2, first.hash);
  await send(first.payload);
  await Promise.all([send(second.payload), send(second.payload)]);
  expect([rows(), broken()]).toEqual([
    [
      [1, null],
      [2, null],
    ],
    0,
  ]);
  await send(chained(2, first.hash, 9).payload);
  await send(chained(3, first.hash).payload);
  await send(chained(9, second.hash).payload);
  expect(rows().slice(2)).toEqual([
    [2, 'a batch 2 of its chain was there before'],
    [3, 'it does not follow batch 2 of its chain'],
    [9, 'its chain jumps from batch 2 to 9'],
  ]);
  expect(broken()).toBe(3);
});

/** The next answer of the thread is lost, and the thread with it. */
function loseAnswer(worker: Worker | null): void {
  if (worker === null) throw new Error('no thread was started');
  const emit = worker.emit.bind(worker);
  worker.emit = (event: string, ...given: unknown[]): boolean => {
    const isAnswer = event === 'message' && (given[0] as { kind?: string }).kind === 'answer';
    if (!isAnswer) return emit(event as never, ...(given as never[]));
    worker.emit = emit;
    void worker.terminate();
    return true;
  };
}

test('what was kept when the thread ended before its answer is a repeat, and nothing is broken', async () => {
  let worker: Worker | null = null;
  const remember = (made: Worker): void => {
    worker = made;
  };
  process.on('worker', remember);
  onTestFinished(() => void process.off('worker', remember));
  const { evidence, rows, send, broken } = await open();
  expect(await evidence.seal(EDGE, head(own))).toBeUndefined();
  const first = chained(1, NO_HASH);
  const second = chained(2, first.hash);
  const third = chained(3, second.hash);
  loseAnswer(worker);
  await Promise.all([first, second, third].map(({ payload }) => send(payload)));
  await send(chained(4, third.hash).payload);
  expect([rows(), broken()]).toEqual([[1, 2, 3, 4].map((number) => [number, null]), 0]);
});

test('what does not belong is kept once too, however often it is sent', async () => {
  const { evidence, rows, send } = await open();
  expect(await evidence.seal(EDGE, head(own))).toBeUndefined();
  for (let time = 0; time < 3; time++) {
    await send(plain(1));
    await send(chained(5, NO_HASH).payload);
  }
  expect(rows().map(([number]) => number)).toEqual([0, 5]);
});

test('of a device that does not chain nothing is kept, and no file is made before one that does', async () => {
  const { evidence, send, rows, dataDir } = await open();
  expect(send(plain(1))).toBeNull();
  expect(existsSync(join(dataDir, 'evidence.db'))).toBe(false);
  expect(await evidence.seal(EDGE, head(own))).toBeUndefined();
  expect(rows()).toEqual([]);
});

test('the first head binds an edge to its key', async () => {
  const { evidence } = await open();
  expect(await evidence.seal(EDGE, head(own))).toBeUndefined();
  expect(await evidence.seal(EDGE, head(foreign))).toContain('signed with another key');
});

test('of an edge that was enrolled only the key of its enrolment is taken, also for its first head', async () => {
  const { evidence } = await open(own);
  expect(await evidence.seal(EDGE, head(foreign))).toContain('signed with another key');
  expect(await evidence.seal(EDGE, head(own))).toBeUndefined();
});

test('a head that was changed is refused', async () => {
  const { evidence } = await open();
  const { head: signed, ...rest } = head(own);
  expect(await evidence.seal(EDGE, { ...rest, head: { ...signed, at: signed.at + 1 } })).toBe(
    'the signature of the head is wrong',
  );
});

const headAt = (number: number, hash: string, more: { chain?: string; at?: number } = {}) =>
  sealHead({ chain: CHAIN, number, hash, open: [], follows: null, at: Date.now(), ...more }, own);

test('a head far beyond what is here is refused, and a chain that begins in its middle', async () => {
  const { evidence } = await open();
  expect(await evidence.seal(EDGE, headAt(5, NO_HASH))).toBe('the first head of a chain has number 0, not 5');
  expect(await evidence.seal(EDGE, headAt(0, NO_HASH))).toBeUndefined();
  expect(await evidence.seal(EDGE, headAt(65, NO_HASH))).toBe(
    'the head is at batch 65, and of its chain 0 are here',
  );
});

test('two heads that contradict each other both stay, whatever comes after them', async () => {
  const { evidence, send, dataDir, broken } = await open();
  await evidence.seal(EDGE, headAt(0, NO_HASH));
  const first = chained(1, NO_HASH);
  const second = chained(2, first.hash);
  await send(first.payload);
  await evidence.seal(EDGE, headAt(1, first.hash));
  await evidence.seal(EDGE, headAt(1, second.hash));
  await send(second.payload);
  await evidence.seal(EDGE, headAt(2, second.hash));
  await evidence.seal(EDGE, headAt(1, NO_HASH));
  const db = new DatabaseSync(join(dataDir, 'evidence.db'));
  expect(
    db
      .prepare('SELECT number FROM head ORDER BY id')
      .all()
      .map(({ number }) => number),
  ).toEqual([0, 1, 1, 2, 1]);
  db.close();
  expect(broken()).toBe(2);
});

test('a later chain that follows none is a break, and so many of them are refused', async () => {
  const { evidence, broken } = await open();
  const answers = [];
  for (let n = 0; n < 62; n++) {
    const chain = `chain-${String(n).padStart(4, '0')}`;
    answers.push(await evidence.seal(EDGE, headAt(0, NO_HASH, { chain })));
  }
  expect(broken()).toBe(59);
  expect(answers.map((fault) => fault === undefined)).toEqual([...new Array(60).fill(true), false, false]);
});

test('what cannot be kept is not acknowledged, says why, and is kept when it can be', async () => {
  const { evidence, send, rows, dataDir } = await open();
  expect(await evidence.seal(EDGE, head(own))).toBeUndefined();
  const other = new DatabaseSync(join(dataDir, 'evidence.db'));
  other.exec('BEGIN IMMEDIATE');
  let acknowledged = false;
  const kept = send(chained(1, NO_HASH).payload)?.then(() => {
    acknowledged = true;
  });
  await vi.waitFor(() => expect(evidence.trouble()).toMatch(/locked/), { timeout: 15_000 });
  expect(acknowledged).toBe(false);
  other.exec('ROLLBACK');
  other.close();
  await kept;
  expect(evidence.trouble()).toBeNull();
  expect(rows()).toEqual([[1, null]]);
});
