import { expect, test } from 'vitest';
import type { Reading } from '../../devices/reading.ts';
import { systemClock } from '../clock.ts';
import { createEffects } from './effects.ts';

const effect = { parameter: 'water_level', min: 1, max: 2, within_s: 60 } as const;
const reading = (value: number | null, over: object = {}): Reading =>
  ({
    station: 'tram',
    parameter: 'water_level',
    at: systemClock.now() + 1,
    value,
    flag: 1,
    reason: null,
    ...over,
  }) as Reading;

test('only a good reading of this place, within the band and read after the write, is the effect', async () => {
  const effects = createEffects(systemClock);
  const seen = effects.seen('tram', effect);
  effects.readings([
    reading(1.5, { at: systemClock.now() - 1000 }),
    reading(1.5, { station: 'other' }),
    reading(1.5, { parameter: 'ph' }),
    reading(1.5, { flag: 4 }),
    reading(null, { flag: 9 }),
    reading(0.9),
    reading(2.1),
  ]);
  effects.readings([reading(1.7), reading(1.8)]);
  expect(await seen).toBe(1.7);
});

test('nothing is waited for when the edge stops', async () => {
  const effects = createEffects(systemClock);
  const seen = effects.seen('tram', effect);
  effects.close();
  expect(await seen).toBeNull();
});
