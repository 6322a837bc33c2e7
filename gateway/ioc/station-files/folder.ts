/** Station files into a folder of this machine, such as one that is shared or fetched from. */
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Box, TEST_FILE, temporary } from './box.ts';
import type { Target } from './settings.ts';

/** Its place and the reason as the system names it: ENOENT, EACCES, ENOSPC. */
const fault = (folder: string, error: unknown): Error =>
  new Error(
    `${folder}: cannot be written to (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
    {
      cause: error,
    },
  );

/** On disk before it has a name: a power cut must not leave half a file under it. */
async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

export function folderBox({ folder }: Target<'folder'>): Box {
  return {
    async put(files, signal, done) {
      for (const file of files) {
        const { name, text } = file;
        signal.throwIfAborted();
        const part = join(folder, temporary(name));
        try {
          await write(part, text);
          await rename(part, join(folder, name));
          done(file);
        } catch (error) {
          await rm(part, { force: true }).catch(() => {});
          throw fault(folder, error);
        }
      }
    },
    async test() {
      const path = join(folder, TEST_FILE);
      try {
        await write(path, 'test');
        await rm(path);
      } catch (error) {
        throw fault(folder, error);
      }
      return `wrote ${path} and removed it`;
    },
  };
}
