import { expect, test } from 'vitest';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import { forbiddenUnits } from './identity.ts';
import { DEFAULT_SERIAL, parseSettings } from './serial.ts';
import { parseUnits } from './units.ts';

test('units are numbers and ranges, each asked once, in ascending order', () => {
  expect(parseUnits('1-3, 246-247,2')).toEqual([1, 2, 3, 246, 247]);
});

test.each(['0', '248', '5-1', 'all', '', '1-', '1,,2', '-3'])('"%s" is refused as units', (text) => {
  expect(() => parseUnits(text)).toThrow(/^--units: ".*" must be a unit id or a range within 1 to 247/);
});

test("the flame detector's unit is known as one that must not be scanned", () => {
  expect(forbiddenUnits(loadProfiles().values()).get(247)?.id).toBe('esp-safety-ipes');
});

test('serial settings are listed, or all that instruments are known to leave the factory with', () => {
  expect(parseSettings('9600 8n1, 4800  8N1,9600 8N1', [])).toEqual(['9600 8N1', '4800 8N1']);
  const all = parseSettings('all', loadProfiles().values());
  expect(all[0]).toBe(DEFAULT_SERIAL);
  for (const { link } of loadProfiles().values())
    if (link.serial !== undefined) expect(all).toContain(link.serial);
  expect(new Set(all).size).toBe(all.length);
});

test.each(['9600', '9600 7E1', '9600 8N3', 'fast', ''])('"%s" is refused as a serial setting', (text) => {
  expect(() => parseSettings(text, [])).toThrow(/^--settings: ".*" must look like "9600 8N1", or be "all"$/);
});
