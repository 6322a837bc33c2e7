/** Opens the outbox's file, and mends one that a power cut or a worn card has damaged. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserFault } from '../../devices/kit/fault.ts';
import type { Logger } from '../../devices/kit/log.ts';
import { type Salvage, salvage } from './salvage.ts';
import { migrate } from './schema.ts';

/** Damaged files that are kept for people to look at, the newest ones. */
const MOST_ASIDE = 3;

const ASIDE = 'outbox-damaged-';

/** SQLITE_CORRUPT and SQLITE_NOTADB: https://www.sqlite.org/rescode.html */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/**
 * Throws a UserFault when another edge has it, or the folder cannot be used. What is damaged never stops the start: it
 * is set aside, and what can be read of it goes on.
 */
export function openFile(dataDir: string, log: Logger | undefined, now: () => number): DatabaseSync {
  const file = join(dataDir, 'outbox.db');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    finishMending(file);
    if (existsSync(file) && statSync(file).size === 0)
      log?.error(
        { file, lost: 'everything that waited in it' },
        'outbox is an empty file, starting with a new one',
      );
    try {
      return openSound(file);
    } catch (error) {
      if (!isDamage(error)) throw error;
      mend(file, messageOf(error), log, now());
      return openSound(file);
    }
  } catch (error) {
    const message = messageOf(error);
    const reason = message.includes('locked') ? 'another edge is using it' : message;
    throw new UserFault(
      `${file}: the outbox cannot be opened (${reason}): set another data_dir or mend this one`,
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  // Extended codes have the primary one in their lowest byte.
  return typeof code === 'number' && [CORRUPT, NOT_A_DATABASE].includes(code & 0xff);
}

/** All or nothing is left open. */
function openSound(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    // Exclusive: two edges on one outbox would both deliver it and each believe that the other had not.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    // Half a megabyte of pages: what is written goes out and is not read again.
    db.exec('PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -512');
    const found = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (found !== 'ok') throw Object.assign(new Error(String(found)), { errcode: CORRUPT });
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const mendedOf = (file: string): string => `${file}.mended`;

/** A database has files beside it: its log, and the memory that its users share. */
const SUFFIXES = ['', '-wal', '-shm'];

/** A power cut between the two renames of `mend` leaves the mended file without its name. */
function finishMending(file: string): void {
  const mended = mendedOf(file);
  if (!existsSync(mended)) return;
  if (existsSync(file)) remove(mended);
  else renameSync(mended, file);
}

function mend(file: string, reason: string, log: Logger | undefined, now: number): void {
  const saved = copyReadable(file, mendedOf(file));
  const aside = join(dirname(file), `${ASIDE}${new Date(now).toISOString().replaceAll(':', '-')}.db`);
  for (const suffix of SUFFIXES) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  if (saved) renameSync(mendedOf(file), file);
  for (const old of asideFiles(dirname(file)).slice(0, -MOST_ASIDE)) remove(old);
  const fields = { reason: reason.slice(0, 300), aside };
  if (saved) {
    const { batches, readings, alarms, lost } = saved;
    log?.error(
      { ...fields, batches, readings, alarms, lost },
      'outbox was damaged: what can be read goes on, the file is set aside',
    );
  } else
    log?.error(
      { ...fields, lost: 'everything that waited in it' },
      'outbox cannot be read: the file is set aside, starting with a new one',
    );
}

function copyReadable(file: string, mended: string): Salvage | null {
  remove(mended);
  try {
    // A file that is shorter than its first page says is opened only for those who may write the schema.
    const from = new DatabaseSync(file, { defensive: false });
    try {
      from.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA writable_schema = ON');
      const into = openSound(mended);
      try {
        return salvage(from, into);
      } finally {
        into.close();
      }
    } finally {
      from.close();
    }
  } catch {
    remove(mended);
    return null;
  }
}

function remove(file: string): void {
  for (const suffix of SUFFIXES) rmSync(file + suffix, { force: true });
}

const asideFiles = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => name.startsWith(ASIDE) && name.endsWith('.db'))
    .sort()
    .map((name) => join(dir, basename(name)));
