import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AlertAnswer, StationAnswer } from '../../devices/wire/api.ts';
import { ApiFault } from './api.ts';
import { startLive } from './live.ts';
import type { StationReading } from './merge.ts';
import { alert, NOW, reading, station } from './samples.ts';
import {
  alertList,
  announcement,
  clearState,
  heardAt,
  link,
  loaded,
  readingsOf,
  showAnswer,
  stations,
} from './state.ts';
import type { Source, Stream } from './stream.ts';

const listeners = new Map<string, (event: { readonly data: string }) => void>();
const source: Source = {
  onopen: null,
  onerror: null,
  addEventListener: (type, listener) => listeners.set(type, listener),
  close: () => {},
};
const send = (type: string, data: unknown) => listeners.get(type)?.({ data: JSON.stringify(data) });
const ph = (value: number, at: number): StationReading => ({
  ...reading('ph', { value, at }),
  station: 'ho-1',
});

let answer: { stations: StationAnswer[]; latest: StationReading[]; alerts: AlertAnswer[] };
let fault: ApiFault | null;
let answerAfterMs: number;
let loggedOut: number;
let live: Stream;

const give = async <T>(value: () => T): Promise<T> => {
  if (fault) throw fault;
  const own = value();
  if (answerAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, answerAfterMs));
  return own;
};
const settle = () => vi.advanceTimersByTimeAsync(0);
const shown = () => vi.advanceTimersByTimeAsync(200);

beforeEach(() => {
  vi.useFakeTimers();
  clearState();
  answer = { stations: [station('ho-1')], latest: [ph(7, NOW)], alerts: [] };
  fault = null;
  answerAfterMs = 0;
  loggedOut = 0;
  live = startLive({
    api: {
      stations: () => give(() => answer.stations),
      latest: () => give(() => answer.latest),
      openAlerts: () => give(() => answer.alerts),
    },
    connect: () => source,
    announce: ({ id }) => `new ${id}`,
    loggedOut: () => {
      loggedOut += 1;
    },
  });
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

test('once the stream is open everything is loaded and live', async () => {
  expect(loaded.value).toBe('first');
  source.onopen?.();
  await settle();
  expect([loaded.value, link.value]).toEqual(['ready', 'live']);
  expect(stations.value.get('ho-1')?.name.vi).toBe('Trạm ho-1');
  expect(readingsOf('ho-1').value.get('ph')?.value).toBe(7);
});

test('news that comes while an answer is awaited wins over that answer, however late it is', async () => {
  answerAfterMs = 1000;
  answer.alerts = [alert('1')];
  source.onopen?.();
  send('reading', [ph(8, NOW + 1000)]);
  send('alert', alert('1', { state: 'acknowledged', acknowledged_by: 'lan' }));
  await vi.advanceTimersByTimeAsync(1000);
  expect(readingsOf('ho-1').value.get('ph')?.value).toBe(8);
  expect(alertList.value.map((one) => one.acknowledged_by)).toEqual(['lan']);
});

test('an alert that the stream cleared while an answer about it was awaited stays gone', async () => {
  answer.alerts = [alert('1'), alert('2')];
  source.onopen?.();
  await settle();
  const late = Promise.withResolvers<AlertAnswer>();
  const asked = ['1', '2'].map((id) =>
    showAnswer(
      id,
      late.promise.then((one) => ({ ...one, id })),
    ),
  );
  send('alert', alert('1', { state: 'cleared', cleared_at: NOW }));
  await shown();
  late.resolve(alert('1', { state: 'acknowledged', acknowledged_by: 'lan' }));
  await Promise.all(asked);
  expect(alertList.value.map(({ id, acknowledged_by }) => [id, acknowledged_by])).toEqual([['2', 'lan']]);
});

test('news is shown within a fifth of a second', async () => {
  source.onopen?.();
  await settle();
  send('reading', [ph(8, NOW + 1000)]);
  send('station', station('ho-2'));
  await shown();
  expect(readingsOf('ho-1').value.get('ph')?.value).toBe(8);
  expect(stations.value.size).toBe(2);
});

test('a quiet field is heard by its heartbeat: what is shown is as old as that', async () => {
  source.onopen?.();
  await settle();
  const before = heardAt.value;
  await vi.advanceTimersByTimeAsync(10_000);
  send('heartbeat', {});
  expect(heardAt.value - before).toBe(10_000);
});

test('only a critical alert that is new after the first load is announced', async () => {
  answer.alerts = [alert('1', { level: 'critical' })];
  source.onopen?.();
  await settle();
  expect(announcement.value).toBe('');
  send('alert', alert('2', { level: 'warning' }));
  send('alert', alert('3', { level: 'critical' }));
  await shown();
  expect(announcement.value).toBe('new 3');
});

test('a critical alert that opened while the stream was lost is announced after it', async () => {
  source.onopen?.();
  await settle();
  fault = new ApiFault('away', 0, 'no answer');
  source.onerror?.();
  await settle();
  expect([link.value, loaded.value]).toEqual(['lost', 'ready']);
  fault = null;
  answer.alerts = [alert('1', { level: 'critical' })];
  await vi.advanceTimersByTimeAsync(1000);
  source.onopen?.();
  await settle();
  expect(announcement.value).toBe('new 1');
  expect(link.value).toBe('live');
});

test('where only the stream is broken the screen is fed but says that it is not live', async () => {
  source.onerror?.();
  await settle();
  expect([link.value, loaded.value]).toEqual(['lost', 'ready']);
  expect(stations.value.size).toBe(1);
});

test('a gateway that never answered shows a failure and is tried again', async () => {
  fault = new ApiFault('failed', 500, 'store is away');
  source.onopen?.();
  await settle();
  expect(loaded.value).toBe('failed');
  fault = null;
  await vi.advanceTimersByTimeAsync(5000);
  expect([link.value, loaded.value]).toEqual(['live', 'ready']);
});

test('a session that has ended leads to the login', async () => {
  fault = new ApiFault('unauthorised', 401, 'log in');
  source.onerror?.();
  await settle();
  expect(loggedOut).toBe(1);
});
