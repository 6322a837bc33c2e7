/** An edge as a user runs it, a process of its own, and what the system says of its memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** Of its account at a broker that asks. */
export const EDGE_PASSWORD = 'for-a-bench';

export interface EdgeOptions {
  readonly folder: string;
  readonly id: string;
  /** Port of a broker on this machine. */
  readonly broker: number;
  /** As in the edge file, which the edge checks. */
  readonly lines: ReadonlyArray<Readonly<Record<string, unknown>> & { readonly id: string }>;
  /** A station for each. */
  readonly instruments: ReadonlyArray<
    Readonly<Record<string, unknown>> & { readonly station: string; readonly line: string }
  >;
  /** What stations have besides their instrument; a weather station when absent. */
  readonly stations?: (index: number) => Readonly<Record<string, unknown>>;
  /** Flags of Node.js before the program. */
  readonly node?: readonly string[];
}

export interface EdgeProcess {
  readonly pid: number;
  /** In MB: all that is resident, and of that what no file stands behind (heap, stacks, buffers). */
  resident(): { readonly all: number; readonly own: number };
  stop(): Promise<void>;
}

/** When the edge ends by itself the bench ends with its words. */
export function startEdgeProcess(options: EdgeOptions): EdgeProcess {
  const file = writeEdgeFile(options);
  const child = spawn(process.execPath, [...(options.node ?? []), 'quantrac.js', 'edge', '--config', file], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  child.on('exit', (code, signal) => {
    if (child.killed) return;
    process.stderr.write(`the edge ended by itself (${code ?? signal})\n`);
    process.exit(1);
  });
  // A bench that fails or is stopped leaves no edge behind.
  process.on('exit', () => child.kill('SIGKILL'));
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  return {
    pid: child.pid ?? 0,
    resident() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return { all: megabytes(status, 'VmRSS'), own: megabytes(status, 'RssAnon') };
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

const megabytes = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;

function writeEdgeFile({ folder, id, broker, lines, instruments, stations }: EdgeOptions): string {
  const own = join(folder, id);
  // What it is to start with may be there already.
  mkdirSync(own, { recursive: true });
  const edge = {
    id,
    data_dir: join(own, 'data'),
    log_level: 'error',
    uplink: { url: `mqtt://127.0.0.1:${broker}`, password: EDGE_PASSWORD },
    lines,
    stations: instruments.map(({ station, ...instrument }, index) => ({
      id: station,
      kind: 'weather',
      name: { vi: `Trạm ${station}`, en: `Station ${station}` },
      area: { vi: 'Đà Nẵng', en: 'Da Nang' },
      latitude: 16.06,
      longitude: 108.21,
      instruments: [{ id: 'mast', ...instrument }],
      ...stations?.(index),
    })),
  };
  const file = join(own, 'edge.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(edge), { mode: 0o600 });
  return file;
}
