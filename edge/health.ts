/** How the machine of an edge is: disk, memory, load, temperature, versions. Gathered now and then; what cannot be read is absent. */
import { readFileSync } from 'node:fs';
import { readdir, readFile, statfs } from 'node:fs/promises';
import {
  availableParallelism,
  freemem,
  loadavg,
  release,
  type as systemType,
  totalmem,
  uptime,
} from 'node:os';
import { join } from 'node:path';
import type { SystemHealth } from '../devices/wire/messages.ts';
import { type Clock, every } from './clock.ts';

export interface MachineHealth {
  /** As it was found last. */
  state(): SystemHealth;
  stop(): void;
}

export interface MachineHealthOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  /** Is called when the first look has ended. */
  readonly onFirst?: () => void;
  /** Where Linux tells temperatures. */
  readonly thermal?: string;
}

const LOOK_MS = 30_000;
const THERMAL = '/sys/class/thermal';
const MEGABYTE = 1024 * 1024;
const megabytes = (bytes: number): number => Math.round(bytes / MEGABYTE);

const VERSION: string = JSON.parse(
  readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
).version;

export function watchMachine(options: MachineHealthOptions): MachineHealth {
  const stopping = new AbortController();
  let state: SystemHealth = {};
  async function look(): Promise<void> {
    state = await readMachine(options.dataDir, options.thermal ?? THERMAL);
  }
  void look().then(() => options.onFirst?.());
  void every(options.clock, LOOK_MS, stopping.signal, () => void look());
  return { state: () => state, stop: () => stopping.abort() };
}

/** Never rejects: each part that the system does not tell is left out. */
export async function readMachine(dataDir: string, thermal: string): Promise<SystemHealth> {
  const [disk, temperature] = await Promise.all([
    statfs(dataDir).then(
      ({ bavail, blocks, bsize }) => ({
        free_mb: megabytes(bavail * bsize),
        total_mb: megabytes(blocks * bsize),
      }),
      () => undefined,
    ),
    readTemperature(thermal).catch(() => undefined),
  ]);
  return {
    ...(disk && { disk }),
    memory: {
      process_mb: megabytes(process.memoryUsage.rss()),
      free_mb: megabytes(freemem()),
      total_mb: megabytes(totalmem()),
    },
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    cores: availableParallelism(),
    ...(temperature !== undefined && { temperature }),
    versions: { quantrac: VERSION, node: process.version, os: `${systemType()} ${release()}`.slice(0, 200) },
    uptime_s: Math.round(uptime()),
  };
}

/** What a processor's own zone is called on the boards and PCs of the field. */
const PROCESSOR = /cpu|soc|x86_pkg|acpitz/i;

/** In Cel, of the processor's zone, of the first that tells where none says so. */
async function readTemperature(folder: string): Promise<number | undefined> {
  const zones = (await readdir(folder)).filter((name) => name.startsWith('thermal_zone')).sort();
  const read = await Promise.all(
    zones.map(async (zone) => {
      const text = (name: string) => readFile(join(folder, zone, name), 'utf8').catch(() => '');
      const [type, raw] = await Promise.all([text('type'), text('temp')]);
      // In thousandths of a degree (Documentation/ABI/testing/sysfs-class-thermal).
      return { type, value: raw.trim() === '' ? Number.NaN : Math.round(Number(raw) / 100) / 10 };
    }),
  );
  const told = read.filter(({ value }) => value > -100 && value < 250);
  return (told.find(({ type }) => PROCESSOR.test(type)) ?? told[0])?.value;
}
