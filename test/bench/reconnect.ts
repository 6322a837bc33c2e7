/**
 * After a common outage: edges with certificates are connected over TLS, the gateway dies, stays away and starts again. How long
 * after its start until every edge is served (its inventory and then a live reading acknowledged), each pausing between its
 * tries as an edge does; and what a live reading takes from publish to flows afterwards.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { clientNames } from './support/gateway.ts';
import { openLiveEar } from './support/live-ear.ts';
import type { Shape } from './support/payloads.ts';
import { percentile } from './support/percentile.ts';
import { startReconnecting } from './support/reconnecting.ts';
import { progress, runBench } from './support/run.ts';
import { startSecureGateway } from './support/secure-gateway.ts';
import { checkStored, isStored, storedRow } from './support/stored.ts';
import { printTable } from './support/table.ts';

const MOST_SERVED_S = 30;
const MOST_P99_MS = 2000;
const READINGS_PER_S = 1000;

const options = new Command('reconnect')
  .description(
    'Edges that come back after an outage of the gateway: until all are served, and live readings afterwards',
  )
  .option('--edges <number>', 'with certificates, over TLS', Number, 1000)
  .option(
    '--outage <seconds>',
    'from the kill to the start; pauses of edges are at their longest after 40',
    Number,
    60,
  )
  .option('--seconds <number>', 'of live load afterwards', Number, 20)
  .option('--short', '40 edges, no outage but the start, two seconds of load, judged by what is stored')
  .addHelpText('after', '\nExample:\n  node test/bench/reconnect.ts --edges 1000 --outage 60')
  .parse()
  .opts<{ edges: number; outage: number; seconds: number; short?: true }>();
const EDGES = options.short ? 40 : options.edges;
const OUTAGE_S = options.short ? 0 : options.outage;
const SECONDS = options.short ? 2 : options.seconds;

const SHAPE: Shape = {
  topic: 'readings',
  stations: 1,
  parameters: 10,
  times: 1,
  stepMs: 2,
  agoMs: 0,
  variants: 4,
};

await runBench(async (later) => {
  progress(`making ${EDGES} certificates`);
  const gateway = await startSecureGateway(clientNames(EDGES));
  later.defer(() => gateway.stop());
  const { edges: enrolled, ca, mqttsPort, flows } = gateway;
  const firstAt = Date.now();
  const edges = await startReconnecting({ port: mqttsPort, ca, edges: enrolled, shape: SHAPE });
  later.defer(() => edges.stop());
  const first = await edges.served(1);
  progress(`all connected in ${((first.lastAt - firstAt) / 1000).toFixed(1)} s; the gateway is killed`);

  await gateway.kill();
  await sleep(OUTAGE_S * 1000);
  await gateway.start();
  const readyAt = Date.now();
  progress('the gateway is back');
  const again = await edges.served(2);
  const servedS = Math.max(0, (again.lastAt - readyAt) / 1000);
  progress(`all served ${servedS.toFixed(1)} s later`);

  const ear = await openLiveEar(gateway.mqttPort, flows.account, flows.password);
  later.defer(() => ear.stop());
  ear.takeDelays();
  const before = ear.heard();
  const readings = await edges.run(SECONDS, READINGS_PER_S);
  for (let looks = 0; ear.heard() - before < readings && looks < 500; looks++) await sleep(20);
  const delays = ear.takeDelays();
  const p99 = percentile(delays, 99);
  printTable(
    `${EDGES} edges over TLS after an outage of ${OUTAGE_S} s; bounds: served within ${MOST_SERVED_S} s, p99 <= ${MOST_P99_MS} ms`,
    [
      'edges',
      'served after s',
      'failed connections',
      'live readings',
      'heard',
      'p50 ms',
      'p99 ms',
      'most ms',
    ],
    [
      [
        EDGES,
        servedS.toFixed(1),
        again.failed,
        readings,
        delays.length,
        percentile(delays, 50),
        p99,
        percentile(delays, 100),
      ],
    ],
  );
  const acknowledged = await edges.acknowledged();
  const every = options.short ? 10 : 50;
  const asked = Object.fromEntries(Object.entries(acknowledged).filter((_, index) => index % every === 0));
  const check = await checkStored(gateway.api, asked, SHAPE.parameters);
  printTable(
    `Stored beside acknowledged, every ${every}th station`,
    ['what', 'series', 'acknowledged', 'stored', ''],
    [storedRow('gateway', check)],
  );
  if (delays.length < readings) progress(`FAILED: ${readings - delays.length} readings were never heard`);
  const inBounds = servedS <= MOST_SERVED_S && p99 <= MOST_P99_MS;
  return isStored(check) && delays.length >= readings && (inBounds || options.short === true);
});
