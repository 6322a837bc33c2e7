/** For tests: a line of the simulated field, and a line of the edge that reads it without waiting for its periods. */
import { setTimeout as delay } from 'node:timers/promises';
import { loadProfiles } from '../devices/kit/profiles.ts';
import type { Profile } from '../devices/profile.ts';
import type { Reading } from '../devices/reading.ts';
import type { FaultInput } from '../devices/simulator/faults.ts';
import { startField } from '../devices/simulator/main.ts';
import { edgeFileSchema } from '../devices/station.ts';
import type { Clock } from './clock.ts';
import { type RunningLine, startLine } from './line.ts';
import { modbusLine, silentLog } from './rig.ts';

/** Time in which nothing happens goes by at once, but for so much of each pause. Requests take the time they take. */
export function skippingClock(leastMs = 2): Clock {
  let skipped = 0;
  return {
    now: () => Math.round(Date.now() + skipped),
    ticks: () => performance.now() + skipped,
    async sleep(ms, signal) {
      const waited = Math.max(0, Math.min(ms, leastMs));
      await delay(waited, undefined, { signal }).catch(() => {});
      if (!signal.aborted) skipped += Math.max(0, ms - waited);
    },
  };
}

/** Short, so that a test of silence is short. */
const TIMEOUT_MS = 200;

const impatient =
  (response_timeout_ms: number) =>
  ({ link, ...profile }: Profile): [string, Profile] => [
    profile.id,
    { ...profile, link: { ...link, response_timeout_ms } },
  ];

const shipped = [...loadProfiles().values()];

/** The hygrometer of a neighbour, whose silence nobody tests: a busy machine must not pass for one. */
export const PATIENT_HYGROMETER = 'patient-xy-md02';
const patient = shipped
  .filter(({ id }) => id === 'xy-md02')
  .map((profile) => impatient(5000)({ ...profile, id: PATIENT_HYGROMETER }));

export interface LineOptions {
  /** As in an edge file. */
  readonly line: object;
  /** Instruments of an edge file, each at a station `unit-{unit}` of its own. */
  readonly instruments: readonly { readonly unit: number; readonly [key: string]: unknown }[];
  readonly clock: Clock;
  /** How long every instrument may take to answer. */
  readonly timeoutMs?: number;
  /** Beside those that ship. */
  readonly profiles?: readonly Profile[];
}

export interface ReadLine {
  readonly readings: readonly Reading[];
  readonly running: RunningLine;
  /** The first reading from now on that the test accepts. */
  next(what: string, accept: (reading: Reading) => boolean, patienceMs?: number): Promise<Reading>;
}

/** So long a test waits for one reading. */
const PATIENCE_MS = 12_000;

const text = { vi: 'Tên', en: 'Name' };

/** Reads until `running` is stopped. */
export function readLine(options: LineOptions): ReadLine {
  const { line, instruments, clock, timeoutMs = TIMEOUT_MS, profiles = [] } = options;
  const file = edgeFileSchema.parse({
    id: 'edge-1',
    data_dir: 'data',
    uplink: { url: 'mqtt://127.0.0.1', password: 'secret' },
    lines: [{ id: 'bus', ...line }],
    stations: instruments.map((instrument) => ({
      id: `unit-${instrument.unit}`,
      kind: 'air',
      name: text,
      area: text,
      latitude: 16,
      longitude: 108,
      instruments: [{ id: 'i', line: 'bus', ...instrument }],
    })),
  });
  const readings: Reading[] = [];
  const waiting = new Set<(reading: Reading) => void>();
  const running = startLine(modbusLine(file), {
    file,
    profiles: new Map([...[...shipped, ...profiles].map(impatient(timeoutMs)), ...patient]),
    clock,
    random: () => 0,
    log: silentLog,
    onReadings: (added) => {
      readings.push(...added);
      for (const reading of added) for (const look of waiting) look(reading);
    },
  });
  return {
    readings,
    running,
    next: (what, accept, patienceMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          waiting.delete(look);
          clearTimeout(timer);
        };
        const look = (reading: Reading): void => {
          if (!accept(reading)) return;
          end();
          resolve(reading);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`waited in vain for ${what}; last: ${JSON.stringify(readings.slice(-6))}`));
        }, patienceMs);
        waiting.add(look);
      }),
  };
}

export type FieldMode = 'tcp' | 'rtu-tcp' | 'rtu';

export interface FaultyLine extends ReadLine {
  stop(): Promise<void>;
  setFaults(unit: number, faults: readonly FaultInput[]): void;
}

/** One line `bus` of simulated instruments (as in a field file), read by the edge (as in an edge file). */
export async function faultyLine(
  mode: FieldMode,
  simulated: readonly object[],
  instruments: LineOptions['instruments'],
  clock: Clock = skippingClock(),
): Promise<FaultyLine> {
  const field = await startField(
    { flags: { base_port: 0, log_level: 'silent', lines: [{ id: 'bus', mode, instruments: simulated }] } },
    clock.now,
  );
  const { lines, paths } = field.ready;
  const where =
    mode === 'rtu' ? { path: paths.bus, serial: '115200 8N1' } : { host: '127.0.0.1', port: lines.bus };
  const read = readLine({ line: { mode, ...where }, instruments, clock });
  return {
    ...read,
    stop: async () => {
      await read.running.stop();
      await field.stop();
    },
    setFaults: (unit, faults) => field.setFault('bus', unit, faults),
  };
}
