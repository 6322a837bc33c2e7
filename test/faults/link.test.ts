/**
 * The line between edge and gateway fails in every way that lines do, each way with an edge of its own and all at the same
 * time, since the worst of them take an edge a minute to notice. Limits are crossed meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../../devices/simulator/random.ts';
import { checkAll, closeBooks, settled } from './support/oracle.ts';
import { type Edge, type Rig, startRig } from './support/rig.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 90_000 });

const CASES = ['cut', 'broken', 'unheard', 'half-open', 'mute', 'refused', 'flapping'] as const;
type Case = (typeof CASES)[number];

/** An edge gives a PUBACK a minute, and looks at that once a second; the rest is a busy machine. */
const NOTICED_MS = 75_000;
/** An edge waits for CONNACK for 10 s. */
const MUTE_MS = 12_000;
const PATIENCE = { timeout: NOTICED_MS, interval: 50 };

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ name: 'link', edges: CASES.map((id) => ({ id, periodS: 0.5, steps: 10 })) });
  await settled(rig);
});
afterAll(() => rig.stop());

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
  test('the connection is closed', () =>
    during('cut', async (edge) => {
      const { link } = edge;
      link.cut();
      edge.crossNext('cut-1');
      return `back after ${await reconnected(edge, link.traffic.counts.connections)} ms`;
    }));

  test('the connection is reset in the middle of a PUBLISH', () =>
    during('broken', async (edge) => {
      const times: number[] = [];
      for (let time = 0; time < 4; time++) {
        const before = edge.link.traffic.counts.connections;
        await edge.link.breakInPublish();
        edge.crossNext('broken-1');
        times.push(await reconnected(edge, before));
      }
      return `4 times, back after ${times.join(', ')} ms`;
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
      await sleep(MUTE_MS);
      // It gave the first one up and tried again.
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
      for (let time = 0; time < 6; time++) {
        const before = link.traffic.counts.connections;
        link.cut(random() < 0.5 ? 'fin' : 'rst');
        edge.crossNext('flapping-1');
        await reconnected(edge, before);
        await sleep(random() * 400);
      }
      return '6 times';
    }));
});

test('after all of it every reading is there once, every alarm too, and the books add up', async () => {
  await settled(rig);
  await checkAll(rig);
  await closeBooks(rig);
  await checkAll(rig, 'with closed books');
  for (const { link } of rig.edges) expect(link.open()).toBe(1);
});
