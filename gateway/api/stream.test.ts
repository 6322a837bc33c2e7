import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '../../devices/wire/api.ts';
import { testStation } from '../../test/support/station.ts';
import { Problem } from './problem.ts';
import { createStream, type Stream } from './stream.ts';

class FakeResponse extends EventEmitter {
  text = '';
  writableLength = 0;
  destroyed = false;
  write(text: string): void {
    this.text += text;
  }
  end(): void {
    this.emit('close');
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const known = (id: string, area: string) => ({
  ...testStation({ id, area: { vi: area, en: area }, parameters: [] }),
  edge: 'edge-a',
  parameterIds: new Set<never>(),
});
const stations = [known('s', 'Hòa Vang'), known('other', 'Cẩm Lệ')];
const everywhere: Session = { name: 'lan', role: 'viewer', areas: null };

let stream: Stream;
const connect = (session = everywhere, holds = () => true): FakeResponse => {
  const response = new FakeResponse();
  stream.add(response as unknown as ServerResponse, { session, holds });
  return response;
};
const reading = (value: number, station = 's') => ({
  station,
  parameter: 'ph',
  value,
  unit: 'pH',
  at: 1,
  received_at: 2,
  flag: 1 as const,
  reason: null,
  stale: false,
  level: null,
});

beforeEach(() => {
  vi.useFakeTimers();
  stream = createStream({ get: (id) => stations.find((one) => one.id === id), all: () => [...stations] });
});
afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

test('readings are gathered for a moment, the newest of each series is told', () => {
  const client = connect();
  stream.reading(reading(6));
  stream.reading(reading(7));
  expect(client.text).not.toContain('event: reading');
  vi.advanceTimersByTime(250);
  const [line] = /data: .*/.exec(client.text) ?? [];
  expect(JSON.parse(line?.slice(6) ?? '')).toEqual([reading(7)]);
});

test('a heartbeat tells a quiet field from a dead line', () => {
  const client = connect();
  vi.advanceTimersByTime(30_000);
  expect(client.text.match(/event: heartbeat\n/g)).toHaveLength(3);
});

test('a client that cannot follow is let go, the others go on', () => {
  const slow = connect();
  const good = connect();
  slow.writableLength = 2 * 1024 * 1024;
  vi.advanceTimersByTime(10_000);
  expect(slow.destroyed).toBe(true);
  expect(stream.size).toBe(1);
  expect(good.text).toContain('heartbeat');
});

test('who is limited to areas hears of their stations only', () => {
  const narrow = connect({ ...everywhere, areas: ['Hòa Vang'] });
  const wide = connect();
  const station = (id: string) => stations.find((one) => one.id === id) as never;
  stream.reading(reading(6));
  stream.reading(reading(7, 'other'));
  vi.advanceTimersByTime(250);
  stream.reading(reading(8, 'other'));
  vi.advanceTimersByTime(250);
  stream.send('station', station('other'));
  stream.send('station', station('s'));
  stream.send('alert', { station: 'other', evidence: [] } as never);
  stream.send('alert', { station: '', about: { kind: 'flows', id: 'flows' }, evidence: [] } as never);
  stream.send('alert', { station: '', about: { kind: 'edge', id: 'edge-a' }, evidence: [] } as never);
  expect(narrow.text).not.toContain('other');
  expect(narrow.text).not.toContain('flows');
  expect(narrow.text.match(/event: \w+/g)).toEqual(['event: reading', 'event: station', 'event: alert']);
  expect(wide.text.match(/event: \w+/g)).toHaveLength(7);
});

test('a stream ends within a second when its login is not what it was', () => {
  let holds = true;
  const client = connect(everywhere, () => holds);
  vi.advanceTimersByTime(5000);
  expect(stream.size).toBe(1);
  holds = false;
  vi.advanceTimersByTime(1000);
  expect(stream.size).toBe(0);
  const before = client.text;
  stream.reading(reading(9));
  vi.advanceTimersByTime(10_000);
  expect(client.text).toBe(before);
});

test('no user takes the places of the others', () => {
  for (let n = 0; n < 50; n++) connect();
  expect(() => stream.admit('lan')).toThrow(Problem);
  expect(() => stream.admit('minh')).not.toThrow();
});
