/**
 * Readings through the shipped flows: the real flows process on a real broker, as the gateway has
 * one. How many a second they judge, and
 * how long it takes from the publish of a live reading to the alarm that it makes.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aedes } from 'aedes';
import { startProcess } from '../../demo/process.ts';
import type { Alarm, Live } from '../../devices/wire/messages.ts';
import { topics } from '../../devices/wire/topics.ts';
import { benchOptions } from './support/options.ts';
import { percentile } from './support/percentile.ts';
import { progress, runBench } from './support/run.ts';
import { median, printTable } from './support/table.ts';

const { short } = benchOptions(
  'Readings through the shipped flows: how many a second, and from publish to alarm',
);
const TURNS = short ? 1 : 3;
const TURN_S = short ? 1 : 5;
/** Stations of each kind; each publishes a message with its parameters. */
const STATIONS = 50;
const RATES = short ? [1000] : [1000, 5000];
const MARK = 'mark';

/** What the shipped flows judge, and a value that is fine. */
const KINDS = [
  { kind: 'air', values: { pm2_5: 20, pm10: 40, no2: 20, o3: 30, co: 500 } },
  {
    kind: 'water',
    values: { dissolved_oxygen: 7, ph: 7, turbidity: 10, water_temperature: 26, salinity: 5 },
  },
  { kind: 'fire', values: { smoke: 0, co: 300, pm2_5: 10, air_temperature: 28, relative_humidity: 70 } },
  {
    kind: 'traffic',
    values: { traffic_flow: 800, traffic_speed: 60, occupancy: 9, congestion: 0, noise: 60 },
  },
] as const;
const A_MESSAGE = 5;

await runBench(async (later) => {
  const broker = await Aedes.createBroker();
  const server = createServer({ noDelay: true }, broker.handle);
  later.defer(async () => {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-flows-'));
  later.defer(async () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'flows.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      data_dir: folder,
      http: { port: 0 },
      mqtt: { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, password: 'any' },
      editor: { password: 'password-of-a-bench' },
      credential_secret: 'secret-of-a-bench',
    }),
    { mode: 0o600 },
  );

  /** When each alarm was heard, by station and state. */
  const heard = new Map<string, number>();
  broker.on('publish', ({ topic, payload }) => {
    if (!topic.endsWith('/alarms')) return;
    const { station, parameter, state, at } = JSON.parse(payload.toString()) as Alarm;
    heard.set(`${station} ${parameter} ${state} ${at}`, performance.now());
  });
  const flows = await startProcess('flows', {
    args: ['flows', '--config', file],
    logFile: join(folder, 'log'),
  });
  later.defer(() => flows.stop(2000));

  let time = Date.now();
  const publish = (live: Live): void =>
    broker.publish(
      {
        cmd: 'publish',
        topic: topics.live(live.station),
        payload: Buffer.from(JSON.stringify(live)),
        qos: 0,
        retain: false,
        dup: false,
      },
      () => {},
    );
  const message = (index: number, at: number): Live => {
    const { kind, values } = KINDS[index % KINDS.length] as (typeof KINDS)[number];
    return {
      station: `${kind}-${Math.floor(index / KINDS.length) % STATIONS}`,
      kind,
      latitude: 16,
      longitude: 108,
      readings: Object.entries(values).map(([parameter, value]) => ({
        parameter: parameter as Live['readings'][number]['parameter'],
        unit: 'any',
        at,
        value,
        flag: 1 as const,
        reason: null,
      })),
    };
  };
  /** A station of its own: the alarm that follows everything before it. */
  const mark = async (raise: boolean): Promise<number> => {
    const at = ++time;
    const reading = {
      parameter: 'dissolved_oxygen',
      unit: 'mg/l',
      at,
      value: raise ? 3.5 : 6,
      flag: 1,
      reason: null,
    } as const;
    const key = `${MARK} dissolved_oxygen ${raise ? 'raised' : 'cleared'} ${at}`;
    const from = performance.now();
    publish({ station: MARK, kind: 'water', readings: [reading] });
    for (;;) {
      const told = heard.get(key);
      if (told !== undefined) return told - from;
      await sleep(1);
    }
  };
  await mark(false);
  for (let index = 0; index < STATIONS * KINDS.length; index++) publish(message(index, ++time));
  await mark(true);

  progress('as many as there are');
  const most: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const messages = short ? 1000 : 10_000;
    const from = performance.now();
    for (let index = 0; index < messages; index++) {
      publish(message(index, ++time));
      if (index % 100 === 0) await sleep(0);
    }
    await mark(turn % 2 === 1);
    most.push((messages * A_MESSAGE * 1000) / (performance.now() - from));
  }
  printTable(
    `Readings through the shipped flows: ${STATIONS * KINDS.length} stations, ${A_MESSAGE} readings a message, median of ${TURNS} turns`,
    ['what', 'readings/s'],
    [['judged', Math.round(median(most))]],
  );

  const rows: (string | number)[][] = [];
  let raise = TURNS % 2 === 1;
  for (const rate of RATES) {
    const delays: number[] = [];
    const until = performance.now() + TURN_S * 1000;
    const from = performance.now();
    let sent = 0;
    const load = setInterval(() => {
      const due = ((performance.now() - from) / 1000) * (rate / A_MESSAGE);
      for (; sent < due; sent++) publish(message(sent, ++time));
    }, 5);
    while (performance.now() < until) {
      await sleep(20);
      delays.push(await mark(raise));
      raise = !raise;
    }
    clearInterval(load);
    rows.push([rate, delays.length, percentile(delays, 50), percentile(delays, 99), Math.max(...delays)]);
  }
  printTable(
    'From the publish of a live reading to the alarm at the broker, ms',
    ['readings/s', 'alarms', 'p50', 'p99', 'most'],
    rows,
  );
  return true;
});
