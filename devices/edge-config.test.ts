import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configText, mergeEdgeFile, ownFault, type Settings, splitEdgeFile } from './edge-config.ts';
import { jsonHash } from './kit/json-hash.ts';

const FILE = {
  id: 'hop-1',
  data_dir: '/var/lib/quantrac',
  log_level: 'info',
  uplink: { url: 'mqtt://centre', password: 'secret-of-the-box' },
  outbox_hours: 48,
  lines: [
    { id: 'bus', mode: 'rtu', path: '/dev/ttyS1', serial: '9600 8N1' },
    { id: 'local', mode: 'mqtt', url: 'mqtt://127.0.0.1', username: 'edge', password: 'secret-of-the-line' },
  ],
  stations: [{ id: 'cau-do' }],
} satisfies Settings;

test('what is the box’s own stays, and comes back at its place', () => {
  const { own, config } = splitEdgeFile(FILE);
  expect(configText(config)).not.toMatch(/secret|hop-1|data_dir|log_level|uplink/);
  expect(Object.keys(config)).toEqual(['outbox_hours', 'lines', 'stations']);
  expect(mergeEdgeFile(own, config)).toEqual(FILE);
});

test('the text says what the configuration says', () => {
  const { config } = splitEdgeFile(FILE);
  expect(parse(configText(config))).toEqual(config);
});

test('a password goes to the line that has its id, wherever that stands, and to no other', () => {
  const { own } = splitEdgeFile(FILE);
  const lines = [
    { id: 'local', mode: 'mqtt', url: 'mqtt://elsewhere' },
    { id: 'new', mode: 'mqtt' },
  ];
  expect(mergeEdgeFile(own, { lines }).lines).toEqual([
    { ...lines[0], password: 'secret-of-the-line' },
    lines[1],
  ]);
});

test('the own settings win, and a configuration that has them is named', () => {
  const { own, config } = splitEdgeFile(FILE);
  expect(mergeEdgeFile(own, { ...config, id: 'hop-2' }).id).toBe('hop-1');
  expect(ownFault(config)).toBeNull();
  expect(ownFault({ ...config, uplink: {} })).toMatch(/^uplink: stays/);
  expect(ownFault({ lines: [{ id: 'local', password: 'x' }] })).toMatch(/^line local, password: stays/);
});

test('one configuration has one hash, however it is spelled', () => {
  const { config } = splitEdgeFile(FILE);
  const turned = Object.fromEntries(Object.entries(config).reverse());
  expect(jsonHash(turned)).toBe(jsonHash(config));
  expect(jsonHash({ ...config, outbox_hours: 49 })).not.toBe(jsonHash(config));
  expect(jsonHash(config)).toMatch(/^[A-Za-z0-9_-]{43}$/);
});
