/**
 * What the screens are looked at and tested with: a real gateway with stations, history, alerts, a fleet and people.
 *
 *   node test/screens/field.ts [--port 28180] [--days 35] [--stations 0|1000] [--dist DIR]
 *
 * `--stations 0` has users and no station, another number that many small stations all over Vietnam.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { MqttClient } from 'mqtt';
import { handle, teller, tellPast, tellPresent } from './field-alerts.ts';
import { awaitDerived, deriveSettings } from './field-derived.ts';
import { announce, fillHealth, tellStatus } from './field-edges.ts';
import { type FieldGateway, PASSWORD, startFieldGateway, USERS } from './field-gateway.ts';
import { fillHistory, publishLate, publishNow } from './field-history.ts';
import { edgesOfMany, fillMany, manyStations as stationsAllOver } from './field-many.ts';
import { publishGarbage, putPeople, setThings } from './field-people.ts';
import { startReceivers } from './field-receivers.ts';
import { EDGES, STATIONS } from './field-stations.ts';

export interface FieldOptions {
  /** Of the screens and the API; a free one when absent. */
  readonly port?: number | undefined;
  /** Of history, at most 400; the last 35 of them every five minutes, hours before. */
  readonly days?: number;
  /** Folder of built screens, instead of dashboards/dist. */
  readonly dist?: string | undefined;
}

export interface Field extends FieldGateway {
  /** Fresh readings of so many stations a second, in turn, from now on; 0 ends it. */
  live(perSecond: number): void;
}

const ALERTS = {
  latch: [{ limit: 'axit-kiem' }],
  // The past of the field is told at once, and is to look as if it had been told in its time.
  late_after_s: 31 * 86_400,
  edge_away_after_s: 60,
};

export async function startField({ days = 35, port, dist }: FieldOptions = {}): Promise<Field> {
  const receivers = await startReceivers();
  const now = Date.now();
  const gateway = await startFieldGateway({
    port,
    dist,
    edges: Object.values(EDGES),
    settings: { ...receivers.settings, derive: deriveSettings(days, now), alerts: ALERTS },
    async prepare(flags) {
      await fillHealth(flags, now);
      await fillHistory(flags, days, now);
    },
  });
  try {
    const clients = await connectAll(gateway, Object.values(EDGES));
    await present(gateway, clients, days, now);
    await awaitDerived(gateway.dataDir);
    return liveField(gateway, clients, receivers.stop);
  } catch (error) {
    await gateway.stop();
    await receivers.stop();
    throw error;
  }
}

async function connectAll(gateway: FieldGateway, edges: readonly string[]): Promise<Map<string, MqttClient>> {
  const pairs = edges.map(async (edge) => [edge, await gateway.connect(edge)] as const);
  return new Map(await Promise.all(pairs));
}

async function present(
  gateway: FieldGateway,
  clients: ReadonlyMap<string, MqttClient>,
  days: number,
  now: number,
): Promise<void> {
  for (const edge of Object.values(EDGES)) {
    const client = clients.get(edge) as MqttClient;
    await announce(client, edge);
    // What the gateway knows of the one that is away it knows from before.
    if (edge !== EDGES.away) await tellStatus(client, edge, now);
  }
  for (const station of STATIONS) {
    const client = clients.get(station.edge) as MqttClient;
    await publishLate(client, station, now);
    if (isLive(station)) await publishNow(client, station, Date.now());
  }
  await setThings(gateway);
  const tell = teller(clients);
  await tellPast(tell, days, now);
  await putPeople(gateway);
  await tellPresent(tell, now);
  await handle(gateway);
  await publishGarbage(clients.get(EDGES.city) as MqttClient, now);
}

const isLive = ({ state, edge }: (typeof STATIONS)[number]): boolean =>
  state === 'live' && edge !== EDGES.away;

function liveField(
  gateway: FieldGateway,
  clients: ReadonlyMap<string, MqttClient>,
  stopOthers: () => Promise<void>,
): Field {
  const stations = STATIONS.filter(isLive);
  let timer: NodeJS.Timeout | undefined;
  let turn = 0;
  const live = (perSecond: number): void => {
    clearInterval(timer);
    if (perSecond <= 0) return;
    timer = setInterval(() => {
      const station = stations[turn++ % stations.length];
      const client = station && clients.get(station.edge);
      // A gateway that stops meanwhile ends the connection.
      if (station && client) publishNow(client, station, Date.now()).catch(() => {});
    }, 1000 / perSecond);
  };
  return {
    ...gateway,
    live,
    async stop() {
      live(0);
      await gateway.stop();
      await stopOthers();
    },
  };
}

type Place = Pick<FieldOptions, 'port' | 'dist'>;

/** A gateway as it is after its installation: users, and no station. */
export const emptyField = (place: Place = {}): Promise<FieldGateway> =>
  startFieldGateway({ ...place, edges: [] });

/** A gateway with so many stations, up to 10,000, and three readings of each of their parameters. */
export async function manyStations(count: number, place: Place = {}): Promise<FieldGateway> {
  const edges = edgesOfMany(count);
  const gateway = await startFieldGateway({ ...place, edges });
  await fillMany(await connectAll(gateway, edges), stationsAllOver(count), Date.now());
  return gateway;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '28180' },
      days: { type: 'string', default: '35' },
      stations: { type: 'string' },
      dist: { type: 'string' },
    },
  });
  const place = {
    port: Number(values.port),
    ...(values.dist !== undefined && { dist: resolve(values.dist) }),
  };
  const begun = performance.now();
  const started = async (): Promise<Pick<FieldGateway, 'url' | 'mqttPort' | 'stop'>> => {
    if (values.stations === '0') return emptyField(place);
    if (values.stations !== undefined) return manyStations(Number(values.stations), place);
    const field = await startField({ ...place, days: Number(values.days) });
    field.live(1);
    return field;
  };
  // What goes with the process goes when it is ended while it starts, too.
  let stop = async (): Promise<void> => {};
  const end = (): void => void stop().then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  const field = await started();
  stop = field.stop;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${field.url} (MQTT ${field.mqttPort}), ready after ${seconds} s`);
  console.log(`users: ${Object.keys(USERS).join(', ')}; password of each: ${PASSWORD}`);
}

if (import.meta.main) await main();
