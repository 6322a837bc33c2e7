/** Answers for tests, each with only what its test is about told apart. */
import type { AlertAnswer, LatestReading, StationAnswer } from '../../devices/wire/api.ts';

export const NOW = 1_750_000_000_000;

export const station = (
  id: string,
  overrides: Partial<StationAnswer> = {},
  parameters: readonly string[] = ['ph'],
): StationAnswer => ({
  id,
  kind: 'water',
  name: { vi: `Trạm ${id}`, en: `Station ${id}` },
  area: { vi: 'Sông Vu Gia', en: 'Vu Gia river' },
  latitude: 15.9,
  longitude: 108.1,
  edge: 'edge-1',
  status: 'live',
  parameters: parameters.map((parameter) => ({
    id: parameter,
    unit: 'pH',
    name: { vi: parameter, en: parameter },
    period_s: 10,
  })),
  ...overrides,
});

export const reading = (parameter: string, overrides: Partial<LatestReading> = {}): LatestReading => ({
  parameter,
  value: 7.1,
  unit: 'pH',
  at: NOW - 4000,
  received_at: NOW - 3000,
  flag: 1,
  reason: null,
  stale: false,
  level: null,
  ...overrides,
});

export const alert = (id: string, overrides: Partial<AlertAnswer> = {}): AlertAnswer => ({
  id,
  key: `ho-1/ph/low-${id}`,
  station: 'ho-1',
  station_name: { vi: 'Hồ 1', en: 'Lake 1' },
  parameter: 'ph',
  limit: `low-${id}`,
  level: 'warning',
  state: 'active',
  unverified: false,
  opened_at: NOW - 60_000,
  cleared_at: null,
  acknowledged_by: null,
  acknowledged_at: null,
  reporters: ['flows'],
  evidence: [],
  notes: [],
  ...overrides,
});
