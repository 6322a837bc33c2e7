/**
 * `kill -9` of edges, gateway and database at random moments, while instruments are read, a device publishes, and limits
 * are crossed. QUANTRAC_FAULT_ROUNDS says how many kills there are, half of them over each store; QUANTRAC_FAULT_SEED
 * repeats the moments and victims of a run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seededRandom } from '../../devices/simulator/random.ts';
import { startInfluxd } from '../support/influxd.ts';
import { hasProgram } from '../support/programs.ts';
import { checkAll, checkClosed, settled } from './support/oracle.ts';
import { startPublisher } from './support/publisher.ts';
import type { Restartable } from './support/restartable.ts';
import { type Rig, startRig } from './support/rig.ts';

const ROUNDS = Number(process.env.QUANTRAC_FAULT_ROUNDS ?? 12);
const SEED = Number(process.env.QUANTRAC_FAULT_SEED ?? 1 + Math.floor(Math.random() * 1_000_000));

/** Kills between two looks at everything. */
const ROUNDS_BETWEEN_CHECKS = 10;
const PERIOD_S = 0.2;
/** As many as a station may have. */
const MOST_LIMITS = 50;
const LONGEST_PAUSE_MS = 1000;
/** Most are started again at once, as a service manager does; some stay away for a while. */
const LONGEST_AWAY_MS = 600;

const TIMEOUT_MS = 120_000 + ROUNDS * 6000;

type Victim = Pick<Restartable, 'name' | 'kill' | 'start'>;

test.concurrent('embedded store: edges and gateway are killed', { timeout: TIMEOUT_MS }, async () => {
  const rounds = Math.ceil(ROUNDS / 2);
  await using undo = new AsyncDisposableStack();
  await killRounds(await startProvince('sqlite', rounds, undo), rounds, SEED, [], undo);
});

test
  .skipIf(!hasProgram('influxd'))
  .concurrent('InfluxDB: edges, gateway and database are killed', { timeout: TIMEOUT_MS }, async () => {
    const rounds = Math.floor(ROUNDS / 2);
    await using undo = new AsyncDisposableStack();
    const influxd = await startInfluxd();
    undo.defer(influxd.stop);
    const database: Victim = { name: 'influxd', kill: influxd.kill, start: influxd.start };
    const rig = await startProvince('influx', rounds, undo, { kind: 'influx', url: influxd.url });
    await killRounds(rig, rounds, SEED + 1, [database], undo);
  });

async function startProvince(
  store: string,
  rounds: number,
  undo: AsyncDisposableStack,
  settings?: object,
): Promise<Rig> {
  const rig = await startRig({
    name: `kill ${store}`,
    edges: ['edge-1', 'edge-2'].map((id) => ({
      id,
      periodS: PERIOD_S,
      steps: Math.min(MOST_LIMITS, rounds),
    })),
    clients: ['buoy'],
    ...(settings && { store: settings }),
  });
  undo.defer(rig.stop);
  return rig;
}

async function killRounds(
  rig: Rig,
  rounds: number,
  seed: number,
  more: readonly Victim[],
  undo: AsyncDisposableStack,
): Promise<void> {
  rig.say(`${rounds} rounds, QUANTRAC_FAULT_SEED=${SEED}`);
  const random = seededRandom(seed);
  const victims: readonly Victim[] = [rig.gateway, ...rig.edges.map(({ process }) => process), ...more];
  const [device] = rig.clients;
  const publisher = device && (await startPublisher(device));
  undo.defer(async () => publisher?.leave());
  /** Never reject: whose start fails is told at the next look. */
  const returning = new Map<Victim, Promise<void>>();
  const failures: unknown[] = [];
  // Whoever is about to come back is there before everything is stopped.
  undo.defer(async () => {
    await Promise.all(returning.values());
  });
  const started = performance.now();

  async function comeBack(victim: Victim, awayMs: number): Promise<void> {
    try {
      await sleep(awayMs);
      await victim.start();
    } catch (error) {
      failures.push(error);
    }
  }
  async function back(...those: readonly Victim[]): Promise<void> {
    for (const victim of those) await returning.get(victim);
    if (failures.length > 0) throw failures[0];
  }

  for (let round = 1; round <= rounds; round++) {
    const edge = rig.edges[round % rig.edges.length];
    const [station = ''] = edge?.stations ?? [];
    if ((edge?.crossed.get(station) ?? 0) < MOST_LIMITS) edge?.crossNext(station);
    const victim = victims[Math.floor(random() * victims.length)] ?? rig.gateway;
    await back(victim);
    await sleep(random() * LONGEST_PAUSE_MS);
    const awayMs = Math.max(0, random() * 2 - 1) * LONGEST_AWAY_MS;
    const at = Math.round(performance.now() - started);
    await victim.kill();
    returning.set(victim, comeBack(victim, awayMs));
    rig.say(
      `round ${round}/${rounds}: ${victim.name} killed at ${at} ms, away for ${Math.round(awayMs)} ms; ${countsOf(rig)}`,
    );
    if (round % ROUNDS_BETWEEN_CHECKS === 0 && round < rounds) {
      await back(...victims);
      await settled(rig);
      await checkAll(rig, `after round ${round}`);
    }
  }
  await back(...victims);
  await settled(rig);
  await publisher?.stop();
  rig.say(`all rounds took ${((performance.now() - started) / 1000).toFixed(1)} s; the books are closed`);
  await checkClosed(rig);
  for (const { id, link } of rig.edges)
    expect(link.traffic.statuses.get(id)).toMatchObject({ thinned: 0, dropped: 0 });
  rig.say(`took ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function countsOf({ edges, clients }: Rig): string {
  const links = [...edges, ...clients].map(({ link }) => link.traffic);
  const acknowledged = links.reduce((sum, traffic) => sum + traffic.acknowledged.size, 0);
  const published = links.reduce((sum, traffic) => sum + traffic.published.size, 0);
  const served = edges.reduce((sum, { field }) => sum + field.served.length, 0);
  return `${served} answers of instruments, ${published} readings published, ${acknowledged} acknowledged`;
}
