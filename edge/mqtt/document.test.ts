/** The examples that docs/mqtt-instruments.md shows technicians are read by the product. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { edgeFileFaults } from '../../devices/edge-file-check.ts';
import { MQTT_FORMATS } from '../../devices/mqtt-instrument.ts';
import { edgeFileSchema } from '../../devices/station.ts';
import { INSTRUMENT_LIMIT, MOST_BYTES } from './inbox.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/mqtt-instruments.md'), 'utf8');
const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => parse(yaml ?? ''));
const [{ lines }, ...lists] = blocks as [{ lines: object[] }, ...{ format: string }[][]];
const instruments = lists.flat();

test.each(instruments)('the example of $format is good', (instrument) => {
  const file = edgeFileSchema.parse({
    id: 'hop',
    data_dir: 'data',
    uplink: { url: 'mqtt://127.0.0.1', password: 'x' },
    lines,
    stations: [
      {
        id: 'one',
        kind: 'weather',
        name: { vi: 'a', en: 'a' },
        area: { vi: 'a', en: 'a' },
        latitude: 16,
        longitude: 108,
        instruments: [instrument],
      },
    ],
  });
  expect([...edgeFileFaults(file, new Map())]).toEqual([]);
});

test('every format has its example, and the bounds are those of the product', () => {
  const shown = instruments.map(({ format }) => format);
  expect([...shown, 'json'].sort()).toEqual([...MQTT_FORMATS].sort());
  expect(text).toContain(`over ${MOST_BYTES / 1024} kB`);
  expect(text).toContain(
    `more than ${INSTRUMENT_LIMIT.perSecond}\nmessages a second (${INSTRUMENT_LIMIT.burst} at once)`,
  );
});
