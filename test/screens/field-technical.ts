/** Edges as a technician meets them: one with 200 instruments that does as it is told, one that says little, one of strange names. */
import type { MqttClient } from 'mqtt';
import { configText, type Settings } from '../../devices/edge-config.ts';
import { jsonHash } from '../../devices/kit/json-hash.ts';
import { parseForeignYaml } from '../../devices/kit/yaml-file.ts';
import type { Command, ConfigReport, Orders, WantedConfig } from '../../devices/wire/fleet.ts';
import type { EdgeStatus } from '../../devices/wire/messages.ts';
import { topics } from '../../devices/wire/topics.ts';
import { edgeConfig, STATION } from '../support/edge-config.ts';
import { type FieldGateway, startFieldGateway } from './field-gateway.ts';
import { AREAS, stationOf } from './field-stations.ts';

export const TECHNICAL = {
  /** 200 instruments on two lines, a configuration, answers to commands. */
  big: 'hop-lon',
  /** It has said that it is there, and nothing else. */
  quiet: 'hop-it-noi',
  /** Its station is named from right to left, and its words are as long as they may be. */
  strange: 'hop-la',
} as const;

export const RTL_NAME = 'محطة <b>النهر</b> الكبير';
const LONG_WORDS = `${'Debian‮ GNU/Linux '.repeat(20)}`.slice(0, 200);
/** What the big one runs. */
export const CONFIG = edgeConfig({ period_s: 30 });

export interface TechnicalOptions {
  readonly port?: number | undefined;
  readonly dist?: string | undefined;
}

export interface TechnicalField extends FieldGateway {
  /** What the big edge was told to do. */
  readonly told: readonly Orders[];
  /** The big edge announces the station whose reading is in quarantine. */
  mend(): Promise<void>;
}

export async function technicalField(place: TechnicalOptions = {}): Promise<TechnicalField> {
  const gateway = await startFieldGateway({ ...place, edges: Object.values(TECHNICAL) });
  const told: Orders[] = [];
  try {
    const big = await gateway.connect(TECHNICAL.big);
    await announce(big, TECHNICAL.big, STATION, { vi: 'Cầu Đỏ', en: 'Red Bridge' });
    await status(big, TECHNICAL.big, bigStatus(Date.now()));
    await sendTooEarly(big);
    await obey(big, told);
    await runConfig(big);
    const quiet = await gateway.connect(TECHNICAL.quiet);
    await status(quiet, TECHNICAL.quiet, { online: true });
    const strange = await gateway.connect(TECHNICAL.strange);
    await announce(strange, TECHNICAL.strange, 'tram-la', { vi: RTL_NAME, en: RTL_NAME });
    await status(strange, TECHNICAL.strange, strangeStatus(Date.now()));
    const mend = async (): Promise<void> => {
      await announce(big, TECHNICAL.big, EARLY, { vi: 'Trạm mới', en: 'New station' });
    };
    return { ...gateway, told, mend };
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

/** Its readings came before it was announced. */
export const EARLY = 'tram-moi';

const sendTooEarly = (client: MqttClient) =>
  client.publishAsync(
    topics.readings(TECHNICAL.big, EARLY),
    JSON.stringify([{ bn: `urn:quantrac:${EARLY}:`, bt: Date.now() / 1000, n: 'pm2_5', u: 'ug/m3', v: 12 }]),
    { qos: 1 },
  );

const WRITES = [
  { name: 'den', label: 'Đèn báo', note: 'Sáng trên nóc tủ.', dangerous: false, allowed: { values: [0, 1] } },
  { name: 'cong', label: 'Cửa cống', note: 'Mở hết là 100.', dangerous: true, allowed: { min: 0, max: 100 } },
];

const announce = (client: MqttClient, edge: string, id: string, name: { vi: string; en: string }) =>
  client.publishAsync(
    topics.inventory(edge),
    JSON.stringify({
      version: '0.1.0',
      stations: [
        {
          ...stationOf({ id, kind: 'air', name, area: AREAS.hoaVang, at: [16, 108.2] }),
          instruments: [{ id: 'climate', profile: 'xy-md02', writes: WRITES }],
        },
      ],
    }),
    { qos: 1, retain: true },
  );

const status = (client: MqttClient, edge: string, told: EdgeStatus) =>
  client.publishAsync(topics.status(edge), JSON.stringify(told), { qos: 1, retain: true });

const UNITS = 100;

const bigStatus = (at: number): EdgeStatus => ({
  online: true,
  at,
  uptime_s: 4000,
  outbox: { megabytes: 1, of_megabytes: 256, holds_hours: 500 },
  clock: { trusted: true, reason: null },
  lines: ['bus-1', 'bus-2'].map((id, line) => ({
    id,
    busy: 0.4 + line / 2,
    planned: 0.5 + line / 2,
    skipped: line * 12,
    units: Array.from({ length: UNITS }, (_, unit) => ({
      instrument: `${STATION}/may-${line * UNITS + unit + 1}`,
      error: unit % 40 === 39 ? 'no answer within 500 ms' : null,
    })),
  })),
});

const strangeStatus = (at: number): EdgeStatus => ({
  online: true,
  at,
  system: {
    versions: { quantrac: `٠.١.٠ ${'x'.repeat(34)}`, node: 'v'.repeat(40), os: LONG_WORDS },
    disk: { free_mb: 0, total_mb: 0 },
    temperature: 250,
  },
  lines: [{ id: 'bus', busy: 7, units: [{ instrument: 'tram-la/máy', error: RTL_NAME.repeat(12) }] }],
});

const NONCE = 'A'.repeat(22);

/** Takes each order, does it when it is told to go, and says what came of it. */
async function obey(client: MqttClient, told: Orders[]): Promise<void> {
  const orders = new Map<string, Orders>();
  const say = (answer: object) =>
    client.publishAsync(
      topics.ofEdge(TECHNICAL.big, 'answers'),
      JSON.stringify({ at: Date.now(), ...answer }),
      { qos: 1 },
    );
  client.on('message', (topic, payload) => {
    if (topic !== topics.toEdge(TECHNICAL.big, 'commands')) return;
    const command = JSON.parse(payload.toString()) as Command;
    if (command.step === 'order') {
      orders.set(command.id, command.orders);
      void say({ id: command.id, state: 'taken', nonce: NONCE });
      return;
    }
    const own = orders.get(command.id);
    if (own === undefined) return;
    told.push(own);
    void say({ id: command.id, state: 'done', reason: null, ...brought(own) });
  });
  await client.subscribeAsync(topics.toEdge(TECHNICAL.big, 'commands'), { qos: 1 });
}

function brought(orders: Orders): object {
  if (orders.kind === 'read') return { values: Array.from({ length: orders.count }, (_, n) => 65_535 - n) };
  if (orders.kind === 'write') return { values: [orders.value] };
  if (orders.kind === 'log') return { lines: ['{"msg":"started"}', '<script>alert(1)</script>'] };
  return {};
}

/** Runs its own file, tries what the centre wants, and takes it back at once. */
async function runConfig(client: MqttClient): Promise<void> {
  const running = (config: Settings) => ({ version: null, hash: jsonHash(config), text: configText(config) });
  const report = (told: ConfigReport) =>
    client.publishAsync(topics.ofEdge(TECHNICAL.big, 'config'), JSON.stringify(told), { qos: 1 });
  client.on('message', (topic, payload) => {
    if (topic !== topics.toEdge(TECHNICAL.big, 'config') || payload.length === 0) return;
    const { version, text } = JSON.parse(payload.toString()) as WantedConfig;
    const since = Date.now();
    const config = parseForeignYaml(text, 'configuration').value as Settings;
    void (async () => {
      await report({
        running: { version, hash: jsonHash(config), text: null },
        local: false,
        wanted: { version, state: 'trial', reason: null, since },
      });
      const reason = 'station cau-do: 40 of 100 readings came, 100 of 100 before';
      await report({
        running: { ...running(CONFIG), text: null },
        local: false,
        wanted: { version, state: 'taken_back', reason, since },
      });
    })();
  });
  await client.subscribeAsync(topics.toEdge(TECHNICAL.big, 'config'), { qos: 1 });
  await report({ running: running(CONFIG), local: false, wanted: null });
}
