/**
 * The overview in a browser: how soon it shows a value, how much script that takes, and what it costs to keep a thousand
 * stations live. Beside it nothing: the figures are held against the budget of the screens.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import type { MqttClient } from 'mqtt';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import type { InventoryStation } from '../../devices/wire/messages.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import { manyStations as fieldOf } from '../screens/field.ts';
import type { FieldGateway, StorageState } from '../screens/field-gateway.ts';
import { edgesOfMany, manyStations } from '../screens/field-many.ts';
import { valueAt } from '../screens/field-values.ts';
import { progress, runBench } from './support/run.ts';
import { median, printTable } from './support/table.ts';

const BUDGET = { viewMs: 1000, scriptKb: 120, busy: 30, frameMs: 100 } as const;
const SHORT = { stations: 200, seconds: 2, turns: 1 } as const;
/** Publishing this often is even enough: the gateway gathers for a quarter of a second. */
const EVERY_MS = 50;

const options = new Command('screens')
  .description('The overview in Chromium: first view, script, processor and frames while it is live')
  .option('--stations <number>', 'how many', Number, 1000)
  .option('--changes <number>', 'readings a second', Number, 200)
  .option('--seconds <number>', 'how long each turn looks', Number, 20)
  .option('--turns <number>', 'the medians are of', Number, 3)
  .option('--dist <folder>', 'built screens; absent: dashboards/dist')
  .option('--chromium <path>', 'the browser', '/usr/bin/chromium')
  .option(
    '--short',
    '200 stations, one turn of 2 seconds, judged by script and processor time only, which others do not lengthen',
  )
  .addHelpText('after', '\nExample:\n  node test/bench/screens.ts --stations 10000 --turns 1')
  .parse()
  .opts<{
    stations: number;
    changes: number;
    seconds: number;
    turns: number;
    dist?: string;
    chromium: string;
    short?: true;
  }>();
const STATIONS = options.short ? SHORT.stations : options.stations;
const SECONDS = options.short ? SHORT.seconds : options.seconds;
const TURNS = options.short ? SHORT.turns : options.turns;

interface Turn {
  readonly viewMs: number;
  /** Processor time of the main thread until then. */
  readonly workMs: number;
  readonly scriptKb: number;
  /** Percent of one core: tasks of the page's main thread, and all processes of the browser. */
  readonly mainThread: number;
  readonly browser: number;
  /** Longest time between two frames; and the longest task in time of its thread, which others on the machine do not lengthen. */
  readonly frameMs: number;
  readonly taskMs: number;
  /** From the last key of a search until the list has what was searched. */
  readonly searchMs: number;
}

const NONE = { id: 'ph' } as const;

/** Readings of the stations in turn, so many a second. */
function publishAll(clients: readonly MqttClient[], stations: readonly InventoryStation[]): () => void {
  let turn = 0;
  const perEdge = Math.ceil(stations.length / clients.length);
  const timer = setInterval(() => {
    for (let i = 0; i < (options.changes * EVERY_MS) / 1000; i++, turn++) {
      const index = (turn * 7) % stations.length;
      const station = stations[index] as InventoryStation;
      const client = clients[Math.floor(index / perEdge)] as MqttClient;
      const parameter = (station.parameters[turn % station.parameters.length] ?? NONE).id;
      const at = Date.now();
      const value = valueAt(station.id, parameter, at);
      const payload = encodeSenml(station.id, [{ parameter, at, value, flag: 1, reason: null }]);
      client
        .publishAsync(
          topics.readings(client.options.username as string, station.id),
          JSON.stringify(payload),
          {
            qos: 1,
          },
        )
        .catch(() => {});
    }
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** Runs in the page before its own code: notes when the first value is there. */
function watchPage(): void {
  const look = (): void => {
    if (document.querySelector('.station .value')) Object.assign(globalThis, { viewMs: performance.now() });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Asking for frames makes the browser draw them: it is not done while the processor is looked at. */
function watchFrames(ms: number): Promise<number> {
  return new Promise((resolve) => {
    const begun = performance.now();
    let [before, longest] = [begun, 0];
    const next = (): void => {
      const now = performance.now();
      longest = Math.max(longest, now - before);
      before = now;
      if (now - begun < ms) requestAnimationFrame(next);
      else resolve(longest);
    };
    requestAnimationFrame(next);
  });
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the thread. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threads = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const own = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`));
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith('RunTask') && own.has(`${pid} ${tid}`))
    .reduce((longest, { tdur = 0 }) => Math.max(longest, tdur / 1000), 0);
}

async function metric(session: CDPSession, name: string): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find((one) => one.name === name)?.value ?? Number.NaN;
}

/** Processor seconds of the browser with all its processes. */
async function browserCpuS(browser: CDPSession): Promise<number> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

async function search(page: Page): Promise<number> {
  const field = page.locator('.filter-search input');
  await field.fill('da nang tram 7');
  const begun = await page.evaluate(() => performance.now());
  await page.waitForFunction(() => document.querySelectorAll('.filter-reset').length === 1);
  const ended = await page.evaluate(() => performance.now());
  await page.locator('.filter-reset').click();
  return ended - begun;
}

async function measure(browser: Browser, gateway: FieldGateway, storageState: StorageState): Promise<Turn> {
  const context: BrowserContext = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    storageState,
  });
  try {
    const page = await context.newPage();
    let scriptBytes = 0;
    const bodies: Promise<void>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      const body = response.body().then((bytes) => {
        scriptBytes += gzipSync(bytes, { level: 9 }).length;
      });
      bodies.push(body.catch(() => {}));
    });
    const session = await context.newCDPSession(page);
    // Of the thread's own time: what others take of the machine does not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.addInitScript(watchPage);
    await page.goto(`${gateway.url}/#/overview`);
    const viewMs = await page
      .waitForFunction(() => (globalThis as unknown as { viewMs?: number }).viewMs)
      .then((handle) => handle.jsonValue() as Promise<number>);
    const workMs = (await metric(session, 'TaskDuration')) * 1000;
    await page.locator('.pin-icon').first().waitFor();
    await sleep(2000);
    await Promise.all(bodies);
    const scriptKb = scriptBytes / 1024;

    const whole = await browser.newBrowserCDPSession();
    const from = {
      at: performance.now(),
      task: await metric(session, 'TaskDuration'),
      cpu: await browserCpuS(whole),
    };
    await sleep(SECONDS * 1000);
    const seconds = (performance.now() - from.at) / 1000;
    const mainThread = ((await metric(session, 'TaskDuration')) - from.task) / seconds;
    const cpu = ((await browserCpuS(whole)) - from.cpu) / seconds;
    await session.detach();
    await browser.startTracing(page, { categories: ['toplevel'] });
    const frameMs = await page.evaluate(watchFrames, SECONDS * 1000);
    const taskMs = longestTask(await browser.stopTracing());
    const searchMs = await search(page);
    return {
      viewMs,
      workMs,
      scriptKb,
      mainThread: mainThread * 100,
      browser: cpu * 100,
      frameMs,
      taskMs,
      searchMs,
    };
  } finally {
    await context.close();
  }
}

await runBench(async (later) => {
  progress(`a gateway with ${STATIONS} stations…`);
  const gateway = await fieldOf(STATIONS, { ...(options.dist !== undefined && { dist: options.dist }) });
  later.defer(() => gateway.stop());
  const clients = await Promise.all(edgesOfMany(STATIONS).map((edge) => gateway.connect(edge)));
  later.defer(publishAll(clients, manyStations(STATIONS)));
  const browser = await chromium.launch({
    executablePath: options.chromium,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  later.defer(() => browser.close());
  const session = await gateway.login('operator');
  const turns: Turn[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    progress(`turn ${turn + 1} of ${TURNS}…`);
    turns.push(await measure(browser, gateway, session));
  }
  const of = (name: keyof Turn): number => median(turns.map((turn) => turn[name]));
  const row = (what: string, name: keyof Turn, budget: number | string) => [
    what,
    of(name),
    budget,
    turns.map((turn) => Math.round(turn[name])).join(' '),
  ];
  printTable(
    `The overview with ${STATIONS} stations, ${options.changes} changes a second; medians of ${TURNS} turns of ${SECONDS} s`,
    ['what', 'measured', 'budget', 'turns'],
    [
      row('first value seen, ms', 'viewMs', BUDGET.viewMs),
      row('work of the page until then, ms', 'workMs', BUDGET.viewMs),
      row('script on load, kB gzip', 'scriptKb', BUDGET.scriptKb),
      row('main thread, % of a core', 'mainThread', BUDGET.busy),
      row('whole browser, % of a core', 'browser', BUDGET.busy),
      row('longest between frames, ms', 'frameMs', BUDGET.frameMs),
      row('longest task of the page, ms', 'taskMs', BUDGET.frameMs),
      row('search, ms', 'searchMs', ''),
    ],
  );
  const light =
    of('scriptKb') <= BUDGET.scriptKb &&
    of('workMs') <= BUDGET.viewMs &&
    of('mainThread') <= BUDGET.busy &&
    of('taskMs') <= BUDGET.frameMs;
  if (options.short) return light;
  return (
    light && of('viewMs') <= BUDGET.viewMs && of('browser') <= BUDGET.busy && of('frameMs') <= BUDGET.frameMs
  );
});
