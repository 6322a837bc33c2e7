/** A disk of a few megabytes that a test can fill: a tmpfs of its own, which answers ENOSPC as any disk does. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  /** Another program writes until nothing more fits. */
  fill(): void;
  /** What `fill` wrote is gone. */
  empty(): void;
  /** Bytes. */
  free(): number;
  remove(): void;
}

/**
 * Mounting takes root, or a container that may. `ulimit -f` would do without, but answers EFBIG for each file instead,
 * and a file cannot make room for another one. In CI, where the script runs as root, a refusal is a failure.
 */
export function canMount(): boolean {
  try {
    makeSmallDisk(1).remove();
    return true;
  } catch (error) {
    if (process.env.CI) throw error;
    process.stdout.write(`skipped: tests of a full disk need to mount a tmpfs, which takes root: ${error}\n`);
    return false;
  }
}

export function makeSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'quantrac', folder], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const filler = join(folder, 'of-another-program');
  const remove = (): void => {
    process.off('exit', remove);
    // Also when something still has a file open there.
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
  };
  process.once('exit', remove);
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a');
      try {
        // Down to the last byte: a page that is there already can still be written.
        for (let size = 1024 * 1024; size >= 1; ) {
          try {
            if (writeSync(file, Buffer.alloc(size, 1)) < size) size >>= 1;
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
            size >>= 1;
          }
        }
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    free() {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    },
    remove,
  };
}
