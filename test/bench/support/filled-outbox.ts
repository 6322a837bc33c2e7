/** The outbox of a real edge after an outage: filled by the edge's own code, with a clock of the bench's. */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBatcher } from '../../../edge/batch.ts';
import { openOutbox } from '../../../edge/outbox.ts';
import { createWalk, WALKED } from './walks.ts';

const PERIOD_MS = 10_000;
/** Rounds of one write: fewer fsyncs than an edge has time for, and no more than it packs between two writes. */
const WRITE_EVERY = 4;

export interface FilledOutbox {
  readonly readings: number;
  readonly bytes: number;
  /** By station, of each of its parameters. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Rounds of all stations every ten seconds, the last of them an hour before now: all of it is backlog. */
export async function fillOutbox(
  dataDir: string,
  stations: readonly string[],
  readings: number,
  onRound: (readings: number) => void,
): Promise<FilledOutbox> {
  mkdirSync(dataDir, { recursive: true });
  const rounds = Math.ceil(readings / (stations.length * WALKED.length));
  const start = Date.now() - 3_600_000 - rounds * PERIOD_MS;
  let now = start;
  const outbox = openOutbox(dataDir, 4096, { now: () => now, ticks: () => now });
  const batcher = createBatcher(outbox, () => now);
  const walk = createWalk(1);
  for (let round = 0; round < rounds; round++, now += PERIOD_MS) {
    for (const [index, station] of stations.entries()) {
      // Each line answers at a moment of its own.
      const at = now + ((index * 37 + round * 7) % 40);
      batcher.addReadings(WALKED.map((parameter) => walk(station, parameter, at)));
    }
    if (round % WRITE_EVERY === WRITE_EVERY - 1) batcher.flush();
    onRound((round + 1) * stations.length * WALKED.length);
    if (round % 100 === 0) await nextTurn();
  }
  batcher.flush();
  outbox.close();
  return {
    readings: rounds * stations.length * WALKED.length,
    bytes: readdirSync(dataDir).reduce((sum, name) => sum + statSync(join(dataDir, name)).size, 0),
    counts: Object.fromEntries(stations.map((station) => [station, rounds])),
  };
}
