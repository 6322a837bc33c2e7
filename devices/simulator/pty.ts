/** A pseudo-terminal by the program socat: we are at its one end, a reader opens the other as a serial port. */
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserFault } from '../kit/fault.ts';

export interface Pty {
  /** The reader's end. */
  readonly path: string;
  readonly send: (bytes: Buffer) => void;
  onData(take: (chunk: Buffer) => void): void;
  close(): Promise<void>;
}

/** Without a path it makes one of its own. `ended` is called when socat ends before `close`. */
export async function openPty(path: string | undefined, ended: (reason: string) => void): Promise<Pty> {
  const folder = path === undefined ? mkdtempSync(join(tmpdir(), 'quantrac-line-')) : null;
  const link = path ?? join(folder ?? '', 'tty');
  const tidy = (): void => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  };
  const there = lstatSync(link, { throwIfNoEntry: false });
  // A link to a terminal that is gone is what a killed field leaves behind.
  if (there?.isSymbolicLink() && !existsSync(link)) rmSync(link);
  else if (there) {
    throw new UserFault(`${link}: is there already; a line of mode rtu needs a path that is free`);
  }
  // A line of -d -d says when the transfer begins.
  const child = spawn('socat', ['-d', '-d', `pty,rawer,link=${link}`, '-'], { stdio: 'pipe' });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let told = '';
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'ENOENT'
            ? new UserFault('a line of mode rtu needs the program socat, which is not installed')
            : error,
        ),
      );
      child.once('close', () => reject(new UserFault(`${link}: socat cannot make it (${told.trim()})`)));
      child.stderr.on('data', (chunk: Buffer) => {
        told = (told + chunk.toString()).slice(-500);
        if (told.includes('starting data transfer')) resolve();
      });
    });
  } catch (error) {
    tidy();
    throw error;
  }

  let closing = false;
  child.stdin.on('error', () => {});
  child.once('close', () => {
    if (!closing) ended(told.trim().split('\n').at(-1) ?? '');
  });
  const close = async (): Promise<void> => {
    closing = true;
    child.kill('SIGTERM');
    await exited;
    tidy();
  };
  let closed: Promise<void> | null = null;
  return {
    path: link,
    send: (bytes) => void (child.stdin.writable && child.stdin.write(bytes)),
    onData: (take) => void child.stdout.on('data', take),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
