/**
 * The newest of all stations over SensorThings, as its clients ask for it: every parameter with its newest Observation, by
 * Datastream and by Thing. Answers are taken whole and parsed; while they are made the same stations go on sending.
 */

import { Command } from 'commander';
import { connectAsync } from 'mqtt';
import type { ParameterId } from '../../devices/parameter.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../support/station.ts';
import { clientNames, startBenchGateway } from './support/gateway.ts';
import { percentile } from './support/percentile.ts';
import { progress, runBench } from './support/run.ts';
import { printTable } from './support/table.ts';

const MOST_P99_MS = 100;
const PERIOD_S = 60;
const PARAMETERS: readonly ParameterId[] = ['pm2_5', 'air_temperature', 'relative_humidity'];
/** What a gateway does once for stations that it has just met comes five seconds later, and code gets fast while it runs. */
const WARM_UP_MS = 10_000;
/** An inventory has at most 500. */
const STATIONS_OF_EDGE = 500;

const options = new Command('sensorthings')
  .description('The newest Observation of every station over SensorThings, p50 and p99')
  .option('--stations <number>', 'stations', Number, 1000)
  .option('--times <number>', 'how often each is asked', Number, 200)
  .option('--short', '50 stations, asked 5 times, judged by what is answered')
  .addHelpText('after', '\nExample:\n  node test/bench/sensorthings.ts --stations 2000')
  .parse()
  .opts<{ stations: number; times: number; short?: true }>();
const STATIONS = options.short ? 50 : options.stations;
const TIMES = options.short ? 5 : options.times;

const NEWEST = 'Observations($top=1;$orderby=phenomenonTime desc)';
const QUESTIONS = [
  {
    name: 'Datastreams of one parameter, newest expanded',
    query: `Datastreams?$top=1000&$filter=properties/parameter eq 'pm2_5'&$expand=${NEWEST}`,
    observations: STATIONS,
    judged: true,
  },
  {
    name: 'the same, what a map needs',
    query: `Datastreams?$top=1000&$filter=properties/parameter eq 'pm2_5'&$select=id,unitOfMeasurement&$expand=Thing($select=name;$expand=Locations($select=location)),${NEWEST.replace(')', ';$select=result,phenomenonTime,resultQuality)')}`,
    observations: STATIONS,
    judged: true,
  },
  {
    name: 'newest of all, as Observations',
    query: `Observations?$top=${STATIONS}&$orderby=phenomenonTime desc&$expand=Datastream($select=id)`,
    observations: STATIONS,
    judged: false,
  },
  {
    name: `Things, all ${PARAMETERS.length} parameters expanded`,
    query: `Things?$top=1000&$select=name&$expand=Datastreams($select=id;$expand=${NEWEST.replace(')', ';$select=result,phenomenonTime)')})`,
    observations: STATIONS * PARAMETERS.length,
    judged: false,
  },
];

await runBench(async (later) => {
  const edges = clientNames(Math.ceil(STATIONS / STATIONS_OF_EDGE));
  const gateway = await startBenchGateway({ store: { kind: 'sqlite' }, clients: edges });
  later.defer(async () => void (await gateway.stop()));
  progress(`${STATIONS} stations, ${PARAMETERS.length} parameters each`);
  const fleet = await Promise.all(
    edges.map(async (edge, index) => {
      const client = await connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, {
        ...{ username: edge, password: gateway.password, clientId: edge },
      });
      later.defer(() => client.endAsync(true));
      const first = index * STATIONS_OF_EDGE;
      const stations = Array.from({ length: Math.min(STATIONS_OF_EDGE, STATIONS - first) }, (_, place) =>
        testStation({
          id: `station-${first + place}`,
          latitude: 10 + Math.floor((first + place) / 50) * 0.1,
          longitude: 105 + ((first + place) % 50) * 0.1,
          parameters: PARAMETERS.map((id) => ({ id, period_s: PERIOD_S, instrument: 'Bench 1' })),
        }),
      );
      await client.publishAsync(topics.inventory(edge), JSON.stringify({ stations }), { qos: 1 });
      return { edge, client, stations };
    }),
  );
  const send = async (): Promise<void> => {
    const t = Date.now() / 1000;
    const sent = fleet.flatMap(({ edge, client, stations }) =>
      stations.map(({ id }) => {
        const senml = PARAMETERS.map((parameter) => ({ n: `urn:quantrac:${id}:${parameter}`, t, v: 20 }));
        return client.publishAsync(topics.readings(edge, id), JSON.stringify(senml), { qos: 1 });
      }),
    );
    await Promise.all(sent);
  };
  await send();

  const sending = new AbortController();
  later.defer(() => sending.abort());
  const goOn = async (): Promise<void> => {
    while (!sending.signal.aborted) {
      await send();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };
  const sent = goOn().catch((error: unknown) => {
    if (!sending.signal.aborted) throw error;
  });

  const warm = performance.now() + (options.short ? 0 : WARM_UP_MS);
  while (performance.now() < warm)
    for (const { query } of QUESTIONS) JSON.parse(await gateway.sensorThings(query));

  let good = true;
  const rows: (string | number)[][] = [];
  for (const { name, query, observations, judged } of QUESTIONS) {
    const times: number[] = [];
    let bytes = 0;
    for (let time = 0; time < TIMES; time++) {
      const started = performance.now();
      const text = await gateway.sensorThings(query);
      JSON.parse(text);
      times.push(performance.now() - started);
      bytes = text.length;
      const found = text.split('"result":').length - 1;
      if (found !== observations) throw new Error(`${name}: ${found} Observations, not ${observations}`);
    }
    const p99 = percentile(times, 99);
    if (judged) good &&= p99 <= MOST_P99_MS;
    rows.push([name, observations, Math.round(bytes / 1000), percentile(times, 50), p99, Math.max(...times)]);
  }
  sending.abort();
  await sent;
  printTable(
    `Latest of all over SensorThings, ${STATIONS} stations that send every second; ms until it is parsed; bound of the first two: p99 <= ${MOST_P99_MS} ms`,
    ['question', 'Observations', 'kB', 'p50', 'p99', 'most'],
    rows,
  );
  return options.short === true || good;
});
