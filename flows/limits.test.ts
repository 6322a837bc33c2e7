import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Limit } from '../devices/limit.ts';
import { topics } from '../devices/wire/topics.ts';
import { createCentreLimits } from './limits.ts';
import { openLink } from './link.ts';
import { startBroker } from './test-broker.ts';

const hot: Limit = {
  name: 'hot',
  parameter: 'air_temperature',
  kind: 'high',
  raise: 40,
  level: 'warning',
  quality: 'good',
  hold_s: 0,
  clear_hold_s: 0,
};
const TOPIC = topics.limits('post-1');
const message = (version: number, ...limits: object[]) => ({ version, at: version * 1000, limits });
const bytes = (body: object) => new TextEncoder().encode(JSON.stringify(body));

test('the newest limits of a station hold', () => {
  const limits = createCentreLimits();
  expect(limits.of('post-1')).toEqual([]);
  expect(limits.take(TOPIC, bytes(message(1, hot)))).toBeNull();
  expect([limits.of('post-1'), limits.of('post-2')]).toEqual([[hot], []]);
  expect(limits.take(TOPIC, bytes(message(2)))).toBeNull();
  expect(limits.of('post-1')).toEqual([]);
});

test.each([
  ['no JSON', new TextEncoder().encode('hot'), 'not JSON'],
  ['a wrong limit', bytes(message(2, { ...hot, clear: 50 })), 'limits.0.clear: '],
])('%s is refused, those before stay', (_, payload, words) => {
  const limits = createCentreLimits();
  limits.take(TOPIC, bytes(message(1, hot)));
  expect(limits.take(TOPIC, payload)).toContain(words);
  expect(limits.of('post-1')).toEqual([hot]);
});

test('the link hears them, and says what is broken', async () => {
  const centre = await startBroker();
  onTestFinished(() => centre.close());
  const lines: { msg: string }[] = [];
  const link = openLink({
    url: centre.url,
    username: 'flows',
    password: 'secret-of-flows',
    log: pino({}, { write: (line: string) => lines.push(JSON.parse(line)) }),
    now: () => 42,
  });
  onTestFinished(() => link.stop());
  await link.settled;
  await centre.publish(TOPIC, message(1, hot));
  await vi.waitFor(() => expect(link.limitsOf('post-1')).toEqual([hot]));
  await centre.publish(TOPIC, 'no json');
  await vi.waitFor(() => expect(lines.map(({ msg }) => msg)).toContain('limits refused, those before stay'));
  expect(link.limitsOf('post-1')).toEqual([hot]);
});
