import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { qualitySettingsSchema } from './settings.ts';

const read = (yaml: string) => qualitySettingsSchema.safeParse(parse(yaml));

test('an edge file may narrow, change or leave out the tests of each parameter', () => {
  const yaml = `
    pm2_5: { range: [0, 150], spike: 80, flat: { seconds: 7200, tolerance: 0.5 } }
    air_temperature: { rate_per_min: off, flat: off }`;
  expect(read(yaml).data).toEqual({
    pm2_5: { range: [0, 150], spike: 80, flat: { seconds: 7200, tolerance: 0.5 } },
    air_temperature: { rate_per_min: 'off', flat: 'off' },
  });
});

test.each([
  ['pm25: { spike: 5 }', /pm25/],
  ['pm2_5: { range: [5, 5] }', /the first number must be below the second/],
  ['pm2_5: { spikes: 5 }', /spikes/],
  ['pm2_5: { flat: { seconds: 600, tolerance: 0 } }', /expected number to be >0/],
])('%s is refused', (yaml, reason) => {
  expect(read(yaml).error?.message).toMatch(reason);
});
