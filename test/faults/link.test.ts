/**
 * The line between edge and gateway fails in every way that lines do, each way with an edge of its own and all at the same
 * time, since an edge needs its time to notice the worst of them. Limits are crossed meanwhile.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FLAG } from '../../devices/quality.ts';
import { seededRandom } from '../../devices/simulator/random.ts';
import { createBatcher } from '../../edge/batch.ts';
import { openOutbox } from '../../edge/outbox.ts';
import { POINTS } from './support/field.ts';
import { checkClosed, settled } from './support/oracle.ts';
import { type Edge, type Rig, startRig } from './support/rig.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const CASES = ['broken', 'unheard', 'half-open', 'mute', 'refused', 'flapping', 'backlog'] as const;
type Case = (typeof CASES)[number];

/** A dead line is noticed after one and a half times as long. */
const KEEPALIVE_S = 5;
/** Less than the 45 s of the default keep alive and the 60 s for a PUBACK; the rest is a busy machine. */
const NOTICED_MS = 40_000;

/** A line of half a Mbit/s that has to deliver half an hour first: it takes ten seconds at least. */
const BYTES_PER_S = 62_500;
const BACKLOG = { fromMs: 40 * 60_000, answers: 3000, everyMs: 600 };
/** Of live readings beside backlog: what they need on a line without, and a second behind it. */
const BEHIND_BACKLOG_MS = 2000;
const PATIENCE = { timeout: NOTICED_MS, interval: 50 };

let rig: Rig;
beforeAll(async () => {
  const edges = CASES.map((id) => ({ id, periodS: 0.5, steps: 10, keepaliveS: KEEPALIVE_S }));
  rig = await startRig({ name: 'link', edges });
  await settled(rig);
});
afterAll(() => rig?.stop());

function edgeOf(name: Case): Edge {
  const edge = rig.edges.find(({ id }) => id === name);
  if (!edge) throw new Error(`there is no edge ${name}`);
  return edge;
}

/** Resolves when the edge has connected again by itself, with how long that took. */
async function reconnected({ link }: Edge, before: number): Promise<number> {
  const from = performance.now();
  await vi.waitFor(() => expect(link.traffic.counts.connections).toBeGreaterThan(before), PATIENCE);
  return Math.round(performance.now() - from);
}

/** Crosses a limit, fails, and is looked at when everything has arrived. */
async function during(name: Case, fault: (edge: Edge) => Promise<string>): Promise<void> {
  const edge = edgeOf(name);
  const { counts } = edge.link.traffic;
  const before = { ...counts };
  const said = await fault(edge);
  edge.crossNext(`${name}-1`);
  await settled({ edges: [edge] });
  const more = (what: keyof typeof counts) => counts[what] - before[what];
  rig.say(
    `${name}: ${said}; ${more('connections')} connections, ${more('publishes')} publishes (${more('repeated')} of them repeated ` +
      `what was acknowledged, ${more('backlog')} as backlog), ${more('acknowledgements')} PUBACKs`,
  );
}

describe.concurrent('the edge notices, keeps what it reads, and delivers it once', () => {
  test('the connection is reset in the middle of a PUBLISH', () =>
    during('broken', async (edge) => {
      const times: number[] = [];
      for (let time = 0; time < 3; time++) {
        const before = edge.link.traffic.counts.connections;
        await edge.link.breakInPublish();
        edge.crossNext('broken-1');
        times.push(await reconnected(edge, before));
      }
      return `3 times, back after ${times.join(', ')} ms`;
    }));

  test('nothing reaches the edge any more, no PUBACK either', () =>
    during('unheard', async (edge) => {
      const { link } = edge;
      const { connections, acknowledgements } = link.traffic.counts;
      link.stall('to-client');
      edge.crossNext('unheard-1');
      const tookMs = await reconnected(edge, connections);
      // The gateway did acknowledge: that is what must not be stored twice.
      expect(link.traffic.counts.acknowledgements).toBeGreaterThan(acknowledgements);
      await vi.waitFor(() => expect(link.traffic.counts.repeated).toBeGreaterThan(0), PATIENCE);
      return `noticed after ${tookMs} ms`;
    }));

  test('half open: nothing gets through either way, and nobody says that it is over', () =>
    during('half-open', async (edge) => {
      const { link } = edge;
      const { connections } = link.traffic.counts;
      link.stall('to-client', 'to-gateway');
      edge.crossNext('half-open-1');
      const tookMs = await reconnected(edge, connections);
      // Only now the old one comes to life again, with what it still held.
      await settled({ edges: [edge] });
      link.mend();
      return `noticed after ${tookMs} ms`;
    }));

  test('connections are taken and never answered', () =>
    during('mute', async (edge) => {
      const { link } = edge;
      link.admission = 'mute';
      link.cut();
      edge.crossNext('mute-1');
      const { connections } = link.traffic.counts;
      // It gives the first one up and tries again.
      await reconnected(edge, connections + 1);
      link.admission = 'open';
      link.cut();
      return `${link.traffic.counts.connections - connections} tries meanwhile`;
    }));

  test('connections are refused', () =>
    during('refused', async (edge) => {
      const { link } = edge;
      link.admission = 'refused';
      link.cut('rst');
      edge.crossNext('refused-1');
      const { connections } = link.traffic.counts;
      await reconnected(edge, connections + 2);
      link.admission = 'open';
      return `${link.traffic.counts.connections - connections} tries meanwhile`;
    }));

  test('the line comes and goes', () =>
    during('flapping', async (edge) => {
      const random = seededRandom(7);
      const { link } = edge;
      for (const how of ['fin', 'rst', 'fin', 'rst'] as const) {
        const before = link.traffic.counts.connections;
        link.cut(how);
        edge.crossNext('flapping-1');
        await reconnected(edge, before);
        await sleep(random() * 400);
      }
      return 'closed twice, reset twice';
    }));

  test('after a long cut live readings and an alarm overtake the backlog of a slow line', () =>
    during('backlog', async (edge) => {
      const { link, process } = edge;
      await process.kill();
      fillOutbox(join(rig.folder, edge.id), 'backlog-1');
      link.bytesPerS = BYTES_PER_S;
      await process.start();
      const { batches, alarms } = link.traffic;
      const backlog = () => batches.filter(({ lane }) => lane === 'backlog');
      const drained = () => backlog().reduce((sum, { records }) => sum + records, 0);
      await vi.waitFor(() => expect(drained()).toBeGreaterThan(0), PATIENCE);
      const from = Date.now();
      edge.crossNext('backlog-1');
      await vi.waitFor(() => expect(alarms.some(({ state }) => state === 'raised')).toBe(true), PATIENCE);
      const waited = BACKLOG.answers * POINTS.length;
      expect(drained(), 'backlog when the alarm had arrived').toBeLessThan(waited);
      await vi.waitFor(() => expect(drained()).toBeGreaterThanOrEqual(waited), PATIENCE);
      const until = backlog().at(-1)?.acknowledgedAt ?? 0;
      link.bytesPerS = null;

      const live = batches.filter(
        ({ lane, acknowledgedAt }) => lane === 'live' && acknowledgedAt >= from && acknowledgedAt < until,
      );
      const times = live.map(({ newest }) => newest);
      expect(times, 'live readings come in their order').toEqual(times.toSorted((a, b) => a - b));
      const delays = live.map(({ acknowledgedAt, newest }) => acknowledgedAt - newest).sort((a, b) => a - b);
      const [median = Infinity, most = Infinity] = [delays[Math.floor(delays.length / 2)], delays.at(-1)];
      expect(delays.length, 'live batches among the backlog').toBeGreaterThan(5);
      expect(median).toBeLessThan(BEHIND_BACKLOG_MS);
      // This machine is busy with other edges, but not for as long as the backlog takes.
      expect(most).toBeLessThan((until - from) / 2);
      return (
        `${waited} readings of backlog took ${until - from} ms, ${live.length} live batches meanwhile came ` +
        `${median} ms after they were read, ${most} ms at most`
      );
    }));
});

/** Half an hour of answers, as if it had read them while the line was cut; no instrument gives such temperatures. */
function fillOutbox(dataDir: string, station: string): void {
  const outbox = openOutbox(dataDir, 256);
  try {
    const batcher = createBatcher(outbox, Date.now);
    const from = Date.now() - BACKLOG.fromMs;
    for (let answer = 0; answer < BACKLOG.answers; answer++) {
      const at = from + answer * BACKLOG.everyMs;
      batcher.addReadings(
        POINTS.map((parameter) => ({
          station,
          parameter,
          at,
          value: -20 + (answer % 10),
          flag: FLAG.good,
          reason: null,
        })),
      );
    }
    batcher.flush();
  } finally {
    outbox.close();
  }
}

test('after all of it every reading is there once, every alarm too, and the books add up', async () => {
  await settled(rig);
  for (const { link } of rig.edges) expect(link.open()).toBe(1);
  await checkClosed(rig);
});
