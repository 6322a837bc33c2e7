/** What people have set in the field: who is told, the limits of stations, an account; and what strange devices sent. */
import type { MqttClient } from 'mqtt';
import type { StationLimitsAnswer } from '../../devices/wire/api.ts';
import type { Person, Plan } from '../../devices/wire/notify.ts';
import { topics } from '../../devices/wire/topics.ts';
import type { FieldGateway } from './field-gateway.ts';
import { AREAS, EDGES } from './field-stations.ts';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const PEOPLE: readonly Person[] = [
  {
    id: 'lan',
    name: 'Trần Thị Ngọc Lan',
    language: 'vi',
    user: 'operator',
    channels: [
      { kind: 'sms', address: '+84905123456' },
      { kind: 'email', address: 'lan@example.vn' },
    ],
    duty: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '07:00', to: '19:00' }],
    enabled: true,
  },
  {
    id: 'minh',
    name: 'Hồ Văn Minh (kiểm lâm Hòa Vang)',
    language: 'vi',
    user: 'ranger',
    channels: [{ kind: 'sms', address: '+84914222333' }],
    duty: [{ days: [...WEEK], from: '18:00', to: '06:00' }],
    enabled: true,
  },
  {
    id: 'truong-hat',
    name: 'Nguyễn Đức Trưởng',
    language: 'vi',
    channels: [
      { kind: 'email', address: 'truong@example.vn' },
      { kind: 'sms', address: '+84903777888' },
    ],
    enabled: true,
  },
  {
    id: 'developer',
    name: 'Alex <i>Developer</i>',
    language: 'en',
    channels: [{ kind: 'email', address: 'alex@example.org' }],
    enabled: false,
  },
];

const PLANS: readonly Plan[] = [
  {
    id: 'chay-rung',
    kinds: ['fire'],
    areas: [AREAS.hoaVang.vi],
    least_level: 'warning',
    steps: [
      { people: ['minh', 'lan'], sirens: [] },
      { people: ['truong-hat'], sirens: [], after_s: 600 },
    ],
    repeat_s: 300,
    most_repeats: 3,
  },
  {
    id: 'moi-truong',
    kinds: ['air', 'water'],
    least_level: 'warning',
    steps: [{ people: ['lan'], sirens: [] }],
    repeat_s: 900,
    most_repeats: 1,
  },
];

export async function putPeople(gateway: FieldGateway): Promise<void> {
  for (const { id, ...body } of PEOPLE)
    await gateway.call(`people/${id}`, { body, method: 'PUT', as: 'admin' });
  for (const { id, ...body } of PLANS)
    await gateway.call(`notice-plans/${id}`, { body, method: 'PUT', as: 'admin' });
}

/** Limits of two stations as operators have changed them, one of them twice; other entries of the audit log. */
export async function setThings(gateway: FieldGateway): Promise<void> {
  const change = async (
    station: string,
    reason: string,
    next: (limits: StationLimitsAnswer['limits']) => unknown,
  ): Promise<void> => {
    const { version, limits } = await gateway.call<StationLimitsAnswer>(`stations/${station}/limits`);
    await gateway.call(`stations/${station}/limits`, {
      body: { based_on: version, reason, limits: next(limits) },
      method: 'PUT',
      as: 'operator',
    });
  };
  await change('kk-cau-rong', 'Mùa khô: bụi nền cao hơn', (limits) =>
    limits.map((limit) => (limit.name === 'bui-min' ? { ...limit, raise: 110, clear: 90 } : limit)),
  );
  await change('kk-cau-rong', 'Trở lại mức cũ sau khi họp với Sở', (limits) =>
    limits.map((limit) => (limit.name === 'bui-min' ? { ...limit, raise: 100, clear: 80 } : limit)),
  );
  await change('nuoc-song-han', 'Thêm giới hạn mặn theo đề nghị của nhà máy nước', (limits) => [
    ...limits,
    {
      name: 'nhiem-man',
      parameter: 'conductivity',
      kind: 'high',
      raise: 2,
      clear: 1.6,
      level: 'warning',
      hold_s: 900,
    },
  ]);
  await gateway.call('users', { body: { name: 'thuc.tap', role: 'viewer' }, as: 'admin' });
  await gateway.call('users/thuc.tap', {
    body: { areas: [AREAS.hoiAn.vi] },
    method: 'PATCH',
    as: 'admin',
  });
}

/** What can never be accepted, each for another reason. */
export async function publishGarbage(client: MqttClient, now: number): Promise<void> {
  const send = (station: string, payload: string) =>
    client.publishAsync(topics.readings(EDGES.city, station), payload, { qos: 1 });
  const record = (fields: object): string => JSON.stringify([{ bn: 'urn:quantrac:kk-cau-rong:', ...fields }]);
  await send('kk-cau-rong', 'PM25=42;PM10=80');
  await send('kk-chua-khai-bao', record({ n: 'pm2_5', v: 12 }));
  await send('kk-cau-rong', record({ n: 'radon', v: 3 }));
  await send('kk-cau-rong', record({ n: 'pm2_5', u: 'Cel', v: 30 }));
  await send('kk-cau-rong', record({ n: 'vn_aqi', v: 55 }));
  await send('kk-cau-rong', record({ n: 'pm10', v: 61, bt: now / 1000 + 7200 }));
  await send('kk-cau-rong', record({ n: '<script>alert(1)</script>', v: 1 }));
}
