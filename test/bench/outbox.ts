/**
 * What an outage costs on the edge's disk, and how long an edge takes to start with what it left. The clock of the outbox
 * is the bench's: days pass as fast as the disk takes them. Values walk at random in steps that such instruments show,
 * with their decimals, a few milliseconds of jitter in the times, and one in two hundred flagged.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParameterId } from '../../devices/parameter.ts';
import { parameterOf } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { seededRandom } from '../../devices/simulator/random.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { createBatcher } from '../../edge/batch.ts';
import { LANES, type NewBatch, openOutbox } from '../../edge/outbox.ts';
import { benchOptions } from './support/options.ts';
import { printTable } from './support/table.ts';

const { short } = benchOptions(
  'Bytes a reading of a long outage in the outbox, and the start with a million readings waiting',
);

const STATIONS = 20;
const PERIOD_MS = 10_000;
const HOUR_MS = 3_600_000;
const DAYS = 30;
const MOST_MB = 512;
const MOST_START_S = 5;
const MEGABYTE = 1024 * 1024;
const START = Date.UTC(2027, 0, 1);

/** A first value and the step of ten seconds. */
const WALKS: Readonly<Partial<Record<ParameterId, readonly [number, number]>>> = {
  air_temperature: [28, 0.05],
  relative_humidity: [70, 0.3],
  pressure: [1008, 0.03],
  wind_speed: [3, 0.4],
  wind_direction: [180, 8],
  solar_radiation: [400, 5],
  pm2_5: [30, 0.4],
  pm10: [55, 0.6],
  co2: [420, 2],
  water_level: [1.5, 0.005],
};
const PARAMETERS = Object.keys(WALKS) as ParameterId[];
const POINTS = STATIONS * PARAMETERS.length;

/** The same figures on each run. */
const random = seededRandom(1);

const values = new Map<string, number>();

function readingOf(station: string, parameter: ParameterId, at: number): Reading {
  const key = `${station} ${parameter}`;
  const [first, step] = WALKS[parameter] ?? [0, 1];
  const { decimals, fail } = parameterOf(parameter);
  const walked = (values.get(key) ?? first) + step * 3 * (random() + random() - 1);
  const kept = Math.min(fail[1], Math.max(fail[0], walked));
  values.set(key, kept);
  const value = Number(kept.toFixed(decimals));
  if (random() > 0.005) return { station, parameter, at, value, flag: FLAG.good, reason: null };
  return random() > 0.5
    ? { station, parameter, at, value, flag: FLAG.suspect, reason: 'spike' }
    : { station, parameter, at, value: null, flag: FLAG.missing, reason: 'no answer in time' };
}

function round(at: number): Reading[] {
  const readings = [];
  for (let index = 0; index < STATIONS; index++) {
    const answered = at + Math.floor(random() * 40);
    for (const parameter of PARAMETERS) readings.push(readingOf(`station-${index}`, parameter, answered));
  }
  return readings;
}

const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-outbox-'));
  folders.push(folder);
  return folder;
}

const diskBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

/** Lets readings come every ten seconds; what was on the disk after each hour. */
function outage(folder: string, hours: number, megabytes: number) {
  let now = START;
  const outbox = openOutbox(folder, megabytes, { now: () => now, ticks: () => now });
  const batcher = createBatcher(outbox, () => now);
  const byHour: number[] = [0];
  let slowest = 0;
  let readings = 0;
  const started = performance.now();
  for (let hour = 1; hour <= hours; hour++) {
    for (; now < START + hour * HOUR_MS; now += PERIOD_MS) {
      const own = round(now);
      const before = performance.now();
      batcher.addReadings(own);
      batcher.flush();
      slowest = Math.max(slowest, performance.now() - before);
      readings += own.length;
    }
    byHour.push(diskBytes(folder));
  }
  const seconds = (performance.now() - started) / 1000;
  const room = outbox.room();
  const waiting = outbox.waiting(now);
  const counts = {
    thinned: outbox.thinned(),
    dropped: outbox.dropped(),
    waiting: waiting.live + waiting.backlog,
  };
  outbox.close();
  return { byHour, readings, seconds, slowest, room, ...counts, closed: diskBytes(folder) };
}

let good = true;
const hours = short ? 2 : 24;
const day = outage(newFolder(), hours, 4096);
// The growth of the second half: what waits to be packed is on the disk from the first hour on.
const half = Math.floor(hours / 2);
const grown = ((day.byHour[hours] ?? 0) - (day.byHour[half] ?? 0)) / (hours - half);
const perReading = grown / ((POINTS * HOUR_MS) / PERIOD_MS);
const all = (day.byHour[hours] ?? 0) + grown * (DAYS * 24 - hours);
good &&= all / MEGABYTE <= MOST_MB && day.waiting === day.readings;
printTable(
  `An outage of ${hours} hours: ${POINTS} points (${STATIONS} stations) every ${PERIOD_MS / 1000} s`,
  ['what', 'measured', 'bound'],
  [
    ['readings, all waiting', `${day.readings}, ${day.waiting}`, 'the same'],
    ['on disk at its end, MB', (day.closed / MEGABYTE).toFixed(1), ''],
    ['its own count of that, MB', (day.room.bytes / MEGABYTE).toFixed(1), ''],
    ['bytes a reading, second half', perReading.toFixed(2), ''],
    [`${DAYS} days at that growth, MB`, (all / MEGABYTE).toFixed(0), `<= ${MOST_MB}`],
    ['readings/s taken', Math.round(day.readings / day.seconds).toLocaleString('en-US'), ''],
    ['longest write, ms', day.slowest.toFixed(0), ''],
  ],
);

const small = outage(newFolder(), short ? 2 : 12, short ? 2 : 3);
good &&= small.waiting + small.thinned + small.dropped === small.readings;
printTable(
  `The same in too little room, ${short ? 2 : 3} MB`,
  ['readings', 'wait', 'thinned', 'dropped', 'MB on disk', 'longest write, ms'],
  [
    [
      small.readings,
      small.waiting,
      small.thinned,
      small.dropped,
      Number((small.closed / MEGABYTE).toFixed(1)),
      Math.round(small.slowest),
    ],
  ],
);

const million = short ? 100_000 : 1_000_000;
const starts: (string | number)[][] = [];

/** Seconds from opening to the first batch that could go out, and what there is. */
function start(folder: string, what: string, now: number): void {
  const before = performance.now();
  const outbox = openOutbox(folder, 4096, { now: () => now });
  const { alarms, live, backlog } = outbox.waiting(now);
  const first = outbox.take(now, LANES);
  const seconds = (performance.now() - before) / 1000;
  outbox.close();
  good &&= seconds < MOST_START_S && first !== null;
  starts.push([what, alarms + live + backlog, Number((diskBytes(folder) / MEGABYTE).toFixed(0)), seconds]);
}

for (const size of [1, PARAMETERS.length]) {
  const folder = newFolder();
  // Nothing is packed at a time when all of it is live.
  const outbox = openOutbox(folder, 4096, { now: () => START });
  for (let written = 0; written < million; ) {
    const batches: NewBatch[] = [];
    for (; batches.length < 5000 && written < million; written += size) {
      const at = START + written;
      const own = PARAMETERS.slice(0, size).map((parameter) => readingOf('station-0', parameter, at));
      const payload = JSON.stringify(encodeSenml('station-0', own));
      batches.push({ kind: 'readings', station: 'station-0', payload, records: size, at });
    }
    outbox.append(batches);
  }
  outbox.close();
  start(folder, `as they came, ${size} a batch`, START + 24 * HOUR_MS);
}
const packed = newFolder();
outage(packed, Math.ceil(million / POINTS / 360), 4096);
start(packed, 'packed', START + 24 * HOUR_MS);
printTable(
  `Start with a million readings waiting: <= ${MOST_START_S} s`,
  ['how', 'readings', 'MB', 's'],
  starts,
);

process.exitCode = good ? 0 : 1;
