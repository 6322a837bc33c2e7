/**
 * The feed of a gateway in a storm: thousands of alerts are raised and cleared over MQTT, again and again; nothing may be
 * lost, memory must not grow from storm to storm, and what came of it is pulled and proved.
 */
import { Command } from 'commander';
import { connectAsync, type MqttClient } from 'mqtt';
import type { FeedRecord } from '../../devices/wire/feed.ts';
import { topics } from '../../devices/wire/topics.ts';
import { verify } from '../../gateway/ioc/feed-verify-command.ts';
import { testStation } from '../support/station.ts';
import { clientNames, startBenchGateway } from './support/gateway.ts';
import { progress, runBench } from './support/run.ts';
import { median, printTable } from './support/table.ts';
import { usageOf } from './support/usage.ts';

/** What the issue asks for. */
const LEAST_PULLED_PER_S = 5000;
/** Growth from the first storm to the last that is still called flat: a heap breathes by as much. */
const FLAT_MB = 40;
const EDGES = 10;
const STATIONS_PER_EDGE = 10;
const IN_FLIGHT = 50;
const PULLS = 5;

const options = new Command('feed')
  .description(
    'A storm of alerts: nothing is lost, memory is flat; and how fast the feed is pulled and proved',
  )
  .option('--alerts <number>', 'that stand at once', Number, 10_000)
  .option('--storms <number>', 'how often they are raised and cleared', Number, 3)
  .option('--short', '300 alerts in two storms, judged by what is lost')
  .addHelpText('after', '\nExample:\n  node test/bench/feed.ts --alerts 10000')
  .parse()
  .opts<{ alerts: number; storms: number; short?: true }>();
const ALERTS = options.short ? 300 : options.alerts;
const STORMS = options.short ? 2 : options.storms;

type Page = Parameters<typeof verify>[0] extends (after: number) => Promise<infer P> ? P : never;

await runBench(async (later) => {
  const clients = clientNames(EDGES);
  const gateway = await startBenchGateway({ store: { kind: 'sqlite' }, clients });
  later.defer(async () => void (await gateway.stop()));
  const edges: { client: MqttClient; name: string; stations: string[] }[] = [];
  for (const name of clients) {
    const client = await connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, {
      ...{ username: name, password: gateway.password, clientId: name, reconnectPeriod: 0 },
    });
    later.defer(() => client.endAsync(true));
    const stations = Array.from({ length: STATIONS_PER_EDGE }, (_, index) => `${name}-${index}`);
    // Water: neighbouring fires would become one incident.
    const inventory = stations.map((id) =>
      testStation({ id, kind: 'water', parameters: [{ id: 'ph', period_s: 60 }] }),
    );
    await client.publishAsync(topics.inventory(name), JSON.stringify({ stations: inventory }), { qos: 1 });
    edges.push({ client, name, stations });
  }

  /** Every alert of a storm in one state; resolves when all are acknowledged. */
  const sendAll = async (storm: number, state: 'raised' | 'cleared'): Promise<void> => {
    await Promise.all(
      edges.map(async ({ client, name, stations }, edge) => {
        let next = edge;
        const send = async (): Promise<void> => {
          while (next < ALERTS) {
            const alert = next;
            next += EDGES;
            const station = stations[Math.floor(alert / EDGES) % STATIONS_PER_EDGE] ?? '';
            const alarm = {
              ...{ station, parameter: 'ph', limit: `storm-${storm}-${alert}`, state, level: 'notice' },
              ...{ at: Date.now(), value: 4, threshold: 5 },
            };
            await client.publishAsync(topics.alarms(name, station), JSON.stringify(alarm), { qos: 1 });
          }
        };
        await Promise.all(Array.from({ length: IN_FLIGHT }, send));
      }),
    );
  };

  const storms: (string | number)[][] = [];
  const residents: number[] = [];
  for (let storm = 0; storm < STORMS; storm++) {
    const row: number[] = [];
    for (const state of ['raised', 'cleared'] as const) {
      const began = performance.now();
      await sendAll(storm, state);
      row.push(ALERTS / ((performance.now() - began) / 1000));
      progress(`storm ${storm + 1}: ${ALERTS} ${state}`);
    }
    const { residentMb, mostMb } = usageOf(gateway.pid);
    residents.push(residentMb);
    storms.push([storm + 1, ...row, residentMb, mostMb]);
  }
  printTable(
    `${ALERTS} alerts of ${EDGES * STATIONS_PER_EDGE} stations raised and cleared over MQTT; bound: memory grows by at most ${FLAT_MB} MB from the first storm to the last`,
    ['storm', 'raised/s', 'cleared/s', 'resident MB', 'most MB'],
    storms,
  );

  const page = (after: number) => gateway.api.call<Page>(`ioc/feed?after=${after}&limit=1000`);
  const rates: number[] = [];
  let records: FeedRecord[] = [];
  for (let pull = 0; pull < PULLS; pull++) {
    records = [];
    const began = performance.now();
    for (let after = 0; ; ) {
      const { records: some } = await page(after);
      if (some.length === 0) break;
      records.push(...(some as unknown as FeedRecord[]));
      after = some.at(-1)?.number ?? after;
    }
    rates.push(records.length / ((performance.now() - began) / 1000));
  }
  const began = performance.now();
  const { x } = await gateway.api.call<{ x: string }>('ioc/key');
  const proved = await verify(page, x, () => {});
  const provedPerS = proved.records / ((performance.now() - began) / 1000);
  const pulledPerS = median(rates);
  printTable(
    `The feed, pulled by one receiver, 1,000 records a request; bound: ${LEAST_PULLED_PER_S} records/s`,
    ['records', 'pulled/s, median', 'pulled and proved/s'],
    [[records.length, pulledPerS, provedPerS]],
  );

  const wanted = STORMS * ALERTS;
  const told = ['alert.raised', 'alert.cleared'].map(
    (kind) =>
      new Set(records.flatMap((one) => ('alert' in one && one.kind === kind ? one.alert.key : []))).size,
  );
  const whole = told.every((count) => count === wanted) && proved.fault === null;
  printTable(
    'Raised and cleared beside told',
    ['alerts', 'raised', 'cleared', 'proof', ''],
    [[wanted, ...told, proved.fault ?? 'holds', whole ? 'the same' : 'NOT THE SAME']],
  );
  const grown = (residents.at(-1) ?? 0) - (residents[0] ?? 0);
  return whole && (options.short === true || (pulledPerS >= LEAST_PULLED_PER_S && grown <= FLAT_MB));
});
