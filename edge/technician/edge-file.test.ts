import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import { instrumentOf } from './edge-file.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/edge.yaml');
const profiles = loadProfiles();

test('an instrument that is polled is found with its line and points', () => {
  expect(instrumentOf({ edge: EXAMPLE, instrument: 'dust' }, profiles, {})).toMatchObject({
    line: { id: 'cabinet' },
    unit: 87,
  });
});

test('an instrument at a broker cannot be asked, which is said in one sentence', () => {
  expect(() => instrumentOf({ edge: EXAMPLE, instrument: 'weather' }, profiles, {})).toThrow(
    `${EXAMPLE}: "weather" publishes by itself on the MQTT broker of line "lora" and cannot be asked`,
  );
});
