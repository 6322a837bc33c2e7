/** A configuration for an edge with one station, as its YAML has it, with what the test says of the instrument and its line. */
import type { Settings } from '../../devices/edge-config.ts';

export const STATION = 'cau-do';

export const edgeConfig = (instrument: Settings = {}, line: Settings = {}): Settings => ({
  lines: [{ id: 'bus', mode: 'rtu', path: '/dev/ttyS1', serial: '9600 8N1', ...line }],
  stations: [
    {
      id: STATION,
      kind: 'air',
      name: { vi: 'Cầu Đỏ', en: 'Red Bridge' },
      area: { vi: 'Cẩm Lệ', en: 'Cam Le' },
      latitude: 16.0,
      longitude: 108.2,
      instruments: [{ id: 'climate', profile: 'xy-md02', line: 'bus', ...instrument }],
    },
  ],
});
