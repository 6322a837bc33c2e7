/**
 * What reading costs on a serial line beside what its wires alone take: instruments of several models on one RTU bus of 9600
 * baud, read by the edge's own plan, poller and serial port.
 */
import { createLogger } from '../../devices/kit/log.ts';
import { openProfiles } from '../../devices/kit/profiles.ts';
import { NOTHING_LEARNED } from '../../devices/line/learned.ts';
import { planLine } from '../../devices/line/line-plan.ts';
import { answerBytes, characterMs, parseSerial, silenceMs } from '../../devices/line/line-time.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { type EdgeFile, edgeFileSchema } from '../../devices/station.ts';
import { systemClock } from '../../edge/clock.ts';
import { startLine } from '../../edge/line.ts';
import { build, start } from './support/c-program.ts';
import { benchOptions } from './support/options.ts';
import { printTable } from './support/table.ts';

const { short } = benchOptions(
  'Time of an RTU line of 9600 baud beside what its wires alone take: a paced pseudo-terminal with libmodbus behind it.',
);

const SERIAL = '9600 8N1';
const serial = parseSerial(SERIAL);
/** None that must be told or left to wait before a read: their pauses are no matter of the line's speed. */
const MODELS = ['renke-rs-station', 'xy-md02', 'qdy30a-b', 'vega-vegapuls-61', 'vaisala-hmp110', 'sokol-m'];
const REQUEST_BYTES = 8;

const profiles = openProfiles();
const log = createLogger('edge', 'silent');
const bus = await start(build('paced-bus'), [`${characterMs(serial) * 1000}`, `${MODELS.length}`]);

function fileOf(periodS: number): EdgeFile {
  return edgeFileSchema.parse({
    id: 'bench',
    data_dir: '.',
    uplink: { url: 'mqtt://localhost', password: 'unused' },
    lines: [{ id: 'bus', mode: 'rtu', path: bus.said, serial: SERIAL }],
    stations: MODELS.map((profile, index) => ({
      id: `s${index + 1}`,
      name: { vi: profile, en: profile },
      kind: 'weather',
      area: { vi: 'bench', en: 'bench' },
      latitude: 10,
      longitude: 106,
      instruments: [{ id: 'own', profile, line: 'bus', unit: index + 1, period_s: periodS }],
    })),
  });
}

interface Least {
  readonly requests: number;
  /** Of the characters, and the silence before each answer. */
  readonly ms: number;
  /** The silence, and the pause of the profile, after each answer. */
  readonly pausesMs: number;
}

/** What one round of each station needs at the very least. */
function leastOf(file: EdgeFile): Map<string, Least> {
  const [line] = file.lines;
  if (line?.mode !== 'rtu') throw new Error('no line');
  return new Map(
    planLine(line, file, profiles).map((plan) => {
      const blocks = plan.plan(
        plan.classes.flatMap(({ wanted }) => wanted),
        NOTHING_LEARNED,
      );
      const bytes = blocks.reduce((sum, block) => sum + REQUEST_BYTES + answerBytes(block), 0);
      return [
        plan.station,
        {
          requests: blocks.length,
          ms: bytes * characterMs(serial) + blocks.length * silenceMs(serial),
          pausesMs: blocks.length * plan.pauseMs,
        },
      ];
    }),
  );
}

/** Reads for so long; rounds are counted as they come, and those that failed too. */
async function run(periodS: number, seconds: number) {
  const file = fileOf(periodS);
  const [line] = file.lines;
  if (line?.mode !== 'rtu') throw new Error('no line');
  const least = leastOf(file);
  let rounds = 0;
  let failed = 0;
  let requests = 0;
  let leastMs = 0;
  let pausesMs = 0;
  const onReadings = (readings: readonly Reading[]): void => {
    const [first] = readings;
    const own = first && least.get(first.station);
    if (!own || first.reason === 'line busy') return;
    rounds += 1;
    requests += own.requests;
    leastMs += own.ms;
    pausesMs += own.pausesMs;
    if (readings.some(({ flag, reason }) => flag === FLAG.missing && /line bus/.test(reason ?? '')))
      failed += 1;
  };
  const started = performance.now();
  const running = startLine(line, {
    file,
    profiles,
    clock: systemClock,
    random: Math.random,
    log,
    onReadings,
  });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const { busyMs } = running.state();
  const elapsedMs = performance.now() - started;
  await running.stop();
  return { rounds, failed, requests, leastMs, pausesMs, busyMs, elapsedMs };
}

const TURNS = short ? [3] : [20, 20, 20];
const results = [];
for (const seconds of TURNS) results.push(await run(2, seconds));
const full = await run(0.2, short ? 3 : 20);
await bus.stop();

printTable(
  `RTU at ${SERIAL}, ${MODELS.length} instruments, each every 2 s: time in requests beside characters and one silence a request`,
  ['run', 'rounds', 'failed', 'requests', 'busy ms', 'least ms', 'busy / least'],
  results.map(({ rounds, failed, requests, busyMs, leastMs }, index) => [
    `${index + 1}`,
    rounds,
    failed,
    requests,
    Math.round(busyMs),
    Math.round(leastMs),
    (busyMs / leastMs).toFixed(3),
  ]),
);
printTable(
  'The same line asked for more than it can give: elapsed time beside characters, silences and pauses of the profiles',
  ['rounds', 'failed', 'requests', 'elapsed ms', 'least ms', 'elapsed / least', 'busy / least'],
  [
    [
      full.rounds,
      full.failed,
      full.requests,
      Math.round(full.elapsedMs),
      Math.round(full.leastMs + full.pausesMs),
      (full.elapsedMs / (full.leastMs + full.pausesMs)).toFixed(3),
      (full.busyMs / full.leastMs).toFixed(3),
    ],
  ],
);
