/** Where files are put: a folder, or a server over FTP, FTPS or SFTP. */
import type { StationFile } from './format.ts';

export interface Box {
  /**
   * Each appears whole under its final name, in this order; one that is there already is replaced. `done` hears of each that is
   * there. Throws with the reason.
   */
  put(files: readonly StationFile[], signal: AbortSignal, done: (file: StationFile) => void): Promise<void>;
  /** Writes a file under a temporary name and removes it; says in a sentence what was tried. Throws with the reason. */
  test(signal: AbortSignal): Promise<string>;
}

/** A name that no receiver takes for a whole file. */
export const temporary = (name: string): string => `${name}.part`;

export const TEST_FILE = temporary('quantrac-test');

/** A server that says nothing for so long is given up. */
export const SILENCE_MS = 20_000;

/** Does `work`, and makes it fail by `cut` when the signal is aborted, with the signal's reason. */
export async function until<T>(signal: AbortSignal, cut: () => void, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  signal.addEventListener('abort', cut, { once: true });
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cut);
  }
}
