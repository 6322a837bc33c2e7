/** What has happened in the field: alarms of its edges, by which the gateway keeps alerts and an incident, and what people did. */
import type { MqttClient } from 'mqtt';
import { HOUR_MS } from '../../devices/local-time.ts';
import type { AlertAnswer } from '../../devices/wire/api.ts';
import type { Alarm } from '../../devices/wire/messages.ts';
import { topics } from '../../devices/wire/topics.ts';
import type { FieldGateway, UserName } from './field-gateway.ts';
import { STATIONS } from './field-stations.ts';

const MINUTE_MS = 60_000;

type Told = Omit<Alarm, 'state' | 'at'>;
export type Tell = (alarm: Alarm) => Promise<void>;

/** `clients`: by edge. */
export const teller =
  (clients: ReadonlyMap<string, MqttClient>): Tell =>
  async (alarm) => {
    const edge = STATIONS.find(({ station }) => station.id === alarm.station)?.edge;
    const client = clients.get(edge ?? '');
    if (edge === undefined || client === undefined) throw new Error(`no edge has ${alarm.station}`);
    await client.publishAsync(topics.alarms(edge, alarm.station), JSON.stringify(alarm), { qos: 1 });
  };

const DUSTY: Told = {
  station: 'kk-cau-rong',
  parameter: 'pm2_5',
  limit: 'bui-min',
  level: 'warning',
  value: 118.4,
  threshold: 100,
};
const FLOOD: Told = {
  station: 'nuoc-cau-do',
  parameter: 'water_level',
  limit: 'bao-dong-2',
  level: 'critical',
  value: 2.31,
  threshold: 2.2,
};
const OXYGEN: Told = {
  station: 'nuoc-song-han',
  parameter: 'dissolved_oxygen',
  limit: 'thieu-oxy',
  level: 'notice',
  value: 3.82,
  threshold: 4,
};
const SLOW: Told = {
  station: 'gt-cau-rong',
  parameter: 'traffic_speed',
  limit: 'xe-cham',
  level: 'notice',
  value: 10,
  threshold: 12,
};
const GUST: Told = {
  station: 'tt-ba-na',
  parameter: 'wind_gust',
  limit: 'gio-giat',
  level: 'warning',
  value: 19.6,
  threshold: 17.2,
};
const ACID: Told = {
  station: 'nuoc-cau-do',
  parameter: 'ph',
  limit: 'axit-kiem',
  level: 'critical',
  value: 5.71,
  threshold: 6,
};
const DUST_ZONE: Told = {
  ...DUSTY,
  station: 'kk-hoa-khanh',
  value: 131.2,
};
const NO_DATA: Told = {
  station: 'tt-ba-na',
  parameter: 'air_temperature',
  limit: 'mat-so-lieu',
  level: 'notice',
  value: 5400,
  threshold: 3600,
  no_data: true,
};

/** Its neighbours see it within minutes: one incident. */
const fireAt = (station: string, level: 'warning' | 'critical', at: number): Alarm => ({
  station,
  parameter: 'fire_detection',
  limit: 'fire',
  state: 'raised',
  level,
  at,
  value: level === 'critical' ? 2 : 1,
  threshold: level === 'critical' ? 2 : 1,
  because: [
    { station, parameter: 'smoke', at, value: 1, threshold: 1 },
    ...(level === 'critical'
      ? [{ station, parameter: 'air_temperature' as const, at: at - 20_000, value: 44.6, threshold: 38 }]
      : []),
  ],
});

/** Days ago, hour of the day, minutes that it lasted: of each condition, cleared since. */
const PAST: readonly Told[] = [DUSTY, OXYGEN, SLOW, DUST_ZONE, { ...FLOOD, station: 'nuoc-song-han' }];

/** Alerts of the last `days` that are over. */
export async function tellPast(tell: Tell, days: number, now: number): Promise<void> {
  for (let ago = Math.min(days, 30); ago >= 1; ago--) {
    const told = PAST[ago % PAST.length];
    if (told === undefined) continue;
    const at = now - ago * 24 * HOUR_MS - (ago % 7) * HOUR_MS;
    const lasts = (12 + ((ago * 17) % 140)) * MINUTE_MS;
    await tell({ ...told, state: 'raised', at });
    await tell({ ...told, state: 'cleared', at: at + lasts, value: told.threshold });
  }
}

/** What stands now. */
export async function tellPresent(tell: Tell, now: number): Promise<void> {
  const ago = (minutes: number): number => now - minutes * MINUTE_MS;
  const raise = (told: Told, minutes: number) => tell({ ...told, state: 'raised', at: ago(minutes) });
  const clear = (told: Told, minutes: number) =>
    tell({ ...told, state: 'cleared', at: ago(minutes), value: told.threshold });
  await tell(fireAt('chot-hoa-bac-1', 'warning', ago(14)));
  await tell(fireAt('chot-hoa-bac-1', 'critical', ago(12)));
  await tell(fireAt('chot-hoa-bac-2', 'critical', ago(9)));
  await tell(fireAt('chot-hoa-bac-3', 'warning', ago(4)));
  await raise(GUST, 50);
  await raise(NO_DATA, 45);
  await raise(FLOOD, 26);
  await raise(DUSTY, 40);
  await raise(DUST_ZONE, 33);
  await raise(OXYGEN, 22);
  await raise(ACID, 55);
  await clear(ACID, 31);
  // It comes and goes until it is called flapping.
  for (const minutes of [12, 9, 6, 3]) {
    await raise(SLOW, minutes);
    if (minutes > 3) await clear(SLOW, minutes - 1);
  }
}

/** What people on duty did about it. */
export async function handle(gateway: FieldGateway): Promise<void> {
  const { alerts } = await gateway.call<{ alerts: AlertAnswer[] }>('alerts?state=open');
  const find = ({ station, limit }: Pick<Told, 'station' | 'limit'>): string => {
    const found = alerts.find((alert) => alert.station === station && alert.limit === limit);
    if (found === undefined) throw new Error(`no alert ${limit} stands at ${station}`);
    return found.id;
  };
  const act = (told: Pick<Told, 'station' | 'limit'>, action: string, as: UserName, body: unknown) =>
    gateway.call(`alerts/${find(told)}/${action}`, { body, as });
  await act(DUSTY, 'acknowledge', 'operator', {
    note: 'Đã gọi đội kiểm tra: công trường phá dỡ bên đường 2/9.',
  });
  await act(DUSTY, 'note', 'operator', { text: 'Nhà thầu phun nước lúc này, theo dõi thêm 30 phút.' });
  await act(DUST_ZONE, 'shelve', 'operator', {
    minutes: 90,
    reason: 'Nhà máy thép thử lò đã báo trước (công văn 112/BQL).',
  });
  await act({ station: 'chot-hoa-bac-1', limit: 'fire' }, 'acknowledge', 'ranger', {
    note: 'Tổ tuần rừng số 2 đang lên, khoảng 20 phút.',
  });
  await act(ACID, 'note', 'technician', { text: 'Đầu đo vừa hiệu chuẩn, <b>không</b> phải nước thải.' });
  await gateway.call('out-of-service', {
    body: {
      station: 'nuoc-song-han',
      parameter: 'turbidity',
      reason: 'Thay đầu đo độ đục',
      minutes: 240,
    },
    as: 'operator',
  });
}
