import { expect, test } from 'vitest';
import { asExtra } from '../../devices/extra.ts';
import { FLAG, missing } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { createCapture } from './capture.ts';

let ticks = 0;
const reading = (over: Partial<Reading> = {}): Reading => ({
  station: 'cau-do',
  parameter: 'pm2_5',
  at: 0,
  value: 12,
  flag: FLAG.good,
  reason: null,
  ...over,
});
const gone = (): Reading => reading(missing('no answer'));

test('what is flagged came, what is missing was due only, what is beside those due counts for nothing', () => {
  ticks = 0;
  const capture = createCapture(() => ticks);
  ticks = 6000;
  capture.take([reading(), reading({ flag: FLAG.fail }), gone(), asExtra(reading())]);
  expect(capture.present([]).captured).toEqual({ 'cau-do': { pm2_5: { came: 2, due: 3 } } });
});

test('while connections are being made nothing is missing yet', () => {
  ticks = 0;
  const capture = createCapture(() => ticks);
  ticks = 4000;
  capture.take([gone(), reading()]);
  expect(capture.present([]).captured).toEqual({ 'cau-do': { pm2_5: { came: 1, due: 1 } } });
});

test('what is older than five minutes is forgotten, also how busy a line was', () => {
  ticks = 0;
  const capture = createCapture(() => ticks);
  for (let second = 0; second < 600; second++) {
    ticks = second * 1000;
    if (second >= 10) capture.take([second < 300 ? gone() : reading()]);
    capture.tick([{ id: 'bus', busyMs: second < 300 ? ticks : 300_000 }]);
  }
  const { captured, busy } = capture.present([{ id: 'bus', busyMs: 300_000 }]);
  expect(captured['cau-do']?.pm2_5?.due).toBeLessThanOrEqual(300);
  expect(captured['cau-do']?.pm2_5?.came).toBe(captured['cau-do']?.pm2_5?.due);
  expect(busy.bus).toBe(0);
});
