import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStream, type Source, type Stream } from './stream.ts';

class FakeSource implements Source {
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  readonly #listeners = new Map<string, (event: { readonly data: string }) => void>();
  addEventListener(type: string, listener: (event: { readonly data: string }) => void): void {
    this.#listeners.set(type, listener);
  }
  send(type: string, data: unknown): void {
    this.#listeners.get(type)?.({ data: JSON.stringify(data) });
  }
  close(): void {
    this.closed = true;
  }
}

let sources: FakeSource[];
let told: string[];
let stream: Stream;
const last = (): FakeSource => sources[sources.length - 1] as FakeSource;

beforeEach(() => {
  vi.useFakeTimers();
  sources = [];
  told = [];
  stream = openStream(
    () => {
      const source = new FakeSource();
      sources.push(source);
      return source;
    },
    {
      opened: () => told.push('opened'),
      lost: () => told.push('lost'),
      readings: (news) => told.push(`readings ${news.length}`),
      alert: ({ id }) => told.push(`alert ${id}`),
      station: ({ id }) => told.push(`station ${id}`),
      heartbeat: () => {},
    },
  );
});

afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

test('events are handed on as they come', () => {
  last().onopen?.();
  last().send('reading', [{}, {}]);
  last().send('alert', { id: 'a' });
  last().send('station', { id: 's' });
  expect(told).toEqual(['opened', 'readings 2', 'alert a', 'station s']);
});

test('a lost stream is opened again after pauses that grow', () => {
  last().onopen?.();
  last().onerror?.();
  expect(last().closed).toBe(true);
  vi.advanceTimersByTime(999);
  expect(sources).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(sources).toHaveLength(2);
  last().onerror?.();
  vi.advanceTimersByTime(1999);
  expect(sources).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(sources).toHaveLength(3);
  last().onopen?.();
  expect(told).toEqual(['opened', 'lost', 'lost', 'opened']);
});

test('the pause starts small again after a success', () => {
  for (let i = 0; i < 4; i++) {
    last().onerror?.();
    vi.advanceTimersByTime(15_000);
  }
  last().onopen?.();
  const count = sources.length;
  last().onerror?.();
  vi.advanceTimersByTime(1000);
  expect(sources).toHaveLength(count + 1);
});

test('a stream without a heartbeat for 25 seconds is lost and opened anew, a quiet one with heartbeats is not', () => {
  last().onopen?.();
  for (let i = 0; i < 6; i++) {
    vi.advanceTimersByTime(10_000);
    last().send('heartbeat', {});
  }
  expect(told).toEqual(['opened']);
  vi.advanceTimersByTime(24_999);
  expect(told).toEqual(['opened']);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['opened', 'lost']);
  vi.advanceTimersByTime(1000);
  expect(sources).toHaveLength(2);
});

test('an attempt that neither opens nor fails within 10 seconds counts as lost', () => {
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual(['lost']);
  vi.advanceTimersByTime(1000);
  expect(sources).toHaveLength(2);
});

test('a person who does not want to wait gets the next attempt at once', () => {
  last().onerror?.();
  stream.retry();
  stream.retry();
  expect(sources).toHaveLength(2);
});

test('after stop nothing more happens', () => {
  last().onerror?.();
  stream.stop();
  vi.advanceTimersByTime(60_000);
  expect(sources).toHaveLength(1);
  expect(told).toEqual(['lost']);
});

test('what a source says after it was given up is not heard', () => {
  const old = last();
  old.onerror?.();
  vi.advanceTimersByTime(1000);
  old.send('reading', [{}]);
  expect(told).toEqual(['lost']);
});
