/** What nodes know, in one small database, so that a start goes on where the process ended, however it ended. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
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
  const file = join(dataDir, 'nodes.sqlite');
  const db = openDatabase(file, log);
  db.prepare('DELETE FROM node WHERE saved_at < ?').run(now() - FORGET_MS);
  const select = db.prepare('SELECT state FROM node WHERE id = ?');
  const upsert = db.prepare(
    'INSERT INTO node VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET saved_at = excluded.saved_at, state = excluded.state',
  );
  let open = true;

  return {
    of: (node) => ({
      load() {
        const row = select.get(node) as { state: string } | undefined;
        return row === undefined ? undefined : JSON.parse(row.state);
      },
      save(state) {
        const text = JSON.stringify(state);
        if (!open) return;
        if (text.length > MOST_CHARACTERS) {
          log.error({ node, characters: text.length }, 'a node knows too much to keep it');
          return;
        }
        try {
          upsert.run(node, now(), text);
        } catch (err) {
          log.error({ err, node }, 'what a node knows could not be kept');
        }
      },
    }),
    close() {
      open = false;
      db.close();
    },
  };
}

/** A damaged file costs what was known, never the start: its rules decide anew. */
function openDatabase(file: string, log: Logger): DatabaseSync {
  try {
    return opened(file);
  } catch (err) {
    const aside = `${file}.damaged`;
    log.error({ err, aside }, 'what nodes knew is damaged and set aside: they decide anew');
    renameSync(file, aside);
    return opened(file);
  }
}

function opened(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    db.exec(
      'CREATE TABLE IF NOT EXISTS node (id TEXT PRIMARY KEY, saved_at INTEGER NOT NULL, state TEXT NOT NULL) STRICT',
    );
    db.prepare('SELECT count(*) FROM node').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
