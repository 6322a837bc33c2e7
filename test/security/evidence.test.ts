/** Nobody changes what was measured unnoticed: not with the files of the gateway, and not with the password of an edge. */
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchHash, digestOf, linkOf, sealHead, withLink } from '../../devices/kit/seal.ts';
import { NO_HASH, type Seal } from '../../devices/wire/seal.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import { packBlock, unpackBlock } from '../../gateway/evidence/pack.ts';
import { openSqliteStore } from '../../gateway/store/sqlite.ts';
import {
  EDGE,
  openEdge,
  openGateway,
  type RunningGateway,
  STATION,
  withFile,
} from '../support/evidence-rig.ts';
import { testStation } from '../support/station.ts';
import { changeStored } from '../support/tamper.ts';

const TIMEOUT = 60_000;
/** Two chains: batches 1 to 3, and after a start of the edge 1 and 2. */
let from: number;
let honest: Pick<RunningGateway, 'dataDir' | 'password'>;
let key: string;
/** When all of that was over. */
let later: number;

beforeAll(async () => {
  const gateway = await openGateway();
  from = Date.now() - 1000;
  let edge = openEdge(gateway.mqttPort, gateway.password);
  for (const n of [1, 2, 3]) await edge.send(from + n, 7 + n / 10);
  await edge.stop();
  edge = openEdge(gateway.mqttPort, gateway.password, edge.dataDir);
  for (const n of [4, 5]) await edge.send(from + n, 7 + n / 10);
  await edge.stop();
  const verified = await gateway.verify(from);
  expect(verified).toMatchObject({ ending: 'proved', counts: { proved: 5 }, first: null });
  key = verified.edges[0]?.keys[0] ?? '';
  await gateway.stop();
  later = Date.now();
  honest = gateway;
}, TIMEOUT);

const opened: RunningGateway[] = [];
afterAll(async () => {
  for (const gateway of opened) await gateway.stop();
}, TIMEOUT);

/** A gateway on a copy of the honest one's files, after somebody had his hands on them. */
async function after(attack: (dataDir: string) => unknown): Promise<RunningGateway> {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'quantrac-attacked-')), 'gateway');
  cpSync(honest.dataDir, dataDir, { recursive: true });
  await attack(dataDir);
  const gateway = await openGateway({}, { dataDir, password: honest.password });
  opened.push(gateway);
  return gateway;
}

const evidence =
  (work: (db: DatabaseSync) => unknown) =>
  (dataDir: string): unknown =>
    withFile(dataDir, 'evidence.db', work);

const payloadsOf = (db: DatabaseSync): { id: number; payload: string }[] =>
  db
    .prepare('SELECT id, payload FROM journal ORDER BY id')
    .all()
    .map((row) => ({ id: Number(row.id), payload: Buffer.from(row.payload as Uint8Array).toString() }));

const rewrite = (db: DatabaseSync, id: number, payload: string): unknown =>
  db.prepare('UPDATE journal SET payload = ? WHERE id = ?').run(Buffer.from(payload), id);

const changePayload = (db: DatabaseSync): void => {
  for (const { id, payload } of payloadsOf(db))
    if (payload.includes('"v":7.2')) rewrite(db, id, payload.replace('"v":7.2', '"v":6.9'));
};

/** Who knows the code and not the key: changes a payload, and every link after it. */
function rechain(db: DatabaseSync): void {
  changePayload(db);
  let previous = NO_HASH;
  for (const { id, payload } of payloadsOf(db).slice(0, 3)) {
    const link = linkOf(Buffer.from(payload));
    const next = payload.replace(/"qp":"[^"]+"/, `"qp":"${previous}"`);
    rewrite(db, id, next);
    previous = batchHash(link === null ? NO_HASH : previous, digestOf(next));
  }
}

const BATCH_2 = /edge edge-a, batch 2 of chain \S+/.source;

test.each<[string, (dataDir: string) => unknown, string]>([
  [
    'a stored value is changed',
    (dir) => changeStored(dir, (_, value) => (value === 7.2 ? 6.9 : value)),
    `${BATCH_2}: ${STATION}, ph of .*: measured 7\\.2 \\(flag 1\\), stored 6\\.9 \\(flag 1\\)`,
  ],
  [
    'a stored reading is removed',
    (dir) => changeStored(dir, (_, value) => (value === 7.2 ? null : value)),
    `${BATCH_2}: ${STATION}, ph of .*: measured 7\\.2 \\(flag 1\\), and nothing is stored`,
  ],
  [
    'a reading is put into the store',
    async (dataDir) => {
      const store = openSqliteStore(dataDir);
      const reading = {
        station: STATION,
        parameter: 'ph',
        at: later,
        value: 7,
        flag: 1,
        reason: null,
      } as const;
      await store.append([{ ...reading, receivedAt: later }]);
      await store.close();
    },
    `${STATION}, ph of .*: stored 7 \\(flag 1\\), and no batch of the edge has it`,
  ],
  [
    'a payload is changed in the evidence',
    evidence(changePayload),
    `${BATCH_2}: ${STATION}, ph of .*: measured 6\\.9 \\(flag 1\\), stored 7\\.2`,
  ],
  [
    'store and evidence are changed alike',
    (dir) => {
      changeStored(dir, (_, value) => (value === 7.2 ? 6.9 : value));
      withFile(dir, 'evidence.db', changePayload);
    },
    `${BATCH_2}: it is not what the edge has sent`,
  ],
  [
    'store and evidence are changed alike, and every link after them',
    (dir) => {
      changeStored(dir, (_, value) => (value === 7.2 ? 6.9 : value));
      withFile(dir, 'evidence.db', rechain);
    },
    'edge edge-a, batch 3 of chain \\S+: it is not what the edge has sent',
  ],
  [
    'a batch is removed with its reading',
    (dir) => {
      changeStored(dir, (_, value) => (value === 7.2 ? null : value));
      withFile(dir, 'evidence.db', (db) => db.prepare('DELETE FROM journal WHERE id = 2').run());
    },
    `${BATCH_2}: is missing`,
  ],
  [
    'a head is changed',
    evidence((db) => {
      const row = db.prepare('SELECT id, seal FROM head ORDER BY id LIMIT 1').get() ?? {};
      const seal = JSON.parse(String(row.seal)) as Seal;
      const changed = { ...seal, head: { ...seal.head, number: 2 } };
      db.prepare('UPDATE head SET seal = ? WHERE id = ?').run(JSON.stringify(changed), Number(row.id));
    }),
    'edge edge-a: the head at batch 2 of chain \\S+ is not what the edge signed',
  ],
  [
    'the newest batches are cut off, with the heads of them and the readings',
    (dir) => {
      changeStored(dir, (at, value) => (at <= from + 2 ? value : at <= from + 3 ? null : value));
      withFile(dir, 'evidence.db', (db) => {
        db.exec(
          'DELETE FROM head WHERE id = 1; DELETE FROM journal WHERE id = 3; UPDATE chain SET number = 2 WHERE rowid = 1',
        );
      });
    },
    'batch 3 of chain \\S+: ',
  ],
  [
    'a whole chain is removed, with its readings',
    (dir) => {
      changeStored(dir, (at, value) => (at <= from + 3 ? null : value));
      withFile(dir, 'evidence.db', (db) => {
        const { chain } = db.prepare('SELECT chain FROM chain ORDER BY rowid LIMIT 1').get() ?? {};
        for (const table of ['chain', 'head', 'journal'])
          db.prepare(`DELETE FROM ${table} WHERE chain = ?`).run(String(chain));
      });
    },
    'edge edge-a: chain \\S+ is missing, of which the edge signed batches up to 3',
  ],
  [
    'a packed payload is changed',
    evidence((db) => {
      const rows = db.prepare('SELECT * FROM journal ORDER BY id LIMIT 3').all();
      const kept = rows.map((row) => ({
        station: String(row.station),
        receivedAt: Number(row.received_at),
        broken: null,
        payload: Buffer.from(
          Buffer.from(row.payload as Uint8Array)
            .toString()
            .replace('"v":7.2', '"v":6.9'),
        ),
      }));
      const { edge, chain } = rows[0] ?? {};
      const data = packBlock(unpackBlock(packBlock(kept)));
      const { lastInsertRowid: id } = db
        .prepare('INSERT INTO block VALUES (NULL, ?, ?, 1, 3, ?, ?, ?)')
        .run(String(edge), String(chain), from, from + 60_000, data);
      db.prepare('INSERT INTO span VALUES (?, ?, ?, ?)').run(STATION, id, from, from + 60_000);
      db.exec('DELETE FROM journal WHERE id <= 3');
    }),
    `${BATCH_2}: ${STATION}, ph of .*: measured 6\\.9 \\(flag 1\\), stored 7\\.2`,
  ],
])('%s: found and named', { timeout: TIMEOUT }, async (_, attack, first) => {
  const verified = await (await after(attack)).verify(from);
  expect(verified.ending).toBe('contradicted');
  expect(verified.first).toMatch(new RegExp(first));
  expect(verified.faults).toBeGreaterThan(0);
});

test('without the key of the gateway nothing need be believed: another key proves nothing', {
  timeout: TIMEOUT,
}, async () => {
  const gateway = await after(() => {});
  expect(await gateway.verify(from, { key: [key] })).toMatchObject({ first: null, counts: { proved: 5 } });
  const foreign = sealOf('another-chain', generateKeyPairSync('ed25519').privateKey).key;
  expect((await gateway.verify(from, { key: [foreign] })).first).toContain(
    'is signed with a key that is not the edge’s',
  );
});

const sealOf = (chain: string, privateKey: Parameters<typeof sealHead>[1]): Seal =>
  sealHead({ chain, number: 0, hash: NO_HASH, open: [], follows: null, at: Date.now() }, privateKey);

/** Somebody who has the password of the edge. */
async function impostor(gateway: RunningGateway) {
  const client = await connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, {
    username: EDGE,
    password: gateway.password,
    clientId: EDGE,
    reconnectPeriod: 0,
  });
  const forged = JSON.stringify(
    encodeSenml(STATION, [{ parameter: 'ph', at: from + 600, value: 6, flag: 1, reason: null }]),
  );
  return { client, forged, topic: topics.readings(EDGE, STATION) };
}

test('a forged batch with a chain of its own is found', { timeout: TIMEOUT }, async () => {
  const gateway = await after(() => {});
  const { client, forged, topic } = await impostor(gateway);
  await client.publishAsync(topic, withLink(forged, { qc: 'forged-chain', qn: 1, qp: NO_HASH }), { qos: 1 });
  await client.endAsync();
  const { first, counts } = await gateway.verify(from);
  expect(first).toMatch(
    /edge edge-a: a batch that the edge has not chained .*no signed head has opened its chain/,
  );
  expect(counts).toMatchObject({ proved: 5, unproved: 1 });
  expect(await (await gateway.get('../../metrics')).text()).toContain('quantrac_evidence_broken_total 1');
});

test('a forged batch that goes on with the chain of the edge is found when the edge sends', {
  timeout: TIMEOUT,
}, async () => {
  const gateway = await after(() => {});
  const chain = withFile(gateway.dataDir, 'evidence.db', (db) =>
    db.prepare('SELECT chain, number FROM chain ORDER BY rowid DESC LIMIT 1').get(),
  );
  const { client, forged, topic } = await impostor(gateway);
  const link = { qc: String(chain?.chain), qn: Number(chain?.number), qp: NO_HASH };
  await client.publishAsync(topic, withLink(forged, link), { qos: 1 });
  await client.endAsync();
  const { first } = await gateway.verify(from);
  expect(first).toMatch(new RegExp(`${BATCH_2}: a second batch with this number came`));
});

test('a batch without its link is found', { timeout: TIMEOUT }, async () => {
  const gateway = await after(() => {});
  const { client, forged, topic } = await impostor(gateway);
  await client.publishAsync(topic, forged, { qos: 1 });
  await client.endAsync();
  const { first, counts } = await gateway.verify(from);
  expect(first).toMatch(
    /a batch that the edge has not chained .*it has no link, and its edge chains what it sends/,
  );
  expect(counts).toMatchObject({ proved: 5, unproved: 1 });
});

test('a head with another key is refused and does not open a chain', { timeout: TIMEOUT }, async () => {
  const gateway = await after(() => {});
  const { client, forged, topic } = await impostor(gateway);
  const seal = sealOf('forged-chain', generateKeyPairSync('ed25519').privateKey);
  await client.publishAsync(topics.ofEdge(EDGE, 'seal'), JSON.stringify(seal), { qos: 1 });
  await client.publishAsync(topic, withLink(forged, { qc: 'forged-chain', qn: 1, qp: NO_HASH }), { qos: 1 });
  await client.endAsync();
  const quarantine = (await (await gateway.get('quarantine')).json()) as { entries: unknown[] };
  expect(quarantine.entries).toMatchObject([
    { reason: expect.stringContaining('signed with another key than the one that is known of edge-a') },
  ]);
  expect((await gateway.verify(from)).first).toContain('no signed head has opened its chain');
});

test('a device that does not chain is never called proved', { timeout: TIMEOUT }, async () => {
  const gateway = await openGateway();
  opened.push(gateway);
  const { client, forged, topic } = await impostor(gateway);
  const inventory = { stations: [testStation({ id: STATION, parameters: [{ id: 'ph', period_s: 10 }] })] };
  await client.publishAsync(topics.inventory(EDGE), JSON.stringify(inventory), { qos: 1, retain: true });
  await client.publishAsync(topic, forged, { qos: 1 });
  await client.endAsync();
  expect(await gateway.verify(from)).toMatchObject({
    ending: 'not proved',
    counts: { proved: 0, not_chained: 1 },
    first: null,
  });
});
