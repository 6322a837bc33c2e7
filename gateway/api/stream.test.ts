import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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

let stream: Stream;
const connect = (): FakeResponse => {
  const response = new FakeResponse();
  stream.add(response as unknown as ServerResponse);
  return response;
};
const reading = (value: number) => ({
  station: 's',
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
  stream = createStream();
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
