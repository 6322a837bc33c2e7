import { expect, test } from 'vitest';
import { parseRecording } from './recording.ts';
import { replayTime, valueAt } from './replay.ts';

const recording = parseRecording(
  'test',
  [
    'time [ISO 8601 UTC-05:00],level [m],wind_direction [deg],level_flag',
    '2020-01-01T00:00:00-05:00,1,350,0',
    '2020-01-01T01:00:00-05:00,2,10,0',
    '2020-01-01T02:00:00-05:00,,20,-2',
    '2020-01-01T03:00:00-05:00,4,30,0',
    '2020-01-01T06:00:00-05:00,7,60,0',
  ].join('\n'),
);
const clockTime = (hour: number) => Date.UTC(2020, 0, 1) + hour * 3_600_000;
const column = (name: string) => recording.columns.get(name) ?? new Float64Array();
const level = (hour: number) => valueAt(recording, column('level'), clockTime(hour));

test('column names are without their units, and clock times without their offset', () => {
  expect([...recording.columns.keys()]).toEqual(['level', 'wind_direction', 'level_flag']);
  expect(recording.times[1]).toBe(clockTime(1));
});

test('between two neighbours the value is on a straight line', () => {
  expect(level(0)).toBe(1);
  expect(level(0.25)).toBe(1.25);
});

test('an absent value is null for its step, and the one before it is held', () => {
  expect(level(1.5)).toBe(2);
  expect(level(2)).toBeNull();
  expect(level(2.9)).toBeNull();
});

test('a gap of rows is a gap: the last value holds for its own step', () => {
  expect(level(3.9)).toBe(4);
  expect(level(4)).toBeNull();
  expect(level(5.9)).toBeNull();
  expect(level(6)).toBe(7);
});

test('at the end it runs on into the beginning', () => {
  expect(level(6.5)).toBe(4);
});

test('a direction turns the short way round', () => {
  const direction = (hour: number) =>
    valueAt(recording, column('wind_direction'), clockTime(hour), 'direction');
  expect(direction(0.25)).toBe(355);
  expect(direction(0.75)).toBe(5);
  expect(direction(1.5)).toBe(15);
});

test('the replay begins at the present time of day in Vietnam and runs at its speed', () => {
  // 20:00 UTC is 03:00 in Vietnam.
  const startedAt = Date.UTC(2026, 5, 1, 20);
  const at = (seconds: number, speed: number, start?: number) =>
    replayTime(recording, start, { startedAt, speed }, startedAt + seconds * 1000);
  expect(at(0, 1)).toBe(clockTime(3));
  expect(at(60, 60)).toBe(clockTime(4));
  expect(at(0, 1, clockTime(0))).toBe(clockTime(3));
  // Seven hours of recording: after hour 6 and its step comes hour 0.
  expect(at(3600, 4)).toBe(clockTime(0));
  expect(at(3600, 5)).toBe(clockTime(1));
});

test('a file without times cannot be replayed', () => {
  expect(() => parseRecording('daily', 'region,date\na,2020-01-01\n')).toThrow(
    'recording "daily" cannot be replayed',
  );
});
