/**
 * A copy of the gateway's files while it works. The copies are of one moment: nobody can commit to any of the files between
 * the snapshots, so that what the ledger knows, what the store holds and what was derived of it fit together as they did then.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { UserFault } from '../devices/kit/fault.ts';
import { syncToDisk, writeDurably } from '../devices/kit/whole-file.ts';

/**
 * Readings first: each is of a station that the ledger, whose snapshot is not older, knows. Marks of late readings come
 * after the readings, so that derived values are after them.
 */
export const DATA_FILES = ['readings.db', 'ledger.db', 'derived.db', 'evidence.db'] as const;
export type DataFile = (typeof DATA_FILES)[number];

/** What gateways had not always, and do without. */
export const canBeMissing = (name: DataFile): boolean => name === 'derived.db' || name === 'evidence.db';

/** Key and certificate of the gateway's authority (identity/authority.ts): without it all edges must be enrolled again. */
export const AUTHORITY = join('identity', 'authority.pem');

export const MANIFEST = 'backup.json';
export const manifestSchema = z.object({
  version: z.string(),
  /** The moment the copies are of, epoch ms. */
  at: z.int(),
  files: z.array(z.object({ name: z.enum(DATA_FILES), bytes: z.int().min(1), schema: z.int() })).min(1),
  /** The authority that signs for edges is in it; backups of before, and of gateways without one, have none. */
  authority: z.object({ bytes: z.int().min(1) }).optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** How long a writer may keep us from the moment. */
const WAIT_MS = 30_000;
/** 16 MB between two words about progress. */
const PAGES_A_STEP = 4096;

export interface BackupParts {
  readonly dataDir: string;
  readonly files: readonly DataFile[];
  /** A folder that is empty or not there yet. */
  readonly to: string;
  readonly version: string;
  readonly now: () => number;
  readonly print: (line: string) => void;
}

export async function backUp({ dataDir, files, to, version, now, print }: BackupParts): Promise<Manifest> {
  const present = files.filter((name) => existsSync(join(dataDir, name)));
  for (const name of files) {
    if (!present.includes(name) && !canBeMissing(name))
      throw new UserFault(`${join(dataDir, name)} is not there: is data_dir the one of the gateway?`);
  }
  if (existsSync(to) && readdirSync(to).length > 0)
    throw new UserFault(`${to}: the folder is not empty: name one that is, or a new one`);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const needed = present.reduce((sum, name) => sum + statSync(join(dataDir, name)).size, 0);
  const { bavail, bsize } = statfsSync(to);
  if (bavail * bsize < needed)
    throw new UserFault(`${to}: ${size(needed)} are needed and ${size(bavail * bsize)} are free`);

  const made: string[] = [];
  const { sources, at } = snapshot(
    present.map((name) => join(dataDir, name)),
    now,
  );
  try {
    const copied: Manifest['files'] = [];
    for (const [index, name] of present.entries()) {
      const source = sources[index];
      if (source === undefined) continue;
      const copy = join(to, name);
      made.push(copy, `${copy}-journal`);
      await backup(source, copy, { rate: PAGES_A_STEP, progress: teller(name, print) });
      // From here on writers may use the log of changes again that the snapshot has kept.
      source.close();
      const schema = checkCopy(copy);
      const bytes = statSync(copy).size;
      print(`${name}: ${size(bytes)}, checked`);
      copied.push({ name, bytes, schema });
    }
    const authority = copyAuthority(dataDir, to, made, print);
    const manifest: Manifest = { version, at, files: copied, ...(authority && { authority }) };
    made.push(join(to, MANIFEST));
    // Last of all: a folder without it is no backup.
    writeDurably(join(to, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  } catch (error) {
    for (const file of made) rmSync(file, { force: true, recursive: true });
    throw error;
  } finally {
    for (const source of sources) if (source.isOpen) source.close();
  }
}

/** It is written whole, once, at the first start with TLS: a plain copy of it is of any moment. */
function copyAuthority(
  dataDir: string,
  to: string,
  made: string[],
  print: BackupParts['print'],
): Manifest['authority'] {
  const source = join(dataDir, AUTHORITY);
  if (!existsSync(source)) return undefined;
  const text = readFileSync(source, 'utf8');
  made.push(join(to, dirname(AUTHORITY)));
  writeDurably(join(to, AUTHORITY), text);
  print(`${AUTHORITY}: copied, keep it where nobody else reads it`);
  return { bytes: Buffer.byteLength(text) };
}

/**
 * Connections that read all files as they were at one moment. While the snapshots are opened, a lock on each file
 * keeps its writers waiting, for about a millisecond.
 */
export function snapshot(
  files: readonly string[],
  now: () => number,
): { sources: DatabaseSync[]; at: number } {
  const opened: DatabaseSync[] = [];
  const open = (file: string): DatabaseSync => {
    const db = new DatabaseSync(file, { timeout: WAIT_MS });
    opened.push(db);
    return db;
  };
  try {
    const sources = files.map(open);
    const locks = files.map(open);
    for (const lock of locks) lock.exec('BEGIN IMMEDIATE');
    // A transaction sees nothing before its first read: that fixes what it sees from then on.
    for (const source of sources) {
      source.exec('BEGIN');
      source.prepare('SELECT count(*) FROM sqlite_schema').get();
    }
    const at = now();
    for (const lock of locks) lock.close();
    return { sources, at };
  } catch (error) {
    for (const db of opened) if (db.isOpen) db.close();
    throw error;
  }
}

/** Throws when the copy is damaged; answers its schema version. Afterwards it is one file, on disk. */
export function checkCopy(file: string): number {
  const db = new DatabaseSync(file);
  try {
    // A copy of a file with a write-ahead log would make one too when it is opened.
    db.exec('PRAGMA journal_mode = DELETE');
    const faults = db
      .prepare('PRAGMA integrity_check(5)')
      .all()
      .map((row) => String(row.integrity_check));
    if (faults.join() !== 'ok') throw new UserFault(`${file} is damaged: ${faults.join('; ')}`);
    const row = db.prepare('PRAGMA user_version').get() as { user_version: number };
    return row.user_version;
  } catch (error) {
    if (error instanceof UserFault) throw error;
    throw new UserFault(`${file} is damaged: ${(error as Error).message}`);
  } finally {
    db.close();
    chmodSync(file, 0o600);
    syncToDisk(file);
  }
}

/** Says each tenth part. */
function teller(name: string, print: (line: string) => void) {
  let told = 0;
  return ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }): void => {
    const tenths = Math.floor((10 * (totalPages - remainingPages)) / totalPages);
    if (tenths <= told || tenths === 10) return;
    told = tenths;
    print(`${name}: ${tenths * 10} %`);
  };
}

export const size = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.ceil(bytes / 1e3)} kB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(1)} MB`
      : `${(bytes / 1e9).toFixed(2)} GB`;
