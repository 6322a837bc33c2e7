import { expect, test } from 'vitest';
import { fitting } from '../../devices/rules/node-config.ts';
import type { Live } from '../../devices/wire/messages.ts';
import { NO_LINK } from './contract.ts';
import { startReadings } from './readings.ts';
import { testLink, testNode } from './test-node.ts';

const live: Live = {
  station: 'air-1',
  kind: 'air',
  readings: [
    { parameter: 'pm2_5', unit: 'ug/m3', at: 1_000, value: 12, flag: 1, reason: null },
    { parameter: 'co', unit: 'ug/m3', at: 1_000, value: null, flag: 9, reason: 'no answer' },
  ],
};

test.each([
  ['nothing asked', {}, ['pm2_5', 'co']],
  ['empty fields', { kind: '', station: '', parameter: '' }, ['pm2_5', 'co']],
  ['its kind', { kind: 'air' }, ['pm2_5', 'co']],
  ['another kind', { kind: 'water' }, []],
  ['its station', { station: 'air-1' }, ['pm2_5', 'co']],
  ['another station', { station: 'air-2' }, []],
  ['one parameter', { kind: 'air', parameter: 'co' }, ['co']],
  ['a parameter that is not there', { parameter: 'ph' }, []],
])('with %s the fitting readings pass', (_title, config, parameters) => {
  expect(fitting(config, live).map(({ parameter }) => parameter)).toEqual(parameters);
});

test('each reading becomes a message of its own with station, kind and quality', () => {
  const { node, sent } = testNode();
  const { link, give } = testLink();
  startReadings(node, { kind: 'air', station: ' air-1 ' }, link);
  give(live);
  expect(sent).toEqual([
    { topic: 'air-1/pm2_5', payload: { station: 'air-1', kind: 'air', ...live.readings[0] } },
    { topic: 'air-1/co', payload: { station: 'air-1', kind: 'air', ...live.readings[1] } },
  ]);
});

test('the status tells a lost connection at once and counts once a second', () => {
  const { node, statuses } = testNode();
  const { link, give, become } = testLink();
  let time = 0;
  startReadings(node, {}, link, () => time);
  for (let message = 0; message < 50; message++) {
    give(live);
    time += 100;
  }
  expect(statuses.length).toBeLessThanOrEqual(6);
  give(live);
  expect(statuses.at(-1)).toEqual({ fill: 'green', shape: 'dot', text: '102' });
  become({ connected: false });
  expect(statuses.at(-1)).toEqual({ fill: 'yellow', shape: 'ring', text: 'status.away' });
  become({ connected: true, malformed: 3 });
  expect(statuses.at(-1)).toEqual({ fill: 'yellow', shape: 'dot', text: '102 · ✗ 3' });
});

test('a closed node hears nothing more', () => {
  const { node, sent, close } = testNode();
  const { link, give, listeners } = testLink();
  startReadings(node, {}, link);
  close();
  give(live);
  expect(sent).toEqual([]);
  expect(listeners()).toBe(0);
});

test('without a link the node says what is missing', () => {
  const { node, statuses } = testNode();
  startReadings(node, {}, undefined);
  expect(statuses).toEqual([NO_LINK]);
});
