/**
 * Tells that accounts may have changed, so that whoever keeps something open on their strength (connections at the broker, event
 * streams) looks again: after each change of this process, and within a second of one that a command beside it has made.
 */
import type { Ledger } from '../ledger.ts';

const LOOK_MS = 1000;

export interface Changes {
  /** Answers what to call when nobody listens any more. It keeps no process alive. */
  listen(listener: () => void): () => void;
  /** This process has changed something, which is committed or will be at once. */
  tell(): void;
}

export function createChanges({ db }: Ledger): Changes {
  const listeners = new Set<() => void>();
  const dataVersion = db.prepare('PRAGMA data_version');
  /** Another one when another connection has committed (SQLite, PRAGMA data_version). */
  const versionNow = (): number => Number(dataVersion.get()?.data_version);
  let version = versionNow();
  let timer: NodeJS.Timeout | null = null;

  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const look = (): void => {
    if (!db.isOpen) {
      stop();
      return;
    }
    const found = versionNow();
    if (found === version) return;
    version = found;
    tell();
  };

  return {
    listen(listener) {
      listeners.add(listener);
      timer ??= setInterval(look, LOOK_MS).unref();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    tell,
  };
}
