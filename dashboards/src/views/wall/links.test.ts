import { expect, test } from 'vitest';
import type { AlertAnswer, LatestReading, StationAnswer } from '../../../../devices/wire/api.ts';
import type { StationState } from '../../judge.ts';
import { edgeLinks, linkState, type SeenStation } from './links.ts';

const seen = (edge: string, state: StationState, readings: Partial<LatestReading>[] = []): SeenStation => ({
  station: { id: `${edge}-${state}`, edge, status: state === 'silent' ? 'silent' : 'live' } as StationAnswer,
  state,
  readings: new Map(readings.map((reading, index) => [String(index), reading as LatestReading])),
});
const away = (id: string, opened_at: number) =>
  ({ about: { kind: 'edge', id }, opened_at }) as unknown as AlertAnswer;

test('an edge is as its stations are, and what the gateway misses comes first', () => {
  const links = edgeLinks(
    [seen('b', 'ok'), seen('b', 'silent'), seen('a', 'ok'), seen('c', 'ok'), seen('d', 'silent')],
    [away('c', 7)],
  );
  expect(links.map((link) => [link.name, linkState(link), link.silent, link.stations])).toEqual([
    ['c', 'away', 0, 1],
    ['b', 'partly', 1, 2],
    ['d', 'away', 1, 1],
    ['a', 'well', 0, 1],
  ]);
  expect(links[0]?.awaySince).toBe(7);
});

test('its newest word is the newest that was measured: what is derived comes of silent stations, too', () => {
  const [link] = edgeLinks(
    [
      seen('a', 'ok', [
        { parameter: 'pm2_5', at: 1000 },
        { parameter: 'vn_aqi', at: 9000 },
      ]),
      seen('a', 'notice', [{ parameter: 'ph', at: 2000 }]),
    ],
    [],
  );
  expect(link?.newestAt).toBe(2000);
  expect(edgeLinks([seen('a', 'new')], [])[0]?.newestAt).toBeNull();
});
