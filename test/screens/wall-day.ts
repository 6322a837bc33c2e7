/**
 * A day before a wall, as fast as the page can live through it: its clock jumps on by twenty seconds, the stream tells what 16
 * stations measure each minute, alerts come and go, and once an hour the line is lost. After some hours the heap is looked at,
 * swept first.
 */
import { resolve } from 'node:path';
import { type Browser, type CDPSession, chromium, type Page, type Route } from 'playwright-core';
import { isParameter, parameterOf } from '../../devices/parameter.ts';
import type { AlertAnswer, LatestReading, Session, StationAnswer } from '../../devices/wire/api.ts';
import type { DerivedListAnswer } from '../../devices/wire/derived.ts';
import { PERIOD_S, STATIONS } from './field-stations.ts';
import { valueAt } from './field-values.ts';

const MINUTE_MS = 60_000;
const FRAMES_MS = 250;
/** Where nothing listens: every request is answered here. */
const PAGE = 'http://127.0.0.1:1/';
/** 00:00 in Vietnam. */
const BEGIN = Date.UTC(2026, 2, 4, 17);

export interface DayOptions {
  /** Of the built screens. */
  readonly dist: string;
  /** After which hours the heap is looked at, ascending; the day ends with the last. */
  readonly hours: readonly number[];
  readonly every?: number;
}

export interface Look {
  readonly hour: number;
  /** Bytes of live JavaScript objects. */
  readonly heap: number;
  /** Nodes of the document and beside it, listeners. */
  readonly nodes: number;
  readonly listeners: number;
}

export interface Day {
  readonly looks: readonly Look[];
  /** Errors of the page. */
  readonly problems: readonly string[];
  /** What the wall says at the end. */
  readonly text: string;
}

type Reading = LatestReading & { readonly station: string };

const STATION_ANSWERS: readonly StationAnswer[] = STATIONS.map(({ station, edge }) => ({
  id: station.id,
  kind: station.kind,
  name: station.name,
  area: station.area,
  latitude: station.latitude,
  longitude: station.longitude,
  edge,
  status: 'live',
  parameters: station.parameters.map(({ id, period_s }) => ({
    id,
    unit: parameterOf(id).unit,
    name: parameterOf(id).name,
    period_s: period_s ?? PERIOD_S,
  })),
}));

const readingsAt = (at: number): Reading[] =>
  STATION_ANSWERS.flatMap(({ id: station, parameters }) =>
    parameters.flatMap(({ id, unit }) =>
      isParameter(id)
        ? [
            {
              station,
              parameter: id,
              value: valueAt(station, id, at),
              unit,
              at,
              received_at: at,
              flag: 1 as const,
              reason: null,
              stale: false,
              level: null,
            },
          ]
        : [],
    ),
  );

function alertOf(number: number, at: number, state: AlertAnswer['state']): AlertAnswer {
  const station = STATION_ANSWERS[number % STATION_ANSWERS.length] as StationAnswer;
  const [parameter] = station.parameters;
  const evidence = {
    at,
    value: 120,
    threshold: 100,
    unit: parameter?.unit ?? '',
    state: 'raised',
    reporter: 'flows',
  };
  return {
    id: `alert-${number}`,
    key: `${station.id}/${parameter?.id}/limit-${number}`,
    station: station.id,
    station_name: station.name,
    parameter: parameter?.id ?? '',
    limit: `limit-${number}`,
    level: (['critical', 'warning', 'notice'] as const)[number % 3] ?? 'notice',
    state,
    unverified: false,
    opened_at: at,
    cleared_at: state === 'cleared' ? at : null,
    acknowledged_by: null,
    acknowledged_at: null,
    reporters: ['flows'],
    evidence: [evidence as AlertAnswer['evidence'][number]],
    notes: [],
  };
}

/** What the gateway would answer at `now`, by the path below `/api/v1`. */
function answerOf(url: URL, now: number, open: ReadonlyMap<string, AlertAnswer>): unknown {
  const path = url.pathname.replace('/api/v1', '');
  if (path === '/session') return { name: 'wall', role: 'viewer', areas: null } satisfies Session;
  if (path === '/stations') return { stations: STATION_ANSWERS };
  if (path === '/latest') return { readings: readingsAt(now - (now % MINUTE_MS)) };
  if (path === '/alerts') return { alerts: [...open.values()], next: null };
  if (path === '/derived') return indicesOf(url.searchParams.get('kind') ?? '', now);
  if (path === '/readings') return seriesOf(url.searchParams, now);
  return null;
}

function indicesOf(kind: string, now: number): DerivedListAnswer {
  const parameter = kind === 'air' ? 'vn_aqi' : 'vn_wqi';
  const name = { vi: 'Tốt', en: 'Good' };
  const step = { from: 0, to: 500, name, colour: '#00e400', advice: name };
  const at = now - (now % (60 * MINUTE_MS));
  const value = { parameter, unit: '/', name, at, value: 20 + ((at / 3_600_000) % 60), flag: 1 as const };
  return {
    scales: { [parameter]: [step] },
    stations: STATION_ANSWERS.filter((station) => station.kind === kind).map(({ id }) => ({
      station: id,
      values: [{ ...value, derived_at: at, method: 'm', inputs: [] }],
    })),
    next: null,
  };
}

function seriesOf(query: URLSearchParams, now: number): unknown {
  const [station = '', parameter = ''] = [query.get('station') ?? '', query.get('parameter') ?? ''];
  const step = Number(query.get('every')) * 1000;
  const points = [];
  for (let at = Math.ceil(Number(query.get('from')) / step) * step; at < now; at += step)
    points.push([at, isParameter(parameter) ? valueAt(station, parameter, at) : null, 1]);
  return { station, parameter, unit: '', points, cut: false };
}

/** Stands in for the browser's: the day says what comes. */
function fakeStream(): void {
  const open = new Set<FakeSource>();
  class FakeSource {
    onopen: (() => void) | null = null;
    onerror: (() => void) | null = null;
    readonly #listeners = new Map<string, (event: { data: string }) => void>();
    constructor() {
      open.add(this);
      queueMicrotask(() => this.onopen?.());
    }
    addEventListener(type: string, listener: (event: { data: string }) => void): void {
      this.#listeners.set(type, listener);
    }
    say(type: string, data: string): void {
      this.#listeners.get(type)?.({ data });
    }
    close(): void {
      open.delete(this);
    }
  }
  Object.assign(globalThis, {
    EventSource: FakeSource,
    sayToWall: (type: string, data: string) => {
      for (const source of [...open]) source.say(type, data);
    },
    loseWall: () => {
      for (const source of [...open]) source.onerror?.();
    },
  });
}

interface WallGlobals {
  sayToWall(type: string, data: string): void;
  loseWall(): void;
}

async function look(hour: number, cdp: CDPSession): Promise<Look> {
  // Twice: what the first frees may hold the last of others.
  for (let times = 0; times < 2; times++) await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { hour, heap: usedSize, nodes: of('Nodes'), listeners: of('JSEventListeners') };
}

export async function liveThroughDay({ dist, hours, every = 30 }: DayOptions): Promise<Day> {
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const context = await browser.newContext({
      viewport: { width: 1920, height: 1080 },
      serviceWorkers: 'block',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    const open = new Map<string, AlertAnswer>();
    let now = BEGIN;
    await page.route('**/*', (route) => answer(route, dist, now, open));
    await page.addInitScript(fakeStream);
    await page.clock.install({ time: now });
    await page.goto(`${PAGE}#/wall?panels=map,alerts,fire,air,water,links,chart&at=2&every=${every}`);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable');
    await cdp.send('HeapProfiler.enable');
    const looks: Look[] = [];
    for (let minute = 1; minute <= (hours.at(-1) ?? 0) * 60; minute++) {
      now = BEGIN + minute * MINUTE_MS;
      await liveMinute(page, minute, now, open);
      if (hours.includes(minute / 60)) looks.push(await look(minute / 60, cdp));
    }
    return { looks, problems, text: await page.locator('.wall').innerText() };
  } finally {
    await browser.close();
  }
}

async function answer(
  route: Route,
  dist: string,
  now: number,
  open: ReadonlyMap<string, AlertAnswer>,
): Promise<void> {
  const url = new URL(route.request().url());
  if (!url.pathname.startsWith('/api/'))
    return route.fulfill({
      path: resolve(dist, url.pathname === '/' ? 'index.html' : url.pathname.slice(1)),
    });
  const found = answerOf(url, now, open);
  return route.fulfill({
    status: found === null ? 404 : 200,
    headers: { date: new Date(now).toUTCString() },
    json: found ?? { title: 'not found' },
  });
}

/** What the stream tells in a minute; then the minute goes by. */
async function liveMinute(
  page: Page,
  minute: number,
  now: number,
  open: Map<string, AlertAnswer>,
): Promise<void> {
  const events: [type: string, data: string][] = [['reading', JSON.stringify(readingsAt(now))]];
  const tell = (alert: AlertAnswer): void => void events.push(['alert', JSON.stringify(alert)]);
  if (minute % 7 === 0) {
    const raised = alertOf(minute / 7, now, 'active');
    open.set(raised.id, raised);
    tell(raised);
    // Some six stand at a time.
    const over = open.get(`alert-${minute / 7 - 6}`);
    if (over) {
      open.delete(over.id);
      tell({ ...over, state: 'cleared', cleared_at: now });
    }
  }
  await page.evaluate((all) => {
    const wall = globalThis as unknown as WallGlobals;
    for (const [type, data] of all) wall.sayToWall(type, data);
  }, events);
  if (minute % 60 === 30) await page.evaluate(() => (globalThis as unknown as WallGlobals).loseWall());
  // In jumps, each of which fires what is due once; with a heartbeat between, since longer silence is a dead line, and with the
  // few frames that a screen would have drawn before anything else happens.
  for (let times = 0; times < 3; times++) {
    await page.clock.runFor(FRAMES_MS);
    await page.clock.fastForward(MINUTE_MS / 3 - FRAMES_MS);
    await page.evaluate(() => (globalThis as unknown as WallGlobals).sayToWall('heartbeat', '{}'));
  }
}
