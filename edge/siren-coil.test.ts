import { expect, test } from 'vitest';
import { sirenSchema } from '../devices/siren.ts';
import { silentLog } from './rig.ts';
import { createSirenCoil } from './siren-coil.ts';
import { createDemand } from './siren-demand.ts';

/** A siren on a module of one coil that always answers, and a time that a test moves. */
function siren(over: object = {}, before: readonly string[] = []) {
  const settings = sirenSchema.parse({ id: 'horn', line: 'mast', unit: 9, coil: 16, on: ['fire'], ...over });
  let now = 0;
  let on = false;
  const told: string[] = [];
  const demand = createDemand(settings, before, now);
  const coil = createSirenCoil({
    siren: settings,
    demand,
    clock: { ticks: () => now },
    log: silentLog,
    pauseMs: 0,
    tried: () => {},
  });
  return {
    told,
    take: (state: 'raised' | 'cleared', limit = 'fire') =>
      demand.take({ parameter: 'fire_detection', limit, state }, now),
    losePower: () => {
      on = false;
    },
    state: coil.state,
    /** Runs whatever is due until then. */
    async passTo(ms: number): Promise<void> {
      while (coil.dueAt() <= ms) {
        now = Math.max(now, coil.dueAt());
        await coil.run({
          ask: async () => {
            told.push(`${now} reads ${on}`);
            return { kind: 'words', words: [Number(on)] };
          },
          write: async ({ value }) => {
            on = value === 1;
            told.push(`${now} writes ${on}`);
            return { kind: 'done' };
          },
        });
      }
      now = ms;
    },
    writes: () => told.filter((line) => line.includes('writes')),
  };
}

test('each change is written and read back, then looked at now and then', async () => {
  const horn = siren();
  await horn.passTo(1000);
  horn.take('raised');
  await horn.passTo(12_000);
  expect(horn.told).toEqual([
    '0 writes false',
    '0 reads false',
    '1000 writes true',
    '1000 reads true',
    '11000 reads true',
  ]);
  expect(horn.state()).toEqual({ wanted: true, confirmed: true, error: null });
});

test('a module that lost its power is told again', async () => {
  const horn = siren();
  horn.take('raised');
  await horn.passTo(1000);
  horn.losePower();
  await horn.passTo(12_000);
  expect(horn.writes()).toEqual(['0 writes true', '10000 writes true']);
});

test('it sounds at least and at most so long, and anew for what is raised anew', async () => {
  const horn = siren({ on: ['fire', 'fire-suspected'], min_s: 10, max_s: 60 });
  await horn.passTo(1000);
  horn.take('raised', 'fire-suspected');
  await horn.passTo(2000);
  horn.take('cleared', 'fire-suspected');
  await horn.passTo(20_000);
  expect(horn.writes()).toEqual(['0 writes false', '1000 writes true', '11000 writes false']);
  horn.take('raised', 'fire-suspected');
  await horn.passTo(50_000);
  horn.take('raised', 'fire');
  await horn.passTo(200_000);
  expect(horn.writes().slice(3)).toEqual(['20000 writes true', '110000 writes false']);
  // It was said before, and goes on: nothing new.
  horn.take('raised', 'fire');
  await horn.passTo(210_000);
  expect(horn.state().wanted).toBe(false);
});

test('of two limits one that clears does not silence the other', async () => {
  const horn = siren({ on: ['fire', 'smoke'], min_s: 0 });
  horn.take('raised', 'fire');
  horn.take('raised', 'smoke');
  horn.take('cleared', 'smoke');
  expect(horn.state().wanted).toBe(true);
  horn.take('cleared', 'fire');
  expect(horn.state().wanted).toBe(false);
  expect(horn.take('raised', 'another')).toBe(false);
});

test('what a restart knows counts only for limits that it still listens to', () => {
  expect(siren({}, ['fire_detection/fire']).state().wanted).toBe(true);
  expect(siren({}, ['fire_detection/fire-suspected']).state().wanted).toBe(false);
});
