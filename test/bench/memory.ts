/**
 * Resident memory of an edge that reads 1,000 points a second over a hundred lines and delivers them: flat, and at
 * most 110 MB. Beside it an edge that reads one instrument tells what the program takes without a load. Instruments
 * and broker are in this process; the edges are processes as a user starts them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import type { ParameterId } from '../../devices/parameter.ts';
import { startCentre } from './devices-centre.ts';
import { startEdgeProcess } from './devices-edge.ts';
import { type Device, startDevice } from './devices-server.ts';
import { wordsOf } from './devices-words.ts';
import { median, printTable } from './support/table.ts';

const MOST_MB = 110;

/** Growth over the last half of the run that is still called flat: a heap breathes by as much between collections. */
const FLAT_MB = 4;

const DEVICES = 100;
const PROFILE = 'seeed-sensecap-one-s1000';
/** Ten of its twelve, in three requests a second. */
const POINTS: ParameterId[] = [
  'air_temperature',
  'relative_humidity',
  'pressure',
  'illuminance',
  'wind_direction',
  'wind_gust',
  'wind_speed',
  'pm2_5',
  'pm10',
  'co2',
];

const options = new Command('memory')
  .description('Resident memory of an edge that reads 1,000 points a second')
  .option('--minutes <number>', 'how long', Number, 10)
  .option('--node <flags>', 'flags of Node.js for the edges, to try them', '')
  .option('--short', '12 seconds, judged by the bound and not by the growth')
  .addHelpText('after', '\nExample:\n  node test/bench/memory.ts --minutes 10')
  .parse()
  .opts<{ minutes: number; node: string; short?: true }>();
const seconds = options.short ? 12 : Math.round(options.minutes * 60);

interface Sample {
  readonly all: number;
  readonly own: number;
  /** Readings that had arrived. */
  readonly records: number;
}

/** MB an hour, by least squares over samples a second apart. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const over = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  const under = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  return (3600 * over) / under;
}

const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-memory-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const centre = await startCentre(false);
const devices: Device[] = [];
for (let index = 0; index < DEVICES; index++) devices.push(await startDevice(wordsOf(PROFILE, index)));
const node = options.node.split(' ').filter((flag) => flag !== '');
const startEdge = (id: string, own: readonly Device[]) =>
  startEdgeProcess({
    folder,
    id,
    node,
    broker: centre.port,
    lines: own.map(({ port }, index) => ({ id: `line-${index}`, mode: 'tcp', host: '127.0.0.1', port })),
    instruments: own.map((_, index) => ({
      station: `${id}-${index}`,
      profile: PROFILE,
      line: `line-${index}`,
      period_s: 1,
      points: POINTS,
    })),
  });
const loaded = startEdge('loaded', devices);
const idle = startEdge('idle', devices.slice(0, 1));

const samples: Sample[] = [];
const idleMb: number[] = [];
const started = performance.now();
for (let second = 1; second <= seconds; second++) {
  await delay(Math.max(0, started + second * 1000 - performance.now()));
  samples.push({ ...loaded.resident(), records: centre.records('loaded') });
  idleMb.push(idle.resident().all);
}
await Promise.all([loaded.stop(), idle.stop()]);
await Promise.all(devices.map((device) => device.close()));
await centre.stop();

/** The last sample of each minute, with the medians of that minute. */
const stepS = Math.min(60, Math.ceil(seconds / 4));
const one = (value: number): number => Number(value.toFixed(1));
const rows: number[][] = [];
for (let end = stepS; end <= seconds; end += stepS) {
  const step = samples.slice(end - stepS, end);
  const before = samples[end - stepS - 1]?.records ?? 0;
  const all = step.map((sample) => sample.all);
  rows.push([
    one(end / 60),
    one(median(all)),
    one(Math.max(...all)),
    one(median(step.map((sample) => sample.own))),
    Math.round(((step.at(-1)?.records ?? 0) - before) / stepS),
    one(median(idleMb.slice(end - stepS, end))),
    Number((median(all) / median(idleMb.slice(end - stepS, end))).toFixed(2)),
  ]);
}
printTable(
  `Edge, ${DEVICES} lines, ${DEVICES * POINTS.length} points a second: resident memory in MB by minute`,
  ['min', 'median', 'most', 'own', 'points/s delivered', 'edge with 1 line', 'ratio'],
  rows,
);

const half = samples.slice(Math.floor(seconds / 2)).map((sample) => sample.all);
const perHour = slope(half);
const grown = (perHour * half.length) / 3600;
const most = Math.max(...samples.map((sample) => sample.all));
const delivered = (samples.at(-1)?.records ?? 0) - (samples[Math.floor(seconds / 2)]?.records ?? 0);
const rate = delivered / (half.length - 1);
printTable(
  'Judged',
  ['what', 'measured', 'bound'],
  [
    ['most, MB', one(most), `<= ${MOST_MB}`],
    [
      'growth in the last half, MB',
      `${one(grown)} (${one(perHour)} an hour)`,
      options.short ? 'not in a short run' : `<= ${FLAT_MB}`,
    ],
    ['points a second that arrived', Math.round(rate), `>= ${0.95 * DEVICES * POINTS.length}`],
  ],
);
const good = most <= MOST_MB && (options.short || grown <= FLAT_MB) && rate >= 0.95 * DEVICES * POINTS.length;
process.exitCode = good ? 0 : 1;
