/** What is stored is proved to be what was measured, also over restarts, lost connections and kills. */
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test as quickTest, vi } from 'vitest';
import { freePort } from '../devices/kit/free-port.ts';
import { startLink } from './faults/support/link.ts';
import { OTHER, openEdge, openGateway, STATION, withFile } from './support/evidence-rig.ts';
import { startFakeInflux } from './support/influx-fake.ts';
import { startInfluxd } from './support/influxd.ts';
import { hasProgram } from './support/programs.ts';

/** Gateways are started and stopped. */
const test = (name: string, run: () => Promise<void>) => quickTest(name, { timeout: 60_000 }, run);
const DAY_MS = 86_400_000;
const PATIENCE = { timeout: 15_000, interval: 20 };
const sealed = (proved: number) => ({
  ending: 'proved',
  counts: { proved, not_yet_sealed: 0, not_chained: 0, unproved: 0, different: 0, refused: 0 },
  first: null,
});

test('readings are proved by what their edge signed, over restarts of both', async () => {
  let gateway = await openGateway();
  const from = Date.now() - 1000;
  let edge = openEdge(gateway.mqttPort, gateway.password);
  await edge.send(from + 1, 7.1);
  await edge.send(from + 2, 7.2, OTHER);
  await edge.send(from + 3, 7.3);
  expect(await gateway.verify(from)).toMatchObject({
    ending: 'not proved',
    counts: { proved: 0, not_yet_sealed: 2 },
    first: null,
    gaps: [{ why: 'not yet signed', readings: 2, from: from + 1, to: from + 3 }],
  });
  await edge.stop();
  expect(await gateway.verify(from)).toMatchObject({ ...sealed(2), batches: 3 });

  await gateway.stop();
  gateway = await openGateway({}, gateway);
  edge = openEdge(gateway.mqttPort, gateway.password, edge.dataDir);
  await edge.send(from + 4, 7.4);
  await edge.stop();
  const verified = await gateway.verify(from);
  expect(verified).toMatchObject(sealed(3));
  expect(await gateway.verify(from, { station: OTHER })).toMatchObject(sealed(1));
  expect(await gateway.verify(from, { key: verified.edges[0]?.keys ?? [] })).toMatchObject(sealed(3));
  await gateway.stop();
});

test('connections that break cost no proof', async () => {
  const gateway = await openGateway();
  const link = await startLink(gateway.mqttPort);
  const from = Date.now() - 1000;
  const edge = openEdge(link.port, gateway.password);
  for (let round = 0; round < 8; round++) {
    link.stall('to-client');
    for (let one = 0; one < 20; one++) edge.put(from + 20 * round + one, round);
    const before = link.traffic.counts.connections;
    await vi.waitFor(async () => expect(await proved()).toBeGreaterThan(20 * round), PATIENCE);
    link.cut();
    await vi.waitFor(() => expect(link.traffic.counts.connections).toBeGreaterThan(before), PATIENCE);
    await edge.empty();
  }
  await edge.stop();
  expect(await gateway.verify(from)).toMatchObject(sealed(160));
  await link.stop();
  await gateway.stop();

  async function proved(): Promise<number> {
    const response = await gateway.get(
      `export?station=cau-do&from=${from}&to=${Date.now() + 60_000}&format=senml`,
    );
    return ((await response.json()) as unknown[]).length;
  }
});

test('an edge that is killed between send and PUBACK, and its next start, leave no hole, and what it never signed is told', async () => {
  const gateway = await openGateway();
  const link = await startLink(gateway.mqttPort);
  const from = Date.now() - 1000;
  const killed = openEdge(link.port, gateway.password);
  await killed.send(from + 1, 7.1);
  link.stall('to-client');
  killed.put(from + 2, 7.2);
  const stored = async () =>
    (await (await gateway.get(`export?station=cau-do&from=${from}&to=${Date.now() + 60_000}`)).text())
      .trim()
      .split('\r\n');
  await vi.waitFor(async () => expect(await stored()).toHaveLength(3), PATIENCE);
  // What a kill leaves: its files as they are at this moment.
  const left = join(mkdtempSync(join(tmpdir(), 'quantrac-killed-')), 'edge');
  cpSync(killed.dataDir, left, { recursive: true });
  link.admission = 'refused';
  link.cut('rst');
  const edge = openEdge(gateway.mqttPort, gateway.password, left);
  await edge.empty();
  await edge.send(from + 3, 7.3);
  await edge.stop();
  const verified = await gateway.verify(from);
  // The first one was acknowledged and its edge killed before it signed that: nobody can tell it from a forged one.
  expect(verified).toMatchObject({
    ending: 'not proved',
    first: null,
    gaps: [
      {
        why: 'never signed',
        readings: 1,
        from: from + 1,
        to: from + 1,
        first: expect.stringMatching(/batch 1 of chain .*: cau-do, ph of .*: stored 7\.1/),
      },
    ],
    counts: { proved: 2, unproved: 1, different: 0 },
  });
  await killed.stop();
  await link.stop();
  await gateway.stop();
});

test('what an edge sends again while the store refuses is kept once', async () => {
  let refuses = true;
  const database = await startFakeInflux(() => ({ status: refuses ? 503 : 204 }));
  onTestFinished(() => database.stop());
  const gateway = await openGateway({ 'store.kind': 'influx', 'store.url': database.url });
  const edge = openEdge(gateway.mqttPort, gateway.password, undefined, undefined, 200);
  edge.put(Date.now(), 7.1);
  const count = (table: string) =>
    withFile(gateway.dataDir, 'evidence.db', (db) =>
      Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n),
    );
  const chains = () => (existsSync(join(gateway.dataDir, 'evidence.db')) ? count('chain') : 0);
  await vi.waitFor(() => expect(chains()).toBeGreaterThan(5), PATIENCE);
  await vi.waitFor(() => expect(database.writes.length).toBeGreaterThan(1), PATIENCE);
  expect(count('journal')).toBe(1);
  refuses = false;
  await edge.empty();
  expect(count('journal')).toBe(1);
  await edge.stop();
  await gateway.stop();
});

quickTest.skipIf(!hasProgram('influxd'))(
  'what is in InfluxDB is proved too, as far back as it is kept there',
  { timeout: 60_000 },
  async () => {
    const influxd = await startInfluxd();
    onTestFinished(() => influxd.stop());
    const ask = async (path: string, body?: string) =>
      (await fetch(`${influxd.url}/${path}`, { method: 'POST', ...(body && { body }) })).text();
    const query = (q: string) => ask(`query?db=air&q=${encodeURIComponent(q)}`);
    const gateway = await openGateway({
      'store.kind': 'influx',
      'store.url': influxd.url,
      'store.database': 'air',
    });
    onTestFinished(() => gateway.stop());
    const edge = openEdge(gateway.mqttPort, gateway.password);
    const present = Date.now() - 1000;
    const [old, from] = [present - 3 * DAY_MS, present - 4 * DAY_MS];
    await edge.send(old, 7.1);
    await edge.send(present, 7.2);
    await edge.stop();
    expect(await gateway.verify(from)).toMatchObject(sealed(2));

    const gone = await query(`DELETE FROM reading WHERE time <= ${old}ms`);
    expect(gone).not.toContain('error');
    expect(await gateway.verify(from)).toMatchObject({
      ending: 'contradicted',
      first: expect.stringMatching(/ph of .*: measured 7\.1 \(flag 1\), and nothing is stored/),
    });
    expect(
      await query('ALTER RETENTION POLICY autogen ON air DURATION 48h SHARD DURATION 24h'),
    ).not.toContain('error');
    expect(await gateway.verify(from)).toMatchObject({
      ending: 'not proved',
      first: null,
      gaps: [{ why: 'no longer kept', from, first: expect.stringContaining('for 2 days') }],
      counts: { proved: 1 },
    });

    await ask('write?db=air&precision=ms', `reading,station=${STATION},parameter=ph value=6.9 ${present}`);
    expect(await gateway.verify(from)).toMatchObject({
      ending: 'contradicted',
      first: expect.stringMatching(/measured 7\.2 \(flag 1\), stored 6\.9 \(flag 1\)/),
    });
  },
);

test('a gateway that is killed between evidence and store loses nothing and raises no doubt', async () => {
  // A database that answers questions and never a write.
  const database = createServer((request, response) => {
    if (!request.url?.startsWith('/write')) response.end('{"results":[{"statement_id":0}]}');
  }).listen(0, '127.0.0.1');
  await once(database, 'listening');
  const { port } = database.address() as { port: number };
  const mqttPort = await freePort();
  const killed = await openGateway({
    'mqtt.port': mqttPort,
    'store.kind': 'influx',
    'store.url': `http://127.0.0.1:${port}`,
  });
  const from = Date.now() - 1000;
  const edge = openEdge(mqttPort, killed.password);
  edge.put(from + 1, 7.1);
  const kept = () =>
    withFile(killed.dataDir, 'evidence.db', (db) => db.prepare('SELECT count(*) AS n FROM journal').get()?.n);
  await vi.waitFor(() => expect(kept()).toBe(1), PATIENCE);
  const left = join(mkdtempSync(join(tmpdir(), 'quantrac-killed-')), 'gateway');
  cpSync(killed.dataDir, left, { recursive: true });
  await killed.stop();
  database.closeAllConnections();
  database.close();

  const gateway = await openGateway({ 'mqtt.port': mqttPort }, { dataDir: left, password: killed.password });
  await edge.empty();
  await edge.stop();
  expect(await gateway.verify(from)).toMatchObject(sealed(1));
  await gateway.stop();
});
