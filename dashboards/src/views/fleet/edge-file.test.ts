import { expect, test } from 'vitest';
import { readEdgeFile } from './edge-file.ts';

const FILE = `# tủ Hòa Vang
id: hop-hoa-vang # tên
data_dir: /var/lib/quantrac
uplink:
  url: mqtts://gateway
  password: bi-mat

  topic: x
lines:
  - id: rs485-1
    port: /dev/ttyS1
    password: cua-duong
stations:
  - id: cau-do
    name: { vi: 'password: không phải', en: x }
log_level: debug
`;

test('whose file it is is read, and what is the box’s own does not leave', () => {
  const { edge, config } = readEdgeFile(FILE);
  expect(edge).toBe('hop-hoa-vang');
  for (const own of ['bi-mat', 'cua-duong', 'data_dir', 'uplink', 'log_level', 'topic: x'])
    expect(config).not.toContain(own);
  expect(config).toContain('lines:\n  - id: rs485-1\n    port: /dev/ttyS1\nstations:\n  - id: cau-do\n');
  expect(config).toContain('password: không phải');
});

test.each([
  ['id: "hop-1"\r\nlines: []\r\n', 'hop-1'],
  ['lines: []\n', null],
  ['id: Hop 1\n', null],
])('of %j the edge is %s', (text, edge) => {
  expect(readEdgeFile(text).edge).toBe(edge);
});
