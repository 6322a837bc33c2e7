/**
 * Readings a second that the InfluxDB store takes, beside bare HTTP writes of the same points by a minimal client: at
 * least 0.7. Other ways to write the same are beside it: through the package, as wide lines, compressed.
 */
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { InfluxDB } from 'influx';
import type { ParameterId } from '../../devices/parameter.ts';
import { severityOf } from '../../devices/quality.ts';
import { openInfluxStore } from '../../gateway/store/influx.ts';
import type { StoredReading } from '../../gateway/store/store.ts';
import { startInfluxd } from '../support/influxd.ts';
import { benchOptions } from './support/options.ts';
import { median, printTable } from './support/table.ts';

const LEAST = 0.7;

const options = benchOptions('Readings a second into InfluxDB, beside a minimal client over bare HTTP');

const STATIONS = Array.from({ length: 100 }, (_, index) => `station-${index}`);
const PARAMETERS: ParameterId[] = [
  'pm2_5',
  'pm10',
  'o3',
  'no2',
  'so2',
  'co',
  'air_temperature',
  'relative_humidity',
  'wind_speed',
  'pressure',
];
const TURNS = options.short ? 2 : 9;
/** Times a station is read in one turn; each gives a thousand readings. */
const STEPS = options.short ? 30 : 100;
/** Readings of one group commit. */
const BATCH = 20_000;
const LINES = 5000;
const AT_A_TIME = 3;
const T0 = Date.UTC(2026, 2, 5);

let clock = T0;
/** What arrives in a time: every station's readings of ten seconds, then of the next. */
function readingsOf(steps: number): StoredReading[] {
  return Array.from({ length: steps }, () => {
    clock += 10_000;
    return STATIONS.flatMap((station, s) =>
      PARAMETERS.map((parameter, p): StoredReading => {
        const value = Math.round(((s * 7 + p * 13 + clock / 40_000) % 500) * 100) / 100;
        return { station, parameter, at: clock, value, flag: 1, reason: null, receivedAt: clock + 1200 };
      }),
    );
  }).flat();
}

const influxd = await startInfluxd();
const agent = new Agent({ keepAlive: true });
const databases = ['store', 'bare', 'made', 'wide', 'gzip', 'package'] as const;
type Database = (typeof databases)[number];

const post = (path: string, body: Buffer, headers: Record<string, string> = {}): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(
      influxd.url + path,
      { agent, method: 'POST', headers: { 'content-length': body.length, ...headers } },
      (answer) => {
        answer.resume();
        answer.on('end', () => ((answer.statusCode ?? 500) < 300 ? resolve() : reject(answer.statusCode)));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

/** Each way makes ready what it is given outside the time that is measured, and then writes. */
type Way = (readings: readonly StoredReading[]) => () => Promise<void>;

const bodies = (lines: readonly string[], perBody: number): string[] =>
  Array.from({ length: Math.ceil(lines.length / perBody) }, (_, index) =>
    lines.slice(index * perBody, (index + 1) * perBody).join('\n'),
  );

async function writeAll<T>(items: readonly T[], database: Database, make: (item: T) => Buffer, headers = {}) {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      await post(`/write?db=${database}&precision=ms`, make(item), headers);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

const fields = ({ value, flag, receivedAt }: StoredReading, name = ''): string =>
  `${name}value=${value},${name}flag=${flag}i,${name}severity=${severityOf(flag)}i,${name}received_at=${receivedAt}i`;
const line = (reading: StoredReading): string =>
  `reading,parameter=${reading.parameter},station=${reading.station} ${fields(reading)} ${reading.at}`;

const slices = (readings: readonly StoredReading[], size: number): StoredReading[][] =>
  Array.from({ length: Math.ceil(readings.length / size) }, (_, index) =>
    readings.slice(index * size, (index + 1) * size),
  );

const store = openInfluxStore({ kind: 'influx', url: influxd.url, database: 'store' });
const { hostname, port } = new URL(influxd.url);
const influx = new InfluxDB({ host: hostname, port: Number(port), database: 'package' });
for (const database of databases) await influx.createDatabase(database);

const ways: Readonly<Record<Database, { readonly name: string; readonly way: Way }>> = {
  bare: {
    name: 'minimal client, makes its lines',
    way: (readings) => {
      const parts = slices(readings, LINES);
      return () => writeAll(parts, 'bare', (part) => Buffer.from(part.map(line).join('\n')));
    },
  },
  made: {
    name: 'minimal client, lines made before',
    way: (readings) => {
      const made = bodies(readings.map(line), LINES).map((text) => Buffer.from(text));
      return () => writeAll(made, 'made', (body) => body);
    },
  },
  store: {
    name: `Quantrac's store, batches of ${BATCH.toLocaleString('en-US')}`,
    way: (readings) => {
      const batches = slices(readings, BATCH);
      return async () => {
        for (const batch of batches) await store.append(batch);
      };
    },
  },
  wide: {
    name: 'lines made before, one a station and time',
    way: (readings) => {
      const rows = slices(readings, PARAMETERS.length).map(
        (row) =>
          `wide,station=${row[0]?.station} ${row.map((one) => fields(one, `${one.parameter}.`)).join(',')} ${row[0]?.at}`,
      );
      const made = bodies(rows, LINES / PARAMETERS.length).map((text) => Buffer.from(text));
      return () => writeAll(made, 'wide', (body) => body);
    },
  },
  gzip: {
    name: 'lines made before, compressed on the way',
    way: (readings) => {
      const made = bodies(readings.map(line), LINES);
      const headers = { 'content-encoding': 'gzip' };
      return () => writeAll(made, 'gzip', (text) => gzipSync(text, { level: 1 }), headers);
    },
  },
  package: {
    name: "the package's writePoints",
    way: (readings) => {
      const parts = slices(readings, LINES);
      return async () => {
        let next = 0;
        const work = async (): Promise<void> => {
          for (let part = parts[next++]; part !== undefined; part = parts[next++]) {
            await influx.writePoints(
              part.map(({ station, parameter, value, flag, receivedAt, at }) => ({
                measurement: 'reading',
                tags: { station, parameter },
                fields: { value: value ?? 0, flag, severity: severityOf(flag), received_at: receivedAt },
                timestamp: at,
              })),
              { precision: 'ms' },
            );
          }
        };
        await Promise.all(Array.from({ length: AT_A_TIME }, work));
      };
    },
  },
};

const rates = new Map<Database, number[]>(databases.map((database) => [database, []]));
for (let turn = -1; turn < TURNS; turn++) {
  const readings = readingsOf(turn < 0 ? 20 : STEPS);
  // Whoever comes first in a turn is another one each time: compactions of what came before fall on each.
  const order = databases.map((_, index) => databases[(index + turn + 1) % databases.length] as Database);
  for (const database of order) {
    const write = ways[database].way(readings);
    const started = performance.now();
    await write();
    const rate = (readings.length * 1000) / (performance.now() - started);
    if (turn >= 0) rates.get(database)?.push(rate);
  }
}

const answer = await fetch(
  `${influxd.url}/query?db=store&q=${encodeURIComponent('SELECT count(value) FROM reading')}`,
);
const { results } = (await answer.json()) as { results: { series: { values: number[][] }[] }[] };
const stored = results[0]?.series[0]?.values[0]?.[1] ?? 0;
await store.close();
agent.destroy();
await influxd.stop();

const ratesOf = (database: Database): number[] => rates.get(database) ?? [];
/** Turn by turn: what one turn suffers from the machine, its peer suffers too. */
const ratio = (database: Database, peer: Database): number =>
  Number(
    median(ratesOf(database).map((rate, turn) => rate / (ratesOf(peer)[turn] ?? Number.NaN))).toFixed(2),
  );
printTable(
  `InfluxDB: ${(STEPS * 1000).toLocaleString('en-US')} readings a turn, ${TURNS} turns, 1,000 series, ${AT_A_TIME} requests at a time`,
  ['way', 'readings/s', 'beside lines made before', 'beside minimal client'],
  (['made', 'bare', 'store', 'wide', 'gzip', 'package'] as const).map((database) => [
    ways[database].name,
    Math.round(median(ratesOf(database))),
    ratio(database, 'made'),
    ratio(database, 'bare'),
  ]),
);
const expected = TURNS * STEPS * 1000 + 20_000;
process.stdout.write(
  `\nstored by the store: ${stored.toLocaleString('en-US')} of ${expected.toLocaleString('en-US')}\n`,
);
const good = stored === expected && (options.short || ratio('store', 'made') >= LEAST);
process.exitCode = good ? 0 : 1;
