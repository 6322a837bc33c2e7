/**
 * What nodes know, one file a node, so that a start goes on where the process ended, however it ended. No database: its
 * module is off in this process (devices/kit/sandbox.ts), since it would open any file of this user.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../devices/kit/log.ts';
import type { NodeMemory } from './nodes/contract.ts';

export interface Memory {
  of(node: string): NodeMemory;
  close(): void;
}

/** Characters of what one node may keep. */
const MOST_CHARACTERS = 32_000_000;
/** A node that has kept nothing for so long was taken out of the flows. */
const FORGET_MS = 30 * 86_400_000;

export function openMemory(dataDir: string, log: Logger, now: () => number): Memory {
  const folder = join(dataDir, 'nodes');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (!name.endsWith('.json') || statSync(file).mtimeMs < now() - FORGET_MS) rmSync(file, { force: true });
  }
  let open = true;

  return {
    of: (node) => {
      const file = join(folder, `${fileName(node)}.json`);
      return {
        load: () => load(file, log),
        save(state) {
          const text = JSON.stringify(state);
          if (!open) return;
          if (text.length > MOST_CHARACTERS) {
            log.error({ node, characters: text.length }, 'a node knows too much to keep it');
            return;
          }
          try {
            write(file, text, now());
          } catch (err) {
            log.error({ err, node }, 'what a node knows could not be kept');
          }
        },
      };
    },
    close() {
      open = false;
    },
  };
}

/** An id is whatever a flow file says. */
const fileName = (node: string): string => createHash('sha256').update(node).digest('hex').slice(0, 32);

/** A damaged file costs what its node knew, never the start: it decides anew. */
function load(file: string, log: Logger): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (err) {
    log.error({ err, file }, 'what a node knew is damaged: it decides anew');
    rmSync(file, { force: true });
    return undefined;
  }
}

/** Whole or not at all, on disk before it takes the name: fsync is refused in a sandbox, a write of this mode is not. */
function write(file: string, text: string, at: number): void {
  const fresh = `${file}.new`;
  const { O_CREAT, O_TRUNC, O_WRONLY, O_DSYNC = 0 } = constants;
  const handle = openSync(fresh, O_CREAT | O_TRUNC | O_WRONLY | O_DSYNC, 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
  } finally {
    closeSync(handle);
  }
  utimesSync(fresh, at / 1000, at / 1000);
  renameSync(fresh, file);
}
