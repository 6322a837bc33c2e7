/** Whatever arrives twice or late changes nothing: each kind is tried with readings by chance. */
import { expect, test } from 'vitest';
import { initialLimitState, type LimitState, limitSchema, limitStateSchema, stepLimit } from '../limit.ts';
import { FLAG, FLAGS } from '../quality.ts';
import { seededRandom } from '../simulator/random.ts';
import type { Judgeable } from './step.ts';

const base = { name: 'x', parameter: 'air_temperature', level: 'warning', quality: 'suspect' };
const LIMITS = [
  { kind: 'high', raise: 30, clear: 28, hold_s: 600, clear_hold_s: 300 },
  { kind: 'low', raise: 20, clear: 22, needed: 2, of: 3 },
  { kind: 'outside', low: 20, high: 30, clear_low: 22, clear_high: 28 },
  { kind: 'rate', raise: 8, clear: 4, within_s: 1800 },
  { kind: 'deviation', raise: 6, clear: 3, mads: 1, needed: 2, of: 3 },
  { kind: 'high', raise: 28, when: { hours: { from: 22, to: 6 } } },
].map((fields) => limitSchema.parse({ ...base, ...fields }));

/** Ten days, a reading in about ten minutes, with holes and bad flags. */
function series(random: () => number): Judgeable[] {
  const readings: Judgeable[] = [];
  let at = Date.parse('2026-03-01T00:00:00+07:00');
  while (readings.length < 1500) {
    at += random() < 0.01 ? 7_200_000 : 540_000 + Math.floor(random() * 120_000);
    const bad = random() < 0.05;
    const flag = bad ? (FLAGS[Math.floor(random() * FLAGS.length)] ?? FLAG.good) : FLAG.good;
    readings.push({ at, value: flag === FLAG.missing ? null : 15 + random() * 20, flag });
  }
  return readings;
}

test.each(LIMITS)(
  '$kind: readings that come twice or late decide nothing more, and a state may rest as JSON',
  (limit) => {
    const random = seededRandom(7);
    const readings = series(random);
    const tell = (reading: Judgeable, state: LimitState) => {
      const step = stepLimit(limit, state, reading);
      const decided = step.kind === 'raised' || step.kind === 'cleared';
      return { state: step.state, told: decided ? [[step.kind, step.at, step.value, step.threshold]] : [] };
    };

    let plain: LimitState = initialLimitState;
    let mixed: LimitState = initialLimitState;
    const toldPlain: unknown[] = [];
    const toldMixed: unknown[] = [];
    for (const [index, reading] of readings.entries()) {
      const once = tell(reading, plain);
      plain = once.state;
      toldPlain.push(...once.told);

      const earlier = readings[Math.floor(random() * (index + 1))] ?? reading;
      for (const given of [reading, reading, earlier]) {
        if (index % 50 === 0) mixed = limitStateSchema.parse(JSON.parse(JSON.stringify(mixed)));
        const step = tell(given, mixed);
        mixed = step.state;
        toldMixed.push(...step.told);
      }
    }
    expect(toldMixed).toEqual(toldPlain);
    expect(mixed).toEqual(plain);
    expect(toldPlain.length).toBeGreaterThan(2);

    const again = readings.flatMap((reading) => tell(reading, plain).told);
    expect(again).toEqual([]);
  },
);
