/**
 * The gateway is away for a day: two edges with a clock that runs fast read their instruments through all of it, one with
 * room for the day, one that has to thin it. Then a real gateway comes, and everything arrives beside what is new.
 */
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import type { Service } from '../../devices/kit/service.ts';
import { valuesOfMean } from '../../devices/mean.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { edgeFileSchema } from '../../devices/station.ts';
import type { BooksAnswer } from '../../devices/wire/api.ts';
import type { EdgeStatus } from '../../devices/wire/messages.ts';
import { startAgent } from '../../edge/agent.ts';
import { fixedSource } from '../../edge/clock-source.ts';
import { silentLog } from '../../edge/rig.ts';
import { createFastClock, type FastClock } from './support/fast-clock.ts';
import { type Field, fieldFile, POINTS, startField } from './support/field.ts';
import { checkStore } from './support/oracle.ts';
import { type DirectClient, type Rig, startRig } from './support/rig.ts';
import { allAlerts, exported } from './support/stored.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** So much of the day is left when the gateway comes, for what is new while the day drains. */
const LEFT_MS = 5 * MINUTE_MS;
const PERIOD_S = 120;
const STATIONS = 2;
const STEPS = 20;
/** A day in 18 seconds, and then the rest in five seconds. */
const DAY_SPEED = 4800;
const LEFT_SPEED = 60;

/** The outbox has room for weeks, or for a part of the day. */
const ROOM_MB = { roomy: 4, tight: 0.05 } as const;

interface DayEdge {
  readonly id: keyof typeof ROOM_MB;
  readonly stations: readonly string[];
  readonly field: Field;
  readonly agent: Service;
  readonly client: DirectClient;
}

test('a day without the gateway', { timeout: 240_000 }, async () => {
  await using undo = new AsyncDisposableStack();
  const rig = await startRig({ name: 'day', edges: [], clients: Object.keys(ROOM_MB) });
  undo.defer(rig.stop);
  // The accounts are made; now there is no gateway for a day.
  await rig.gateway.stop();
  const clock = createFastClock(DAY_MS, DAY_SPEED);
  const edges: DayEdge[] = [];
  for (const client of rig.clients) edges.push(await startDayEdge(client, rig, clock, undo));
  await weather(edges, clock);
  const away = edges.map(({ id, field, stations, client }) => {
    expect(client.link.traffic.published.size).toBe(0);
    return `${id}: ${field.served.length} answers of ${stations.length} stations`;
  });
  rig.say(`a day without the gateway: ${away.join('; ')}`);

  const servedAway = edges.map(({ field }) => field.served.length);
  const back = performance.now();
  clock.speed(LEFT_SPEED);
  await rig.gateway.start();
  for (const edge of edges) await drained(edge);
  rig.say(`everything acknowledged ${Math.round(performance.now() - back)} ms after the gateway was started`);

  await vi.waitFor(() => expect(clock.hasCaughtUp()).toBe(true), { timeout: 60_000, interval: 50 });
  // The last word of an edge that stops is that it is offline.
  const statuses = edges.map(({ id, client }) => client.link.traffic.statuses.get(id));
  for (const { agent } of edges) await agent.stop();
  const store = await checkStore(rig, rig.startedAt - DAY_MS - HOUR_MS);
  rig.say(`${store.acknowledged} readings acknowledged, ${store.stored} stored`);
  for (const [index, edge] of edges.entries()) {
    await checkReadings(rig, edge, statuses[index]);
    checkLive(rig, edge, servedAway[index] ?? 0);
  }
  await checkAlerts(rig, edges);
});

async function startDayEdge(
  client: DirectClient,
  rig: Rig,
  clock: FastClock,
  undo: AsyncDisposableStack,
): Promise<DayEdge> {
  const id = client.id as DayEdge['id'];
  const stations = Array.from({ length: STATIONS }, (_, index) => `${id}-${index + 1}`);
  const field = await startField(stations, clock.now);
  undo.defer(field.close);
  const file = edgeFileSchema.parse({
    id,
    data_dir: join(rig.folder, id),
    uplink: { url: `mqtt://127.0.0.1:${client.link.port}`, password: client.password },
    ...fieldFile(field, stations, PERIOD_S, STEPS),
  });
  const started = await startAgent({
    // Less than a file may say: a day of two stations is small.
    file: { ...file, outbox_megabytes: ROOM_MB[id] },
    profiles: loadProfiles(),
    clock,
    clockSource: fixedSource('assumed'),
    random: Math.random,
    log: silentLog,
    statusEveryMs: MINUTE_MS,
  });
  let stopped: Promise<void> | undefined;
  const agent: Service = {
    stop() {
      stopped ??= started.stop();
      return stopped;
    },
  };
  undo.defer(agent.stop);
  return { id, stations, field, agent, client };
}

/** The wind rises by a limit every 36 minutes up to noon, falls to half of them, and rises to all of them in the evening. */
async function weather(edges: readonly DayEdge[], clock: FastClock): Promise<void> {
  const never = new AbortController().signal;
  const at = (hour: number) => clock.sleep(hour * HOUR_MS - clock.ticks(), never);
  const blow = (speed: number) => {
    for (const { field, stations } of edges) for (const station of stations) field.wind(station, speed);
  };
  for (let step = 1; step <= STEPS; step++) {
    await at((12 * step) / STEPS);
    blow(step);
  }
  await at(13);
  blow(STEPS / 2);
  await at(19);
  blow(STEPS);
  await at((DAY_MS - LEFT_MS) / HOUR_MS);
}

/** Resolves when what the instruments have told by now has been acknowledged: the newest goes out last or live. */
async function drained({ id, client }: DayEdge): Promise<void> {
  const { traffic } = client.link;
  await vi.waitFor(
    () => {
      expect(traffic.statuses.get(id)?.waiting).toEqual({ alarms: 0, live: expect.any(Number), backlog: 0 });
      expect(traffic.counts.backlog).toBeGreaterThan(0);
      expect(traffic.counts.publishes - traffic.counts.acknowledgements).toBeLessThan(3);
    },
    { timeout: 90_000, interval: 20 },
  );
}

/** Every value that the instruments told is stored, or is in a mean that says so, or was counted as dropped. */
async function checkReadings(
  rig: Rig,
  { id, stations, field }: DayEdge,
  { thinned = 0, dropped = 0 }: Partial<EdgeStatus> = {},
): Promise<void> {
  const counts = { told: field.served.length * POINTS.length, values: 0, means: 0, inMeans: 0, missing: 0 };
  for (const station of stations) {
    const from = rig.startedAt - DAY_MS - HOUR_MS;
    const rows = await exported(rig, station, from, Date.now() + HOUR_MS);
    for (const reading of rows) {
      const values = valuesIn(reading);
      if (reading.flag === FLAG.missing) counts.missing++;
      else if (values === 1) counts.values++;
      else {
        counts.means++;
        counts.inMeans += values;
      }
    }
    const served = field.served
      .filter((one) => one.station === station)
      .map(({ temperature }) => temperature);
    const stored = rows
      .filter(({ parameter, value }) => parameter === 'air_temperature' && value !== null)
      .map(({ value }) => value ?? 0);
    // The extremes of the day are there as they were measured, whatever was thinned.
    expect([Math.min(...stored), Math.max(...stored)]).toEqual([Math.min(...served), Math.max(...served)]);
    if (id === 'roomy') expect(stored.toSorted((a, b) => a - b)).toEqual(served.toSorted((a, b) => a - b));
    await checkDayBooks(rig, station, rows);
  }
  rig.say(
    `${id}: ${counts.told} values told = ${counts.values} stored as they were + ${counts.inMeans} in ${counts.means} means + ` +
      `${dropped} dropped; the edge says ${thinned} thinned; ${counts.missing} told as missing`,
  );
  expect(counts.values + counts.inMeans + dropped).toBe(counts.told);
  expect(counts.values + counts.means + thinned + dropped).toBe(counts.told);
  if (id === 'roomy') expect([thinned, dropped, counts.means]).toEqual([0, 0, 0]);
  else expect(thinned).toBeGreaterThan(0);
}

const valuesIn = ({ reason }: Reading): number => (reason === null ? 1 : (valuesOfMean(reason) ?? 1));

async function checkDayBooks(rig: Rig, station: string, rows: readonly Reading[]): Promise<void> {
  const books = await rig.api.call<BooksAnswer>(
    `stations/${station}/books?from=${rig.startedAt - DAY_MS - HOUR_MS}&to=${Date.now()}`,
  );
  expect(books.hours.length).toBeGreaterThan(24 * POINTS.length);
  for (const book of books.hours) {
    const place = `books of ${station}, ${book.parameter}, ${new Date(book.hour).toISOString()}`;
    const sum = book.good + book.flagged + book.missed + book.queued + book.quarantined;
    expect(sum, place).toBe(book.expected + book.extra);
    const end = Math.min(book.hour + HOUR_MS, books.until);
    const good = rows.filter(
      ({ parameter, at, flag }) =>
        parameter === book.parameter && at >= book.hour && at < end && flag === FLAG.good,
    );
    expect([book.good, book.queued, book.quarantined], place).toEqual([good.length, 0, 0]);
  }
}

/** What was read after the gateway came went out live, beside the day. */
function checkLive(rig: Rig, { id, field, client }: DayEdge, servedAway: number): void {
  const { traffic } = client.link;
  const after = field.served.slice(servedAway);
  const { publishes, backlog } = traffic.counts;
  rig.say(
    `${id}: ${after.length} answers after the gateway came; ${backlog} publishes of backlog among ${publishes}`,
  );
  expect(after.length).toBeGreaterThan(0);
  expect(backlog).toBeGreaterThan(0);
}

/** Limits of the upper half were crossed twice: two alerts each, the first of which has cleared. */
async function checkAlerts(rig: Rig, edges: readonly DayEdge[]): Promise<void> {
  const alerts = await allAlerts(rig);
  const expected = edges
    .flatMap(({ stations }) => stations)
    .flatMap((station) =>
      Array.from({ length: STEPS }, (_, index) => {
        const key = `${station}/wind_speed/wind-${index + 1}`;
        return index < STEPS / 2 ? [`${key} active`] : [`${key} active`, `${key} cleared`];
      }),
    )
    .flat()
    .sort();
  expect(alerts.map(({ key, state }) => `${key} ${state}`).sort()).toEqual(expected);
  rig.say(`${alerts.length} alerts of the day, each limit that was crossed once`);
}
