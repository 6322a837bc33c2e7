import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HTTP_ROWS, httpRow } from './http-rows.ts';
import { MQTT_ROWS } from './mqtt-rows.ts';
import { accessJson, accessMarkdown, accessText } from './print.ts';

test('docs/access.md is what the table says: quantrac access --markdown > docs/access.md', () => {
  const file = join(import.meta.dirname, '../../docs/access.md');
  expect(readFileSync(file, 'utf8')).toBe(accessMarkdown());
});

test('each right has one row, and each is in the printed table', () => {
  const names = HTTP_ROWS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(httpRow(name)?.name).toBe(name);
  expect(accessText('http').split('\n')).toHaveLength(HTTP_ROWS.length + 1);
  expect(accessText('mqtt').split('\n')).toHaveLength(MQTT_ROWS.length + 1);
  expect(JSON.parse(accessJson())).toEqual({ http: HTTP_ROWS, mqtt: MQTT_ROWS });
});
