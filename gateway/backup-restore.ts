/** Puts a backup in the place of the gateway's files. The gateway must not run, and nothing that was there is lost. */
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { UserFault } from '../devices/kit/fault.ts';
import { syncToDisk, writeDurably } from '../devices/kit/whole-file.ts';
import {
  AUTHORITY,
  canBeMissing,
  checkCopy,
  DATA_FILES,
  type DataFile,
  MANIFEST,
  type Manifest,
  manifestSchema,
  size,
} from './backup.ts';
import { lockData } from './lock.ts';

/** The broker's own certificate; of another authority it is made anew at the start. */
const SERVER = join('identity', 'server.pem');

export interface RestoreParts {
  readonly from: string;
  readonly dataDir: string;
  /** What the gateway needs by its settings. */
  readonly files: readonly DataFile[];
  readonly force: boolean;
  readonly now: () => number;
  readonly print: (line: string) => void;
}

export function restore({ from, dataDir, files, force, now, print }: RestoreParts): Manifest {
  const manifest = readManifest(from);
  const wanted: DataFile[] = [];
  for (const name of files) {
    const told = manifest.files.find((file) => file.name === name);
    if (told === undefined && canBeMissing(name)) {
      const means = name === 'evidence.db' ? 'nothing proves its readings' : 'the gateway derives it anew';
      print(`${name}: not in this backup, ${means}`);
      continue;
    }
    if (told === undefined) throw new UserFault(`${from}: there is no ${name} in this backup`);
    wanted.push(name);
    const bytes = statSync(join(from, name), { throwIfNoEntry: false })?.size ?? 0;
    if (bytes !== told.bytes)
      throw new UserFault(
        `${join(from, name)} has ${bytes} bytes and should have ${told.bytes}: the backup is damaged`,
      );
  }
  const authority = authorityOf(from, manifest);
  const lock = lockData(dataDir);
  try {
    const there = [...DATA_FILES, ...(authority === null ? [] : [AUTHORITY, SERVER])].filter((name) =>
      existsSync(join(dataDir, name)),
    );
    if (there.length > 0 && !force)
      throw new UserFault(`${dataDir}: ${there.join(' and ')} would be replaced: say --force if you mean it`);

    const incoming = wanted.map((name) => ({ name, path: join(dataDir, `${name}.restoring`) }));
    try {
      for (const { name, path } of incoming) {
        copyFileSync(join(from, name), path, constants.COPYFILE_FICLONE);
        checkCopy(path);
        print(`${name}: ${size(statSync(path).size)}, checked`);
      }
      if (there.length > 0) print(`what was there is in ${setAside(dataDir, there, now())}`);
      if (authority !== null) {
        writeDurably(join(dataDir, AUTHORITY), authority);
        print(`${AUTHORITY}: restored`);
      }
      for (const { name, path } of incoming) renameSync(path, join(dataDir, name));
      syncToDisk(dataDir);
    } finally {
      for (const { path } of incoming) rmSync(path, { force: true });
    }
    return manifest;
  } finally {
    lock.release();
  }
}

function readManifest(folder: string): Manifest {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) throw new UserFault(`${folder} is no finished backup: it has no ${MANIFEST}`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UserFault(`${file} is damaged: it is no JSON`);
  }
  const result = manifestSchema.safeParse(value);
  if (!result.success) throw new UserFault(`${file} is not what a backup writes`);
  return result.data;
}

/** null: there is none in this backup. */
function authorityOf(from: string, { authority }: Manifest): string | null {
  if (authority === undefined) return null;
  const file = join(from, AUTHORITY);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (Buffer.byteLength(text) !== authority.bytes)
    throw new UserFault(
      `${file} has ${Buffer.byteLength(text)} bytes and should have ${authority.bytes}: the backup is damaged`,
    );
  return text;
}

/** With its log of changes: without that a file is not whole, and beside another file it would destroy that one. */
function setAside(dataDir: string, names: readonly string[], at: number): string {
  const folder = join(dataDir, `before-restore-${new Date(at).toISOString().replaceAll(':', '')}`);
  mkdirSync(folder, { mode: 0o700 });
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true, mode: 0o700 });
    for (const part of [name, `${name}-wal`, `${name}-shm`]) {
      if (existsSync(join(dataDir, part))) renameSync(join(dataDir, part), join(folder, part));
    }
  }
  return folder;
}
