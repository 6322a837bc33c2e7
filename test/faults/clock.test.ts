/**
 * A box without a battery clock: it starts in 1970, its line works, it is killed and starts in 1970 again, and then a time
 * server is reached. Every reading must be stored once, under the time at which the instrument told it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { checkClosed } from './support/oracle.ts';
import { type Rig, startRig } from './support/rig.ts';
import { allAlerts, exported } from './support/stored.ts';

const EDGE = 'edge-1';
const PATIENCE = { timeout: 30_000, interval: 100 };
const HOUR_MS = 3_600_000;
/** From the instrument's answer to the time of its reading: a machine that is busy with other tests. */
const TRUE_MS = 1000;

let folder = '';
let rig: Rig | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-faults-clock-file-'));
});
afterEach(async () => {
  await rig?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A process whose wall clock is so many ms behind as a file says, which may change at any time. */
function wallClock() {
  const file = join(folder, 'behind');
  const code = `import { readFileSync } from 'node:fs';
    const now = Date.now;
    let [behind, readAt] = [0, 0];
    Date.now = () => {
      const real = now();
      if (real - readAt > 20) {
        behind = Number(readFileSync(${JSON.stringify(file)}, 'utf8'));
        readAt = real;
      }
      return real - behind;
    };`;
  return {
    env: {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,${encodeURIComponent(code)}`,
    },
    set: (behindMs: number) => writeFileSync(file, String(behindMs)),
  };
}

const stored = (started: Rig, station: string): Promise<Reading[]> =>
  exported(started, station, started.startedAt - HOUR_MS, Date.now() + HOUR_MS);

test('clock at 1970, then synchronised: all is stored once under its true time, marked, and no alarm is lost', {
  timeout: 120_000,
}, async () => {
  const clock = wallClock();
  clock.set(Date.now() - 30_000);
  rig = await startRig({ name: 'clock', edges: [{ id: EDGE, stations: 2, env: clock.env }] });
  const started = rig;
  const [edge] = started.edges;
  if (!edge) throw new Error('no edge');
  const [station = ''] = edge.stations;
  const answers = async (more: number) => {
    const before = edge.field.served.length;
    await vi.waitFor(() => expect(edge.field.served.length).toBeGreaterThan(before + more), PATIENCE);
  };

  edge.crossNext(station);
  await vi.waitFor(async () => expect(await allAlerts(started)).toHaveLength(1), PATIENCE);
  const [alert] = await allAlerts(started);
  expect(Math.abs(Number(alert?.opened_at) - Date.now())).toBeLessThan(30_000);
  await answers(8);
  expect(await stored(started, station), 'nothing is stored under a false date').toEqual([]);

  await edge.process.kill();
  // Its wall clock begins anew, as that of a box does; the boot is the same.
  clock.set(Date.now() - 10_000);
  await edge.process.start();
  await answers(8);
  expect(await stored(started, station)).toEqual([]);

  clock.set(0);
  const synchronised = Date.now();
  edge.crossNext(station);
  await answers(8);
  await checkClosed(started);

  let [corrected, furthest] = [0, 0];
  for (const id of edge.stations) {
    const byValue = new Map(
      (await stored(started, id))
        .filter(({ parameter, value }) => parameter === 'air_temperature' && value !== null)
        .map((reading) => [reading.value?.toFixed(2), reading]),
    );
    for (const served of edge.field.served.filter((each) => each.station === id)) {
      const reading = byValue.get(served.temperature.toFixed(2));
      // What a killed edge had in memory is counted by `checkAll`.
      if (reading === undefined) continue;
      furthest = Math.max(furthest, Math.abs(reading.at - served.at));
      if (served.at > synchronised) continue;
      corrected++;
      expect(reading).toMatchObject({
        flag: FLAG.good,
        reason: expect.stringMatching(/^time corrected: the clock was set ahead by 2\d{4}(\.\d)? days$/),
      });
    }
  }
  expect(corrected).toBeGreaterThan(16);
  expect(furthest).toBeLessThan(TRUE_MS);
  expect(await started.api.call('quarantine')).toMatchObject({ entries: [] });
  started.say(`${corrected} readings corrected, ${furthest} ms from their true time at most`);
});
