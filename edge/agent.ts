/** Joins the parts of an edge: lines → readings → alarms → outbox → uplink. */
import { FIRE_LIMIT, sirenNews } from '../devices/fire/report.ts';
import { inventoryOf, type Profiles } from '../devices/inventory.ts';
import type { Logger } from '../devices/kit/log.ts';
import { lineWarnings } from '../devices/line/line-check.ts';
import type { Reading } from '../devices/reading.ts';
import type { EdgeFile } from '../devices/station.ts';
import { type Alarm, type EdgeStatus, limitKey, MOST_REASON } from '../devices/wire/messages.ts';
import { type Backoff, RECONNECT } from './backoff.ts';
import { createBatcher } from './batch.ts';
import { openChain } from './chain.ts';
import { type Clock, readBoot } from './clock.ts';
import { fixedSource, type SystemClockSource } from './clock-source.ts';
import { watchClock } from './clock-watch.ts';
import { openCommands } from './commands/commands.ts';
import type { ConfigEars, RunningAgent } from './config/supervisor.ts';
import { openFireWatch } from './fire.ts';
import { watchMachine } from './health.ts';
import { startRenewal } from './identity/renewal.ts';
import { wayUp } from './identity/way-up.ts';
import { openLessons } from './lessons.ts';
import { watchLimits } from './limit-watch.ts';
import { openEdgeLimits } from './limits.ts';
import { startLine } from './line.ts';
import { ageAlarms } from './outbox/alarm-age.ts';
import { shelter } from './outbox/sheltered.ts';
import { openTimedOutbox } from './outbox/timed.ts';
import type { Held } from './outbox/untimed.ts';
import { LIVE_WINDOW_MS, type Outbox } from './outbox.ts';
import { openSirens } from './sirens.ts';
import { startUplink } from './uplink.ts';

export interface AgentOptions {
  readonly file: EdgeFile;
  readonly profiles: Profiles;
  readonly clock: Clock;
  /** What is known of who keeps the wall clock right; nothing when absent. */
  readonly clockSource?: SystemClockSource;
  readonly random: () => number;
  readonly log: Logger;
  /** Who decides which configuration runs; nobody when absent. */
  readonly config?: ConfigEars;
  readonly reconnect?: Backoff;
  readonly ackTimeoutMs?: number;
  readonly statusEveryMs?: number;
  /** The newest lines of the log, for the centre; absent: nobody keeps any. */
  readonly recentLog?: (lines: number) => readonly string[];
  /** Ends this edge in order and starts it anew, or answers why that cannot be; absent: the centre cannot have it restarted. */
  readonly restart?: () => string | null;
}

/** Readings are gathered so long before they make a batch. */
const GATHER_MS = 150;

/** How long a stop may take to deliver what waits. */
const DRAIN_MS = 1000;

const thousandths = (part: number): number => Math.round(part * 1000) / 1000;

const MEGABYTE = 1024 * 1024;

const fill = ({ bytes, limit, holdsHours }: ReturnType<Outbox['room']>) => ({
  megabytes: thousandths(bytes / MEGABYTE),
  of_megabytes: limit / MEGABYTE,
  holds_hours: holdsHours === null ? null : Math.floor(holdsHours * 10) / 10,
});

const heldFields = (held: Held | null) =>
  held === null ? {} : { held: held.readings, held_s: held.seconds };

const refusalFields = (refusal: string | null) =>
  refusal === null ? {} : { refuses: refusal.slice(0, MOST_REASON) };

export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { file, profiles, clock, random, log } = options;
  const way = wayUp(file, log.child({ part: 'identity' }));
  // Its code takes 3 MB, and many an edge listens to no broker.
  const mqtt = file.lines.some(({ mode }) => mode === 'mqtt') ? await import('./mqtt/line.ts') : null;
  const outboxLog = log.child({ part: 'outbox' });
  const boot = readBoot();
  const stored = openTimedOutbox(file.data_dir, file.outbox_megabytes, {
    now: clock.now,
    ticks: clock.ticks,
    boot,
    keepHours: file.outbox_hours,
    log: outboxLog,
  });
  const outbox = ageAlarms(shelter(stored, outboxLog), { boot, ticks: clock.ticks });
  const batcher = createBatcher(outbox, clock.now);
  const { stations } = inventoryOf(file, profiles);
  const limits = openEdgeLimits({
    stations,
    directory: file.data_dir,
    now: clock.now,
    log: log.child({ part: 'limits' }),
  });
  const limitWatch = watchLimits({
    dataDir: file.data_dir,
    stations: stations.map(({ id }) => ({ id, limits: limits.of(id) })),
    clock,
    log: log.child({ part: 'limits' }),
    onStale: tell,
  });
  const fire = openFireWatch({
    file,
    profiles,
    clock,
    log: log.child({ part: 'fire' }),
    onReadings,
    hurry(...wish) {
      for (const line of lines) line.hurry(...wish);
    },
  });
  const watch = watchClock({
    clock,
    source: options.clockSource ?? fixedSource('unknown'),
    dataDir: file.data_dir,
    log: log.child({ part: 'clock' }),
    // Limits count time by their readings: across a step a hold would end at once, or everything be out of order.
    onStep() {
      limitWatch.clockStepped();
      fire.clockStepped();
    },
    onTime(offset, source) {
      outbox.timeArrived(offset, source !== 'unknown');
    },
  });
  const sirens = openSirens({
    file,
    clock,
    log: log.child({ part: 'siren' }),
    onChange: () => uplink.tellStatus(),
  });
  const commands = openCommands({
    ...options,
    log: log.child({ part: 'command' }),
    lines: () => lines,
    tell: (kind, payload) => uplink.tell(kind, payload),
  });
  const chain = openChain({
    dataDir: file.data_dir,
    outbox,
    clock,
    log: log.child({ part: 'chain' }),
    tell: (head) => uplink.tell('seal', head),
  });
  const renewal = startRenewal({
    edge: file.id,
    dataDir: file.data_dir,
    clock,
    random,
    log: log.child({ part: 'identity' }),
    tell: (kind, payload) => uplink.tell(kind, payload),
  });
  const machine = watchMachine({ dataDir: file.data_dir, clock });
  const startedTicks = clock.ticks();
  const gathering = new AbortController();
  let gathered = false;

  function flush(): void {
    batcher.flush();
    uplink.wake();
  }

  async function gather(): Promise<void> {
    if (gathered) return;
    gathered = true;
    await clock.sleep(GATHER_MS, gathering.signal);
    gathered = false;
    if (!gathering.signal.aborted) flush();
  }

  function keep(readings: readonly Reading[]): void {
    const { dated, untimed } = watch.time(readings);
    batcher.addReadings(dated);
    batcher.addUntimed(untimed);
  }

  function onReadings(readings: readonly Reading[]): void {
    options.config?.onReadings(readings);
    keep(readings);
    commands.readings(readings);
    // Limits take what was measured: that its time is doubtful is no reason to let a flood pass.
    // What an instrument had stored is of the past: it raises no alarm.
    const liveFrom = clock.now() - LIVE_WINDOW_MS;
    const live = readings.filter(({ at }) => at >= liveFrom);
    const seen = fire.take(live);
    if (seen.readings.length > 0) keep(seen.readings);
    const alarms = [...limitWatch.step([...live, ...seen.readings]), ...seen.alarms];
    if (alarms.length === 0) void gather();
    else tell(alarms);
  }

  function tell(alarms: readonly Alarm[]): void {
    for (const { station, parameter, limit, state, value } of alarms)
      log.warn({ station, parameter, limit, state, value }, 'limit crossed');
    for (const alarm of alarms) {
      // The clock may have been set back since.
      const ago = Math.max(0, clock.now() - alarm.at);
      if (watch.doubts(alarm.at)) batcher.addAlarm({ ...alarm, time_doubtful: true }, clock.ticks() - ago);
      else batcher.addAlarm(alarm);
    }
    // An alarm does not wait for its batch to fill. Its siren waits for no disk.
    if (sirens.take(alarms.flatMap(heardBySirens))) setImmediate(hurry);
    else hurry();
  }

  /** The alarm of the fire rules has a name for each of its levels there. */
  const heardBySirens = (alarm: Alarm) =>
    alarm.parameter === 'fire_detection' && alarm.limit === FIRE_LIMIT ? sirenNews(alarm) : [alarm];

  function hurry(): void {
    flush();
    uplink.hurry();
  }

  const uplink = startUplink({
    edge: file.id,
    ...way,
    keepaliveS: file.uplink.keepalive_s,
    outbox: chain.outbox,
    seal: chain.seal,
    parting: chain.parting,
    inventory: () => inventoryOf(file, profiles),
    status: createStatus(),
    account: outbox,
    limits: {
      stations: stations.map(({ id }) => id),
      take(station, payload) {
        const before = limits.of(station);
        if (!limits.take(station, payload)) return false;
        const kept = limits.of(station);
        limitWatch.replace(station, kept);
        // A limit that is gone says nothing more, so what it has sounded is silenced here.
        const gone = before.filter((limit) => !kept.some((other) => limitKey(other) === limitKey(limit)));
        sirens.take(
          gone.map(({ parameter, name }) => ({ station, parameter, limit: name, state: 'cleared' })),
        );
        return true;
      },
    },
    sirens: {
      stations: file.stations.filter((station) => station.sirens.length > 0).map(({ id }) => id),
      take: sirens.call,
    },
    centre: {
      certificate: renewal.take,
      commands: commands.hear,
      ...(options.config && { config: options.config.take }),
    },
    onReady() {
      chain.ready();
      renewal.ready();
      commands.connected();
      options.config?.onReady();
    },
    clock,
    random,
    reconnect: options.reconnect ?? RECONNECT,
    ackTimeoutMs: options.ackTimeoutMs ?? 60_000,
    statusEveryMs: options.statusEveryMs ?? 10_000,
    log: log.child({ part: 'uplink' }),
  });
  for (const { line, reason } of lineWarnings(file, profiles))
    log.warn({ line, reason }, 'line set up badly');
  const lessons = openLessons(file.data_dir, log);
  const common = { file, profiles, clock, random, log: log.child({ part: 'line' }), onReadings };
  const lines = file.lines.flatMap((line) => {
    if (line.mode === 'mqtt') return mqtt?.startMqttLine(line, common) ?? [];
    return startLine(line, {
      ...common,
      lessons,
      urgent: [...sirens.onLine(line.id), commands.turnOn(line.id)],
    });
  });

  /** Each call tells of the time since the one before. */
  function createStatus(): () => EdgeStatus {
    let since = clock.ticks();
    const busyBefore = new Map<string, number>();
    return () => {
      const ticks = clock.ticks();
      const elapsed = Math.max(1, ticks - since);
      since = ticks;
      return {
        online: true,
        at: clock.now(),
        uptime_s: thousandths((ticks - startedTicks) / 1000),
        waiting: outbox.waiting(clock.now()),
        thinned: outbox.thinned(),
        dropped: outbox.dropped(),
        outbox: { ...fill(outbox.room()), ...refusalFields(outbox.refusal()) },
        clock: { ...watch.state(), ...heldFields(outbox.held()) },
        limits: limits.states(),
        system: machine.state(),
        ...(file.stations.some((station) => station.fire) && { fire: fire.states() }),
        ...(file.stations.some((station) => station.sirens.length > 0) && { sirens: sirens.states() }),
        lines: lines.map(({ id, planned, state }) => {
          const { busyMs, skipped, units } = state();
          const busy = (busyMs - (busyBefore.get(id) ?? 0)) / elapsed;
          busyBefore.set(id, busyMs);
          return { id, busy: thousandths(busy), planned: thousandths(planned), skipped, units: [...units] };
        }),
      };
    };
  }

  return {
    tell: uplink.tell,
    lines: () => lines.map(({ id, state }) => ({ id, busyMs: state().busyMs })),
    async stop() {
      await commands.stop();
      machine.stop();
      renewal.stop();
      await Promise.all(lines.map((line) => line.stop()));
      fire.close();
      sirens.close();
      gathering.abort();
      watch.stop();
      flush();
      limitWatch.stop();
      await uplink.stop(DRAIN_MS);
      chain.stop();
      outbox.close();
    },
  };
}
