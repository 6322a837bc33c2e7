/** Programs in C, among them those of libmodbus, built for one run of a bench. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const SOURCES = import.meta.dirname;

/** Builds `name`.c beside this file; the program is gone with the process. */
export function build(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, name);
  const includes = ['/usr/include/modbus', '/usr/local/include/modbus'].map((path) => `-I${path}`);
  const source = join(SOURCES, `${name}.c`);
  const built = spawnSync('cc', [
    '-O2',
    '-Wall',
    ...includes,
    '-o',
    program,
    source,
    '-lmodbus',
    '-lpthread',
  ]);
  if (built.error) give('this bench needs a C compiler (cc), which is not installed');
  if (built.status !== 0) {
    const said = built.stderr.toString();
    give(said.includes('modbus.h') ? 'this bench needs libmodbus (on Debian: libmodbus-dev)' : said);
  }
  return program;
}

function give(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

export interface Started {
  readonly pid: number;
  /** The first line that it said. */
  readonly said: string;
  stop(): Promise<void>;
}

/** Returns when the program has said its first line. */
export async function start(program: string, args: readonly string[]): Promise<Started> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [said] = await once(createInterface(child.stdout), 'line', {
    signal: AbortSignal.timeout(5000),
  }).catch(() => give(`${program} ended, or says nothing`));
  return {
    pid: child.pid ?? 0,
    said: String(said),
    async stop() {
      child.kill();
      await exited;
    },
  };
}

/** What a program prints, when it has ended. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  const child: ChildProcessByStdio<null, Readable, null> = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) give(`${program} ended with ${code}`);
  return text.trim();
}
