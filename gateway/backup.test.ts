/** Backup of a gateway that works, and restore of what it made. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startInfluxd } from '../test/support/influxd.ts';
import { hasProgram } from '../test/support/programs.ts';
import { backUp, DATA_FILES, snapshot } from './backup.ts';
import { restore } from './backup-restore.ts';
import { openDerivedStore } from './derive/derived-store.ts';
import { published } from './derive/derived-value.ts';
import { openEvidenceFile } from './evidence/schema.ts';
import { openAuthority } from './identity/authority.ts';
import { openLedger } from './ledger.ts';
import { lockData } from './lock.ts';
import { startGateway } from './main.ts';
import { openSqliteStore } from './store/sqlite.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const AT = Date.UTC(2026, 2, 5);
const HOUR = { station: 's', parameter: 'pm2_5_1h', at: AT } as const;
const all = { station: 's', from: 0, to: AT + 1e9 } as const;

async function filled(readings: number): Promise<string> {
  const dataDir = newFolder();
  const store = openSqliteStore(dataDir);
  const reading = { station: 's', parameter: 'ph', value: 7, flag: 1, reason: null, receivedAt: AT } as const;
  await store.append(Array.from({ length: readings }, (_, n) => ({ ...reading, at: AT + n })));
  await store.close();
  const ledger = openLedger(dataDir);
  ledger.db.exec("INSERT INTO user (name, role, created_at) VALUES ('lan', 'viewer', 1)");
  ledger.close();
  const derived = openDerivedStore(dataDir);
  derived.put([published(HOUR, 7, { method: 'mean-1h', inputs: [] })], AT);
  derived.close();
  openEvidenceFile(dataDir, expect.unreachable).close();
  return dataDir;
}

const lines: string[] = [];
const copy = (dataDir: string, to: string) =>
  backUp({ dataDir, files: DATA_FILES, to, version: '1', now: () => AT, print: (line) => lines.push(line) });
const putBack = (from: string, dataDir: string, force = false) =>
  restore({ from, dataDir, files: DATA_FILES, force, now: () => AT, print: () => {} });
async function contents(dataDir: string) {
  const store = openSqliteStore(dataDir);
  const rows = await store.rows({ ...all, parameter: 'ph', limit: 1_000_000 });
  await store.close();
  const ledger = openLedger(dataDir);
  const users = ledger.db
    .prepare('SELECT name FROM user')
    .all()
    .map(({ name }) => name);
  ledger.close();
  const derived = openDerivedStore(dataDir);
  const mean = derived.get(HOUR.station, HOUR.parameter, HOUR.at)?.value;
  derived.close();
  return { readings: rows.length, users, mean };
}

test('what was backed up is there again after a restore, checked, in files for their owner only', async () => {
  const dataDir = await filled(5000);
  const to = join(newFolder(), 'copy');
  const manifest = await copy(dataDir, to);
  expect(manifest).toMatchObject({ at: AT, files: DATA_FILES.map((name) => ({ name })) });
  expect(lines).toContainEqual(expect.stringMatching(/^readings\.db: [\d.]+ kB, checked$/));
  expect(readdirSync(to).sort()).toEqual(['backup.json', ...[...DATA_FILES].sort()]);
  for (const name of readdirSync(to))
    expect([name, statSync(join(to, name)).mode & 0o077]).toEqual([name, 0]);
  const empty = join(newFolder(), 'new');
  putBack(to, empty);
  expect(await contents(empty)).toEqual({ readings: 5000, users: ['lan'], mean: 7 });
});

test('the authority is in a backup and comes back from it; another one that was there is set aside', async () => {
  const dataDir = await filled(1);
  const open = (folder: string) =>
    openAuthority({ directory: join(folder, 'identity'), names: ['127.0.0.1'], now: Date.now });
  const file = (folder: string): string => join(folder, 'identity', 'authority.pem');
  const { certificate } = await open(dataDir);
  const to = join(newFolder(), 'copy');
  const bytes = statSync(file(dataDir)).size;
  expect((await copy(dataDir, to)).authority).toEqual({ bytes });
  expect(statSync(file(to)).mode & 0o777).toBe(0o600);
  expect(statSync(join(to, 'identity')).mode & 0o777).toBe(0o700);
  const empty = join(newFolder(), 'new');
  putBack(to, empty);
  expect((await open(empty)).certificate).toBe(certificate);
  expect(statSync(file(empty)).mode & 0o777).toBe(0o600);

  const other = newFolder();
  const theirs = (await open(other)).certificate;
  expect(() => putBack(to, other)).toThrow(/authority\.pem.* would be replaced: say --force/);
  putBack(to, other, true);
  expect((await open(other)).certificate).toBe(certificate);
  const aside = readdirSync(other).find((name) => name.startsWith('before-restore-'));
  expect(readFileSync(file(join(other, aside ?? '')), 'utf8')).toContain(theirs);

  truncateSync(file(to), 10);
  expect(() => putBack(to, other, true)).toThrow(/authority\.pem has 10 bytes and should have/);
  expect((await open(other)).certificate).toBe(certificate);
});

test('a backup of before has no authority, and what is there stays', async () => {
  const to = join(newFolder(), 'copy');
  expect(await copy(await filled(1), to)).not.toHaveProperty('authority');
  const other = await filled(1);
  const options = { directory: join(other, 'identity'), names: ['127.0.0.1'], now: Date.now };
  const { certificate } = await openAuthority(options);
  putBack(to, other, true);
  expect((await openAuthority(options)).certificate).toBe(certificate);
});

test('derived values that are missing are none to miss: those of other readings are not left beside the restored', async () => {
  const dataDir = await filled(10);
  rmSync(join(dataDir, 'derived.db'));
  const to = join(newFolder(), 'copy');
  expect((await copy(dataDir, to)).files.map(({ name }) => name)).toEqual([
    'readings.db',
    'ledger.db',
    'evidence.db',
  ]);
  const other = await filled(3);
  putBack(to, other, true);
  expect(existsSync(join(other, 'derived.db'))).toBe(false);
  expect(await contents(other)).toEqual({ readings: 10, users: ['lan'], mean: undefined });
});

/**
 * Writes a number to the readings, then the same to the ledger, what is derived and the evidence, for ever: at any moment each file is
 * at most one ahead of the next, and never behind.
 */
const WRITER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const open = (name) => {
    const db = new DatabaseSync(workerData + '/' + name, { timeout: 10000 });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS pair (n INTEGER PRIMARY KEY, fill TEXT)');
    return db.prepare('INSERT INTO pair VALUES (?, ?)');
  };
  const [readings, ledger, derived, evidence] = ['readings.db', 'ledger.db', 'derived.db', 'evidence.db'].map(open);
  for (let n = 1; ; n++) {
    readings.run(n, 'x'.repeat(2000));
    ledger.run(n, null);
    derived.run(n, null);
    evidence.run(n, null);
    if (n === 200) parentPort.postMessage('runs');
  }`;

test('both copies are of one moment while the gateway writes, and the gateway goes on meanwhile', async () => {
  const dataDir = await filled(200_000);
  const worker = new Worker(WRITER, { eval: true, workerData: dataDir });
  onTestFinished(async () => void (await worker.terminate()));
  await once(worker, 'message');
  const newest = (folder: string, name: string) => {
    const db = new DatabaseSync(join(folder, name), { timeout: 10_000 });
    const { n } = db.prepare('SELECT max(n) AS n FROM pair').get() as { n: number };
    db.close();
    return n;
  };
  for (let round = 0; round < 2; round++) {
    const to = join(newFolder(), 'copy');
    const before = newest(dataDir, 'ledger.db');
    await copy(dataDir, to);
    const after = newest(dataDir, 'ledger.db');
    const [readings = 0, ledger = 0, derived = 0, evidence = 0] = DATA_FILES.map((name) => newest(to, name));
    expect(readings - derived).toBeOneOf([0, 1]);
    expect(ledger - derived).toBeOneOf([0, 1]);
    expect(derived - evidence).toBeOneOf([0, 1]);
    expect(ledger).toBeGreaterThanOrEqual(before);
    expect(after).toBeGreaterThan(ledger);
  }
}, 60_000);

test('no writer gets between the snapshots of the files', async () => {
  const dataDir = newFolder();
  const worker = new Worker(WRITER, { eval: true, workerData: dataDir });
  onTestFinished(async () => void (await worker.terminate()));
  await once(worker, 'message');
  const ahead = new Set<number>();
  for (let round = 0; round < 300; round++) {
    const { sources } = snapshot(
      DATA_FILES.map((name) => join(dataDir, name)),
      () => AT,
    );
    const [readings = 0, ledger = 0, derived = 0, evidence = 0] = sources.map((db) => {
      const { n } = db.prepare('SELECT max(n) AS n FROM pair').get() as { n: number };
      db.close();
      return n;
    });
    ahead.add(readings - ledger);
    ahead.add(ledger - derived);
    ahead.add(derived - evidence);
  }
  expect([...ahead].filter((by) => by !== 0 && by !== 1)).toEqual([]);
}, 60_000);

test('a folder that holds something is not written into, and a missing gateway is said', async () => {
  const dataDir = await filled(1);
  const full = newFolder();
  writeFileSync(join(full, 'mine'), '');
  await expect(copy(dataDir, full)).rejects.toThrow('the folder is not empty');
  await expect(copy(newFolder(), join(newFolder(), 'x'))).rejects.toThrow('readings.db is not there');
});

test('a damaged source leaves no backup that looks whole', async () => {
  const dataDir = await filled(20_000);
  const file = join(dataDir, 'readings.db');
  const bytes = readFileSync(file);
  bytes.fill(0x55, bytes.length - 40_960, bytes.length - 8192);
  writeFileSync(file, bytes);
  const to = join(newFolder(), 'copy');
  await expect(copy(dataDir, to)).rejects.toThrow(/is damaged/);
  expect(readdirSync(to)).toEqual([]);
});

test('a restore replaces nothing unless it is forced, and then sets aside what was there', async () => {
  const to = join(newFolder(), 'copy');
  await copy(await filled(10), to);
  const dataDir = await filled(3);
  expect(() => putBack(to, dataDir)).toThrow('say --force');
  expect(await contents(dataDir)).toMatchObject({ readings: 3 });
  // The log of changes of a killed gateway must not be applied to the file that takes its place.
  writeFileSync(join(dataDir, 'readings.db-wal'), 'old');
  putBack(to, dataDir, true);
  const aside = readdirSync(dataDir).find((name) => name.startsWith('before-restore-')) ?? '';
  expect(readdirSync(join(dataDir, aside)).sort()).toEqual([
    'derived.db',
    'evidence.db',
    'ledger.db',
    'readings.db',
    'readings.db-wal',
  ]);
  rmSync(join(dataDir, aside, 'readings.db-wal'));
  expect(await contents(join(dataDir, aside))).toMatchObject({ readings: 3 });
  expect(await contents(dataDir)).toMatchObject({ readings: 10 });
});

test('a backup that is not finished or not whole is refused before anything is touched', async () => {
  const to = join(newFolder(), 'copy');
  await copy(await filled(20_000), to);
  const dataDir = await filled(3);
  const refused = (reason: RegExp) => {
    expect(() => putBack(to, dataDir, true)).toThrow(reason);
    expect(readdirSync(dataDir).filter((name) => /restor/.test(name))).toEqual([]);
  };
  const file = join(to, 'readings.db');
  const bytes = readFileSync(file);
  writeFileSync(file, Buffer.from(bytes).fill(0x55, bytes.length - 40_960, bytes.length - 8192));
  refused(/readings.db.restoring is damaged/);
  truncateSync(file, bytes.length - 4096);
  refused(/should have/);
  rmSync(join(to, 'backup.json'));
  refused(/no finished backup/);
  expect(await contents(dataDir)).toMatchObject({ readings: 3 });
});

test('while a gateway runs it can be backed up by the command, not restored, and no second one starts', async () => {
  const dataDir = newFolder();
  const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent' };
  openEvidenceFile(dataDir, expect.unreachable).close();
  const gateway = await startGateway({ flags });
  const config = join(newFolder(), 'gateway.yaml');
  writeFileSync(config, `data_dir: ${dataDir}\n`);
  const quantrac = (...words: string[]) =>
    promisify(execFile)(process.execPath, [
      join(import.meta.dirname, '../quantrac.js'),
      ...words,
      '--config',
      config,
    ]);
  const to = join(newFolder(), 'copy');
  try {
    const { stdout } = await quantrac('backup', '--to', to);
    expect(stdout).toMatch(/evidence\.db: .* checked\n.* holds what the gateway knew at 20/);
    await expect(quantrac('restore', '--from', to, '--force')).rejects.toThrow(/a gateway is running on it/);
    await expect(startGateway({ flags })).rejects.toThrow(/a gateway is running on it/);
  } finally {
    await gateway.stop();
  }
  await expect(quantrac('restore', '--from', to)).rejects.toThrow(/say --force/);
  const { stdout } = await quantrac('restore', '--from', to, '--force');
  expect(stdout).toMatch(/is as it was at 20.*\nWhat was removed or revoked since .* gets in again/);
  expect(stdout).not.toMatch(/enrolled/);
  writeFileSync(config, `data_dir: ${dataDir}\nmqtt: { tls: {} }\n`);
  const { stdout: withEdges } = await quantrac('restore', '--from', to, '--force');
  expect(withEdges).toMatch(/renewed its certificate since is not let in: .* new code/);
  await (await startGateway({ flags })).stop();
}, 60_000);

test.skipIf(!hasProgram('influxd'))(
  'readings in InfluxDB are copied and brought back by its own program, with the commands that are printed',
  async () => {
    const influxd = await startInfluxd();
    onTestFinished(() => influxd.stop());
    const ask = async (q: string): Promise<string> =>
      (await fetch(`${influxd.url}/query?db=air&q=${encodeURIComponent(q)}`, { method: 'POST' })).text();
    await ask('CREATE DATABASE air');
    const body = 'reading,station=a value=30.5 1772690400000\n';
    await fetch(`${influxd.url}/write?db=air&precision=ms`, { method: 'POST', body });

    const dataDir = await filled(1);
    rmSync(join(dataDir, 'readings.db'));
    const config = join(newFolder(), 'gateway.yaml');
    writeFileSync(
      config,
      `data_dir: ${dataDir}\nstore: { kind: influx, url: '${influxd.url}', database: air }\n`,
    );
    const quantrac = async (...words: string[]) => {
      const door = join(import.meta.dirname, '../quantrac.js');
      return (await promisify(execFile)(process.execPath, [door, ...words, '--config', config])).stdout;
    };
    /** As it is printed, but that this database has a port of its own. */
    const run = (printed: string, command: RegExp) => {
      const [line = ''] = command.exec(printed) ?? [];
      return promisify(execFile)('sh', ['-c', line.replace('127.0.0.1:8088', influxd.backupHost)]);
    };
    const to = join(newFolder(), 'a copy');
    const backedUp = await quantrac('backup', '--to', to);
    expect(readdirSync(to).sort()).toEqual(['backup.json', 'derived.db', 'evidence.db', 'ledger.db']);
    expect(backedUp).toContain('on its machine (127.0.0.1):');
    await run(backedUp, /influxd backup .*/);

    const restored = await quantrac('restore', '--from', to, '--force');
    const restore = /influxd restore .*/;
    await expect(run(restored, restore)).rejects.toThrow('database may already exist');
    await ask(/DROP DATABASE \w+/.exec(restored)?.[0] ?? '');
    await run(restored, restore);
    // It opens what it has restored a moment later.
    await vi.waitFor(async () => expect(await ask('SELECT value FROM reading')).toContain('30.5'), 5000);
  },
  60_000,
);

test('the lock goes with its process, and is only its owner’s', () => {
  const dataDir = newFolder();
  const lock = lockData(dataDir);
  expect(() => lockData(dataDir)).toThrow('a gateway is running on it');
  lock.release();
  lockData(dataDir).release();
  expect(statSync(join(dataDir, 'gateway.lock')).mode & 0o077).toBe(0);
  expect(existsSync(join(dataDir, 'gateway.lock-journal'))).toBe(false);
});
