/** One scenario: what the field says, the rules, and what the alert book makes of it, by the code of edge, flows and gateway. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { fireSettingsSchema } from '../../devices/fire/settings.ts';
import { loadYaml } from '../../devices/kit/yaml-file.ts';
import { VIETNAM_AHEAD_MS } from '../../devices/local-time.ts';
import { readGraph } from '../../devices/rules/graph.ts';
import { createAlarms } from '../../devices/rules/station-alarms.ts';
import { openRecordings } from '../../devices/simulator/recordings.ts';
import { inventoryStationSchema, stationLimitsSchema } from '../../devices/wire/messages.ts';
import { openAlarmMemory } from '../../edge/alarm-memory.ts';
import { alertSettingsSchema } from '../../gateway/alerts/settings.ts';
import { createPeriods } from '../../gateway/books/periods.ts';
import { createCatalog, type KnownStation } from '../../gateway/catalog.ts';
import { openDerivedStore } from '../../gateway/derive/derived-store.ts';
import { createDeriving } from '../../gateway/derive/deriving.ts';
import { deriveSettingsSchema } from '../../gateway/derive/settings.ts';
import { openLedger } from '../../gateway/ledger.ts';
import { readingsOfRecording, readingsOfText } from '../../gateway/rehearsal/recording-file.ts';
import { flowsRule, type Rule } from '../../gateway/rehearsal/rule.ts';
import { createStage } from '../../gateway/rehearsal/stage.ts';
import { storedReadings } from '../../gateway/rehearsal/stored-readings.ts';
import { openSqliteStore } from '../../gateway/store/sqlite.ts';
import type { StoredReading } from '../../gateway/store/store.ts';
import { type PlayedPosts, playPosts } from './fire-posts.ts';

const EDGE = 'edge-a';
/** As often as the gateway looks at its alerts. */
const LOOK_MS = 5000;
const SHIPPED = join(import.meta.dirname, '../../flows/flows.json');

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const rulesSchema = z.strictObject({
  stations: z.array(inventoryStationSchema).min(1),
  /** At the edge, by station. */
  limits: z.record(z.string(), stationLimitsSchema).default({}),
  /** The fire rules of posts, by station. They know nothing of before a kill. */
  fire: z.record(z.string(), fireSettingsSchema).default({}),
  /** Nodes of Node-RED, and whether the flows that ship run beside them. */
  flows: z.array(z.looseObject({})).default([]),
  shipped: z.boolean().default(false),
  alerts: alertSettingsSchema.prefault({}),
  /** What the gateway derives from the readings is there too; its limits are stepped as flows step theirs. */
  derive: deriveSettingsSchema.optional(),
  /** A recording that ships, in place of readings.csv, of the first station. */
  recording: z.strictObject({ id: z.string(), from: time, to: time }).optional(),
  /** Edge and gateway are killed and start again. */
  kill_at: z.array(time).default([]),
  until: time,
  /** Only alerts whose key has this in it. */
  only: z.string().optional(),
});

const expectedSchema = z.strictObject({
  /** The rule reasoned through by hand: why this and nothing else. */
  why: z.string().min(80),
  /** Vietnamese time, key of the alert, what became of it. */
  timeline: z.array(z.string()),
  /** Records of which people outside are told. */
  told: z.array(z.string()),
});

export interface Played {
  readonly timeline: readonly string[];
  readonly told: readonly string[];
}

export const expectedOf = (folder: string) => loadYaml(join(folder, 'expected.yaml'), expectedSchema);

const local = (at: number): string =>
  new Date(at + VIETNAM_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ');

export async function play(folder: string): Promise<Played> {
  const rules = loadYaml(join(folder, 'rules.yaml'), rulesSchema);
  const stations = rules.stations.map(
    (station): KnownStation => ({
      ...station,
      edge: EDGE,
      parameterIds: new Set(station.parameters.map(({ id }) => id)),
    }),
  );
  const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-scenario-'));
  try {
    const measured = readingsOf(folder, rules);
    const posts = playPosts(measured, rules.stations, rules.fire);
    const derived = rules.derive ? await derivedFrom(measured, stations, rules, dataDir) : [];
    const readings = [...measured, ...posts.readings, ...derived];
    if (readings.length > measured.length)
      readings.sort((a, b) => a.receivedAt - b.receivedAt || a.at - b.at);
    return run(readings, posts, stations, rules, dataDir);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

type Rules = z.infer<typeof rulesSchema>;

function readingsOf(folder: string, { recording, stations: [station] }: Rules): StoredReading[] {
  const file = join(folder, 'readings.csv');
  if (existsSync(file)) return readingsOfText(readFileSync(file, 'utf8'), file);
  if (recording === undefined || station === undefined) throw new Error(`${file}: is not there`);
  const { id, from, to } = recording;
  const own = new Set<string>(station.parameters.map((parameter) => parameter.id));
  return readingsOfRecording(openRecordings()(id), station.id).filter(
    ({ at, parameter }) => at >= from && at < to && own.has(parameter),
  );
}

/** What the gateway works out of them, each value when it comes: a little after what it is of. */
async function derivedFrom(
  readings: readonly StoredReading[],
  stations: readonly KnownStation[],
  rules: Rules,
  dataDir: string,
): Promise<StoredReading[]> {
  const settings = rules.derive ?? deriveSettingsSchema.parse({});
  const folder = join(dataDir, 'derive');
  const now = () => rules.until;
  const ledger = openLedger(folder);
  const store = openSqliteStore(folder, { now });
  const derived = openDerivedStore(folder);
  try {
    const catalog = createCatalog(ledger, now);
    catalog.announce(EDGE, { stations: rules.stations });
    await store.append(readings);
    const deriving = createDeriving({
      ...{ store, catalog, derived, settings, periodsOf: createPeriods(ledger).of, keepDays: null, now },
      log: pino({ level: 'silent' }),
      onLive: () => {},
      onValues: () => {},
    });
    while (await deriving.step());
    const series = stations.flatMap(({ id: station }) =>
      [...derived.publishedAt(station)].map((parameter) => ({ station, parameter })),
    );
    const from = Math.min(...readings.map(({ at }) => at));
    const values: StoredReading[] = [];
    for await (const batch of storedReadings({ store, derived }, series, from, rules.until))
      for (const value of batch) values.push({ ...value, receivedAt: value.at + settings.delay_s * 1000 });
    return values;
  } finally {
    derived.close();
    await store.close();
    ledger.close();
  }
}

function run(
  readings: readonly StoredReading[],
  posts: PlayedPosts,
  stations: readonly KnownStation[],
  rules: Rules,
  dataDir: string,
): Played {
  const told: string[] = [];
  let from = readings[0]?.receivedAt ?? rules.until;
  const ends = [...rules.kill_at, rules.until];
  for (const end of ends) {
    const ledger = openLedger(join(dataDir, 'gateway'));
    let clock = from;
    const stage = createStage({
      ledger,
      stations,
      rule: both(
        edgeRule(rules, posts, dataDir, () => clock),
        flows(rules, stations),
      ),
      settings: rules.alerts,
      from,
      lookMs: LOOK_MS,
      earlier: readings.filter(({ receivedAt }) => receivedAt < from),
      onChange: () => {},
      onTold: (kind, alert, at) => told.push(`${local(at)} ${alert.key} ${kind}`),
    });
    for (const reading of readings) {
      if (reading.receivedAt < from || reading.receivedAt >= end) continue;
      clock = reading.receivedAt;
      stage.take(reading);
    }
    stage.pass(end);
    from = end;
    ledger.close();
  }
  const wanted = (line: string): boolean => rules.only === undefined || line.includes(rules.only);
  return { timeline: transitions(dataDir).filter(wanted), told: told.filter(wanted) };
}

function transitions(dataDir: string): string[] {
  const ledger = openLedger(join(dataDir, 'gateway'));
  try {
    return ledger.db
      .prepare('SELECT at, key, kind FROM alert_transition ORDER BY id')
      .all()
      .map(({ at, key, kind }) => `${local(Number(at))} ${String(key)} ${String(kind)}`);
  } finally {
    ledger.close();
  }
}

/** The limits of the edge as its agent steps them, with what it knew on disk, and what its posts say. */
function edgeRule({ limits }: Rules, posts: PlayedPosts, dataDir: string, now: () => number): Rule {
  const memory = openAlarmMemory({
    dataDir,
    ticks: now,
    log: pino({ level: 'silent' }),
    kept: () => Object.fromEntries([...alarms].map(([station, own]) => [station, own.kept()])),
  });
  const alarms = new Map(
    Object.entries(limits).map(([station, own]) => [station, createAlarms(station, own, memory.of(station))]),
  );
  const told = (found: ReturnType<ReturnType<typeof createAlarms>['step']>) =>
    found.map((alarm) => ({ alarm, reporter: EDGE }));
  return {
    step(reading) {
      const found = alarms.get(reading.station)?.step([reading]) ?? [];
      memory.look();
      const fire = posts.alarms.get(reading);
      return told(fire ? [...found, fire] : found);
    },
    tick: (at) => told([...alarms.values()].flatMap((own) => own.tick(at))),
    ticks: true,
  };
}

function flows({ flows: wanted, shipped }: Rules, stations: readonly KnownStation[]): Rule | null {
  const ship = shipped ? (JSON.parse(readFileSync(SHIPPED, 'utf8')) as unknown[]) : [];
  const nodes = [...wanted, ...ship];
  if (nodes.length === 0) return null;
  const graph = readGraph(nodes, {
    stationOf: (id) => stations.find((station) => station.id === id),
    limitsOf: () => [],
  });
  if (typeof graph === 'string') throw new Error(graph);
  return flowsRule(graph);
}

const both = (edge: Rule, flow: Rule | null): Rule => ({
  step: (reading, live) => [...edge.step(reading, live), ...(flow?.step(reading, live) ?? [])],
  tick: (at) => [...edge.tick(at), ...(flow?.tick(at) ?? [])],
  ticks: true,
});
