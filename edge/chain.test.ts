import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { batchHash, digestOf, isSealed, linkOf } from '../devices/kit/seal.ts';
import { NO_HASH, type Seal, sealSchema } from '../devices/wire/seal.ts';
import { type Chain, openChain } from './chain.ts';
import { systemClock } from './clock.ts';
import { silentLog } from './rig.ts';

let dataDir: string;
let told: Seal[];
let answer: () => Promise<boolean>;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'quantrac-chain-'));
  told = [];
  answer = async () => true;
});

const open = (): Chain =>
  openChain({
    dataDir,
    outbox: { take: () => null, remove: () => {}, release: () => {} },
    clock: systemClock,
    log: silentLog,
    tell: (head) => {
      told.push(sealSchema.parse(JSON.parse(head)));
      return answer();
    },
  });

const batch = (id: number, lane: 'live' | 'backlog' | 'alarms' = 'live') => ({
  id,
  lane,
  station: 's1',
  payload: `[{"bn":"urn:quantrac:s1:","n":"ph","v":${id}}]`,
});
const link = (payload: string) => linkOf(Buffer.from(payload));
const parting = (chain: Chain) => sealSchema.parse(JSON.parse(chain.parting())).head;

test('each batch of readings carries the hash of the one before it, an alarm goes as it is', () => {
  const chain = open();
  const first = chain.seal(batch(1));
  const second = chain.seal(batch(2, 'backlog'));
  expect(chain.seal(batch(3, 'alarms'))).toBe(batch(3).payload);
  const name = link(first)?.qc;
  const hash = batchHash(NO_HASH, digestOf(first));
  expect([link(first), link(second)]).toEqual([
    { qc: name, qn: 1, qp: NO_HASH },
    { qc: name, qn: 2, qp: hash },
  ]);
  expect(JSON.parse(second)).toMatchObject([{ qn: 2, bn: 'urn:quantrac:s1:', n: 'ph', v: 2 }]);
  chain.stop();
});

test('the head that opens a chain goes first; later ones say how far the centre has it, and what is open below', async () => {
  const chain = open();
  chain.ready();
  expect(told).toMatchObject([{ head: { number: 0, hash: NO_HASH, open: [], follows: null } }]);
  expect(told.every(isSealed)).toBe(true);
  const sent = [1, 2, 3, 4].map((id) => chain.seal(batch(id)));
  chain.outbox.remove(1);
  chain.outbox.remove(3);
  expect(parting(chain)).toMatchObject({ number: 3, hash: link(sent[3] ?? '')?.qp, open: [2] });
  chain.stop();
});

test('after a lost connection a new chain begins, and says how the one before ended', async () => {
  const chain = open();
  chain.ready();
  // Its PUBACK never comes.
  answer = () => new Promise(() => {});
  const sent = [1, 2, 3].map((id) => chain.seal(batch(id)));
  chain.outbox.remove(2);
  chain.outbox.release();
  chain.ready();
  const again = chain.seal(batch(1));
  const [before, after] = told.map(({ head }) => head);
  expect(link(again)).toEqual({ qc: after?.chain, qn: 1, qp: NO_HASH });
  expect(after?.chain).not.toBe(before?.chain);
  expect(after).toMatchObject({
    number: 0,
    follows: { chain: before?.chain, number: 2, hash: link(sent[2] ?? '')?.qp, open: [1] },
  });
  chain.stop();
});

test('a connection on which nothing was sent takes no new chain', () => {
  const chain = open();
  chain.ready();
  chain.outbox.release();
  chain.ready();
  expect(new Set(told.map(({ head }) => head.chain)).size).toBe(1);
  expect(told).toHaveLength(2);
  chain.stop();
});

test('after 500 batches a head is told, also when time stands still', () => {
  const chain = open();
  chain.ready();
  return Promise.resolve().then(() => {
    for (let id = 1; id <= 500; id++) {
      chain.seal(batch(id));
      chain.outbox.remove(id);
    }
    expect(told.map(({ head }) => head.number)).toEqual([0, 500]);
    chain.stop();
  });
});

test('the next start goes on with the same key, which nobody else may read, and follows what was signed last', () => {
  const before = open();
  before.seal(batch(1));
  before.outbox.remove(1);
  const last = parting(before);
  before.stop();
  const file = join(dataDir, 'identity', 'seal.key');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain('PRIVATE KEY');
  const after = open();
  after.ready();
  expect(told[0]?.head.follows).toEqual({ chain: last.chain, number: 1, hash: last.hash, open: [] });
  after.stop();
});

test('the first chain of an edge that is killed before it signs more is followed by the next one', () => {
  const before = open();
  before.ready();
  before.stop();
  const after = open();
  after.ready();
  expect(told[1]?.head.follows).toMatchObject({ chain: told[0]?.head.chain, number: 0 });
  after.stop();
});
