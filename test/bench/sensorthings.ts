/**
 * The newest of all stations over SensorThings, as its clients ask for it: every parameter with its newest Observation, by
 * Datastream and by Thing. The time is until the last byte is here; while answers are made the same stations go on sending.
 */

import { Command } from 'commander';
import { clientNames, startBenchGateway } from './support/gateway.ts';
import { startLoad } from './support/mqtt-load.ts';
import { parametersOf } from './support/payloads.ts';
import { percentile } from './support/percentile.ts';
import { progress, runBench } from './support/run.ts';
import { printTable } from './support/table.ts';

const MOST_P99_MS = 100;
const PARAMETERS = 3;
const [PARAMETER] = parametersOf(PARAMETERS);
/** What a gateway does once for stations that it has just met comes five seconds later, and code gets fast while it runs. */
const WARM_UP_MS = 10_000;
const STATIONS_OF_EDGE = 50;

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
    query: `Datastreams?$top=1000&$filter=properties/parameter eq '${PARAMETER}'&$expand=${NEWEST}`,
    observations: STATIONS,
    judged: true,
  },
  {
    name: 'the same, what a map needs',
    query: `Datastreams?$top=1000&$filter=properties/parameter eq '${PARAMETER}'&$select=id,unitOfMeasurement&$expand=Thing($select=name;$expand=Locations($select=location)),${NEWEST.replace(')', ';$select=result,phenomenonTime,resultQuality)')}`,
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
    name: `Things, all ${PARAMETERS} parameters expanded`,
    query: `Things?$top=1000&$select=name&$expand=Datastreams($select=id;$expand=${NEWEST.replace(')', ';$select=result,phenomenonTime)')})`,
    observations: STATIONS * PARAMETERS,
    judged: false,
  },
];

/** Makes no garbage that the next question would pay for. */
function occurrences(text: string, of: string): number {
  let found = 0;
  for (let at = text.indexOf(of); at >= 0; at = text.indexOf(of, at + of.length)) found++;
  return found;
}

await runBench(async (later) => {
  const edges = clientNames(STATIONS / STATIONS_OF_EDGE);
  const gateway = await startBenchGateway({ store: { kind: 'sqlite' }, clients: edges });
  later.defer(async () => void (await gateway.stop()));
  progress(`${STATIONS} stations, ${PARAMETERS} parameters each`);
  const load = await startLoad({
    ...{ port: gateway.mqttPort, clients: edges, password: gateway.password },
    shape: {
      ...{ topic: 'readings', stations: STATIONS_OF_EDGE, parameters: PARAMETERS },
      ...{ times: 1, stepMs: 1, agoMs: 0, variants: 4 },
    },
  });
  later.defer(() => load.stop());
  // Each station sends every second, at its own moment.
  const pace = { readingsPerS: STATIONS * PARAMETERS };
  await load.run({ seconds: 2, pace });

  let asking = true;
  const goOn = async (): Promise<void> => {
    while (asking) await load.run({ seconds: 2, pace });
  };
  const sending = goOn();

  const warm = performance.now() + (options.short ? 0 : WARM_UP_MS);
  while (performance.now() < warm) for (const { query } of QUESTIONS) await gateway.sensorThings(query);

  let good = true;
  const rows: (string | number)[][] = [];
  for (const { name, query, observations, judged } of QUESTIONS) {
    const times: number[] = [];
    let bytes = 0;
    for (let time = 0; time < TIMES; time++) {
      const started = performance.now();
      const answer = await gateway.sensorThings(query);
      times.push(performance.now() - started);
      const text = answer.toString();
      JSON.parse(text);
      bytes = answer.length;
      const found = occurrences(text, '"result":');
      if (found !== observations) throw new Error(`${name}: ${found} Observations, not ${observations}`);
    }
    const p99 = percentile(times, 99);
    if (judged) good &&= p99 <= MOST_P99_MS;
    rows.push([name, observations, Math.round(bytes / 1000), percentile(times, 50), p99, Math.max(...times)]);
  }
  asking = false;
  await sending;
  printTable(
    `Latest of all over SensorThings, ${STATIONS} stations that send every second; ms until the last byte; bound of the first two: p99 <= ${MOST_P99_MS} ms`,
    ['question', 'Observations', 'kB', 'p50', 'p99', 'most'],
    rows,
  );
  return options.short === true || good;
});
