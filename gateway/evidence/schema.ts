/** `evidence.db`: what chained edges have sent, as it came, with the signed heads that prove it. */
import { chmodSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserFault } from '../../devices/kit/fault.ts';
import { transact } from '../transaction.ts';

export const EVIDENCE_FILE = 'evidence.db';
const VERSION = 1;

/** `chain` is '' of a payload without a link from an edge that chains. Times are epoch ms, of the gateway's clock. */
const TABLES = `
  CREATE TABLE edge_key (edge TEXT NOT NULL, key TEXT NOT NULL, since INTEGER NOT NULL, how TEXT NOT NULL, PRIMARY KEY (edge, key)) STRICT;
  CREATE TABLE station (
    station TEXT NOT NULL, edge TEXT NOT NULL,
    since INTEGER NOT NULL, -- readings of this time and later are chained
    PRIMARY KEY (station, edge)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE chain (
    edge TEXT NOT NULL, chain TEXT NOT NULL, key TEXT NOT NULL,
    began INTEGER NOT NULL, -- by the edge's clock, or by ours where that was a day or more off
    opened_at INTEGER NOT NULL,
    closed_at INTEGER, -- when the next one was opened, by the later of both clocks
    follows TEXT, -- the chain before
    number INTEGER NOT NULL, hash TEXT NOT NULL, -- newest batch
    floor INTEGER NOT NULL DEFAULT 0, -- newest batch that was kept long enough and is gone
    floor_hash TEXT NOT NULL,
    PRIMARY KEY (edge, chain)
  ) STRICT;
  CREATE INDEX chain_by_end ON chain (edge, closed_at);
  CREATE INDEX chain_by_begin ON chain (edge, opened_at);
  CREATE INDEX chain_after ON chain (edge, follows);
  CREATE TABLE head (
    id INTEGER PRIMARY KEY, edge TEXT NOT NULL, chain TEXT NOT NULL, number INTEGER NOT NULL,
    at INTEGER NOT NULL, -- by the edge's clock, signed
    received_at INTEGER NOT NULL,
    keep INTEGER NOT NULL, -- 1: a later one does not take its place
    seal TEXT NOT NULL
  ) STRICT;
  CREATE INDEX head_of ON head (edge, chain, number);
  CREATE TABLE journal (
    id INTEGER PRIMARY KEY, edge TEXT NOT NULL, chain TEXT NOT NULL, number INTEGER NOT NULL, station TEXT NOT NULL,
    received_at INTEGER NOT NULL, broken TEXT, payload BLOB NOT NULL
  ) STRICT;
  CREATE INDEX journal_of ON journal (edge, chain, number);
  CREATE TABLE block (
    id INTEGER PRIMARY KEY, edge TEXT NOT NULL, chain TEXT NOT NULL, first_number INTEGER NOT NULL, last_number INTEGER NOT NULL,
    first_received INTEGER NOT NULL, last_received INTEGER NOT NULL, data BLOB NOT NULL
  ) STRICT;
  CREATE INDEX block_of ON block (edge, chain, first_number);
  CREATE INDEX block_by_age ON block (last_received);
  CREATE TABLE span (
    station TEXT NOT NULL, block INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, PRIMARY KEY (station, block)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX span_of ON span (block);
  CREATE TABLE refusal (
    edge TEXT NOT NULL, chain TEXT NOT NULL, number INTEGER NOT NULL, received_at INTEGER NOT NULL, readings TEXT NOT NULL,
    PRIMARY KEY (edge, chain, number)
  ) STRICT, WITHOUT ROWID`;

/** SQLITE_CORRUPT, SQLITE_NOTADB. */
const DAMAGED = [11, 26];

/** A file that is damaged is set aside, and `tell` says so. */
export function openEvidenceFile(dataDir: string, tell: (trouble: string) => void): DatabaseSync {
  const file = join(dataDir, EVIDENCE_FILE);
  try {
    return open(file);
  } catch (error) {
    if (!DAMAGED.includes((error as { errcode?: number }).errcode ?? 0)) throw error;
    // It proves what is stored; the stations, their alerts and the feed go on without.
    const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '')}`;
    for (const part of ['', '-wal', '-shm'])
      if (existsSync(file + part)) renameSync(file + part, aside + part);
    tell(`${file} is damaged (${(error as Error).message}): it is now ${aside}, and a new one was begun`);
    return open(file);
  }
}

function open(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000 });
  try {
    chmodSync(file, 0o600);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000');
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > VERSION)
      throw new UserFault(
        `${file} was written by a newer Quantrac (its schema is ${version}, this one knows ${VERSION}): start that one, or choose another data_dir`,
      );
    if (version === 0) transact(db, () => db.exec(`${TABLES}; PRAGMA user_version = ${VERSION}`));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
