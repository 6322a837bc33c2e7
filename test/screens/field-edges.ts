/** How the field's edges say they are: their inventories, their retained status, and two days of it in numbers. */
import type { MqttClient } from 'mqtt';
import { DAY_MS } from '../../devices/local-time.ts';
import type { EdgeStatus, Inventory } from '../../devices/wire/messages.ts';
import { topics } from '../../devices/wire/topics.ts';
import { withLedger } from '../../gateway/admin.ts';
import { createCatalog } from '../../gateway/catalog.ts';
import { createEdgeHealth } from '../../gateway/fleet/health.ts';
import { AWAY_MS } from './field-history.ts';
import { EDGES, type EdgeName, type FieldStation, STATIONS } from './field-stations.ts';

const NAMES = Object.values(EDGES);

export const stationsOf = (edge: EdgeName): FieldStation[] =>
  STATIONS.filter((station) => station.edge === edge);

export const inventoryOf = (edge: EdgeName): Inventory => ({
  version: '0.1.0',
  stations: stationsOf(edge).map(({ station }) => ({
    ...station,
    instruments: [{ id: 'may-do', profile: 'seeed-sensecap-one-s1000', writes: WRITES }],
  })),
});

const WRITES = [
  {
    name: 'heating',
    label: 'Sấy cảm biến',
    note: 'Bật bộ sấy khi trời ẩm; tắt khi nguồn yếu.',
    dangerous: false,
    allowed: { values: [0, 1] },
  },
  {
    name: 'reset-rain',
    label: 'Xóa bộ đếm mưa',
    note: 'Bộ đếm bắt đầu lại từ 0: lượng mưa của ngày bị mất.',
    dangerous: true,
    allowed: { values: [1] },
  },
];

const FAULTS: Readonly<Record<string, string>> = {
  'chot-hoa-phu': 'timeout: no answer within 500 ms, 14 times in a row',
  'tt-ba-na': 'checksum: 9 of the last 20 answers are damaged',
};

/** What an edge tells at `at` of the last day or so: `wave` 0 to 1 says how busy and warm it is. */
function statusOf(edge: EdgeName, at: number, wave: number): EdgeStatus {
  const isForest = edge === EDGES.forest;
  const stations = stationsOf(edge);
  return {
    online: true,
    at,
    uptime_s: 11 * 86_400,
    waiting: { alarms: 0, live: 2, backlog: isForest ? 1240 : 0 },
    thinned: 0,
    dropped: 0,
    outbox: { megabytes: isForest ? 61.4 : 3.2, of_megabytes: 256, holds_hours: isForest ? 310 : 812 },
    clock:
      edge === EDGES.river
        ? { trusted: false, reason: 'NTP has not answered for 3 h', source: 'ntp', held: 0 }
        : { trusted: true, reason: null, source: 'ntp' },
    ...(isForest && {
      fire: stations
        .filter(({ station }) => station.kind === 'fire')
        .map(({ station }) => ({
          station: station.id,
          level: station.id.startsWith('chot-hoa-bac') ? (2 as const) : (0 as const),
          text: station.id.startsWith('chot-hoa-bac')
            ? { vi: 'Báo cháy: khói và nhiệt độ', en: 'Fire: smoke and temperature' }
            : { vi: 'Không thấy cháy', en: 'No sign of fire' },
          no_data: [],
          learning: [],
          rain: false,
        })),
    }),
    system: {
      disk: { free_mb: isForest ? 410 : 11_900, total_mb: 14_800 },
      memory: { process_mb: 96 + 8 * wave, free_mb: 210 - 40 * wave, total_mb: 512 },
      load: 0.3 + 0.9 * wave,
      cores: 4,
      temperature: (isForest ? 61 : 44) + 14 * wave,
      versions: { quantrac: '0.1.0', node: 'v24.21.0', os: 'Debian GNU/Linux 13 (arm64)' },
      uptime_s: 11 * 86_400 + 40,
    },
    lines: [
      {
        id: 'rs485-1',
        busy: (isForest ? 0.62 : 0.18) + 0.2 * wave,
        planned: isForest ? 1.12 : 0.3,
        skipped: isForest ? 86 : 0,
        units: stations.map(({ station }) => ({
          instrument: `${station.id}/may-do`,
          error: FAULTS[station.id] ?? null,
        })),
      },
    ],
  };
}

export const announce = (client: MqttClient, edge: EdgeName) =>
  client.publishAsync(topics.inventory(edge), JSON.stringify(inventoryOf(edge)), { qos: 1, retain: true });

export const tellStatus = (client: MqttClient, edge: EdgeName, now: number) =>
  client.publishAsync(topics.status(edge), JSON.stringify(statusOf(edge, now, 0.4)), {
    qos: 1,
    retain: true,
  });

const SAMPLE_MS = 300_000;
const HEALTH_MS = 2 * DAY_MS;

/** Two days of numbers, as the gateway would have kept them, and the last word of the edge that is away since. */
export const fillHealth = (flags: Readonly<Record<string, unknown>>, now: number): Promise<void> =>
  withLedger({ flags }, (ledger) => {
    let at = now - HEALTH_MS;
    const health = createEdgeHealth(ledger, () => at);
    ledger.transaction(() => {
      for (; at < now - SAMPLE_MS; at += SAMPLE_MS) {
        const heard = NAMES.filter((edge) => edge !== EDGES.away || at < now - AWAY_MS);
        const wave = 0.5 + 0.5 * Math.sin((at / DAY_MS) * 2 * Math.PI);
        for (const edge of heard) health.heard(edge, statusOf(edge, at, wave));
      }
      const left = now - AWAY_MS;
      createCatalog(ledger, () => left).setEdgeStatus(EDGES.away, statusOf(EDGES.away, left, 0.4));
    });
  });
