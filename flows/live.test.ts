import { expect, test } from 'vitest';
import { topics } from '../devices/wire/topics.ts';
import { readLive } from './live.ts';

const live = {
  station: 'air-1',
  kind: 'air',
  readings: [{ parameter: 'pm2_5', unit: 'ug/m3', at: 1_000, value: 12, flag: 1, reason: null }],
};
const read = (topic: string, payload: unknown) =>
  readLive(topic, Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)));

test('a live message is read as it stands', () => {
  expect(read(topics.live('air-1'), live)).toEqual(live);
});

test.each([
  ['text that is no JSON', topics.live('air-1'), '{"station":', 'not JSON'],
  ['nothing at all', topics.live('air-1'), '', 'not JSON'],
  ['another topic', topics.flowsStatus, live, 'not a topic of live readings'],
  ['a station under the topic of another', topics.live('air-2'), live, 'names station "air-1"'],
  ['an unknown kind', topics.live('air-1'), { ...live, kind: 'moon' }, 'kind'],
  [
    'an unknown parameter',
    topics.live('air-1'),
    { ...live, readings: [{ ...live.readings[0], parameter: 'x' }] },
    'x',
  ],
  [
    'a value that is text',
    topics.live('air-1'),
    { ...live, readings: [{ ...live.readings[0], value: '12' }] },
    'value',
  ],
])('%s is refused with its reason', (_title, topic, payload, reason) => {
  expect(read(topic, payload)).toContain(reason);
});
