/** Joins the parts of the gateway. */

import type { Logger } from '../devices/kit/log.ts';
import type { Service } from '../devices/kit/service.ts';
import type { ParameterId } from '../devices/parameter.ts';
import { topics } from '../devices/wire/topics.ts';
import { createAccounts } from './accounts.ts';
import { GATEWAY } from './alerts/alert.ts';
import { createAlertBook } from './alerts/book.ts';
import { createFlowsHeard } from './alerts/flows-heard.ts';
import { createSilence } from './alerts/silence.ts';
import { startApi } from './api/server.ts';
import { latestReading, stationAnswer } from './api/stations.ts';
import { createStream } from './api/stream.ts';
import { createBooks } from './books/books.ts';
import { createEdgeAccounts } from './books/edge-accounts.ts';
import { createPeriods } from './books/periods.ts';
import { createPresence } from './books/presence.ts';
import { createQuarantined } from './books/quarantined.ts';
import { startBroker } from './broker.ts';
import { createCatalog, type KnownStation } from './catalog.ts';
import { openDerivedStore } from './derive/derived-store.ts';
import { asReading } from './derive/derived-value.ts';
import { createDeriving } from './derive/deriving.ts';
import { roomFault } from './disk.ts';
import { createIngest } from './ingest.ts';
import { createFeed } from './ioc/feed.ts';
import { startFeedRetention } from './ioc/feed-retention.ts';
import { createHeartbeat } from './ioc/heartbeat.ts';
import { createHourlyRecords } from './ioc/observations.ts';
import { outletsDetail, startOutlets } from './ioc/start.ts';
import { createStatusRecords } from './ioc/status.ts';
import { openLedger } from './ledger.ts';
import { createDerivedLimits } from './limits/derived.ts';
import { createStationLimits } from './limits/limits.ts';
import { createLiveReadings } from './live.ts';
import { liveMessage } from './live-message.ts';
import { lockData } from './lock.ts';
import { createMetrics, type Gauges } from './metrics.ts';
import { conditionDetail } from './notify/condition.ts';
import { startTelling } from './notify/start.ts';
import { createQuarantine } from './quarantine.ts';
import { createRerun } from './quarantine-rerun.ts';
import { createReceiver } from './receive.ts';
import { createRehearsals } from './rehearsal/rehearsals.ts';
import type { GatewaySettings, Retention } from './settings.ts';
import { createDerivedRows } from './sta/derived-rows.ts';
import { createSeriesRows } from './sta/series.ts';
import { createTelling } from './sta/telling.ts';
import { openStore } from './store/open.ts';
import { withStanding } from './store/standing.ts';
import type { StoredReading } from './store/store.ts';
import { createUnitLock } from './unit-lock.ts';
import { startWatch } from './watch.ts';

export interface Gateway extends Service {
  readonly ready: { readonly httpPort: number; readonly mqttPort: number };
}

export async function startApp(settings: GatewaySettings, version: string, log: Logger): Promise<Gateway> {
  // What was started is stopped in the opposite order, also when a later part cannot start.
  const started = new AsyncDisposableStack();
  try {
    const ready = await startParts(settings, version, log, started);
    log.info({ ...ready, store: settings.store.kind }, 'gateway ready');
    return { ready, stop: () => started.disposeAsync() };
  } catch (error) {
    // Before files are closed: that may make room, and hide what the start failed of.
    const fault = roomFault(error, settings.data_dir);
    await started.disposeAsync();
    throw fault;
  }
}

async function startParts(
  settings: GatewaySettings,
  version: string,
  log: Logger,
  started: AsyncDisposableStack,
): Promise<Gateway['ready']> {
  const now = Date.now;
  const lock = lockData(settings.data_dir);
  started.defer(() => lock.release());
  const ledger = openLedger(settings.data_dir);
  started.defer(() => ledger.close());
  const store = withStanding(
    await openStore(settings.store, settings.data_dir, log.child({ part: 'store' })),
  );
  started.defer(() => store.close());
  const derived = openDerivedStore(settings.data_dir);
  started.defer(() => derived.close());
  const accounts = createAccounts(ledger, now);
  const feed = createFeed(ledger, now);
  const status = createStatusRecords(ledger, feed, now);
  const catalog = createCatalog(ledger, now, status);
  const quarantine = createQuarantine(ledger, now);
  const edgeAccounts = createEdgeAccounts(ledger, now);
  const live = createLiveReadings();
  const stream = createStream();
  started.defer(() => stream.stop());
  let gauges: Gauges | null = null;
  const metrics = createMetrics(() => gauges);
  let flowsOnline = false;

  const flowsHeard = createFlowsHeard(ledger, now);
  const silence = createSilence({ catalog, live, flows: flowsHeard, settings: settings.alerts, now });
  const alerts = createAlertBook({
    ledger,
    catalog,
    feed,
    now,
    settings: settings.alerts,
    silence,
    onChange(alert) {
      metrics.alarms.inc();
      log.info({ alert: alert.id, key: alert.key, state: alert.state, level: alert.level }, 'alert');
      stream.send('alert', alert);
      // The screens' rows carry the level of their point: send it again with what holds now.
      const newest = live.get(alert.station, alert.parameter as ParameterId);
      if (newest) showReading(newest);
    },
  });
  const limits = createStationLimits({
    ledger,
    catalog,
    alerts,
    now,
    publish: (station, message) => broker.publishRetained(topics.limits(station), JSON.stringify(message)),
    onChange: (station) => resumeLimits(station),
  });
  const showReading = (reading: StoredReading): void => {
    if (stream.size === 0) return;
    const level = alerts.levelOf(reading.station, reading.parameter);
    const { station } = reading;
    stream.reading({ station, ...latestReading(reading, catalog.get(station), level, now()) });
  };
  const showStation = (station: KnownStation): void =>
    stream.send(
      'station',
      stationAnswer(station, live.of(station.id), now(), derived.publishedAt(station.id)),
    );

  try {
    live.update(await store.latest());
  } catch (err) {
    // An absent database does not stop the start: nothing is acknowledged until it takes readings.
    log.error({ err }, 'the store does not answer, latest readings unknown until new ones arrive');
  }

  for (const { id } of catalog.all())
    live.update(derived.newest(id).map((value) => asReading(value, value.derivedAt)));

  const derivedLimits = createDerivedLimits((station) => {
    const known = catalog.get(station);
    return known === undefined ? [] : limits.inForce(known).limits;
  });
  const resumeLimits = (station: string): void => {
    for (const alarm of derivedLimits.resume(station, derived, now())) alerts.report(alarm, GATEWAY);
  };
  const periods = createPeriods(ledger);
  const heartbeat = createHeartbeat({ feed, catalog, alerts, status, now });
  const hourly = createHourlyRecords({
    ledger,
    feed,
    catalog,
    store,
    derived,
    periodsOf: periods.of,
    delayMs: settings.ioc.observations_delay_s * 1000,
    now,
    log: log.child({ part: 'feed' }),
  });
  const deriving = createDeriving({
    store,
    catalog,
    derived,
    settings: settings.derive,
    periodsOf: periods.of,
    keepDays: settings.store.kind === 'sqlite' ? settings.store.keep.hour_days : null,
    now,
    log: log.child({ part: 'derive' }),
    onValues(values) {
      for (const reading of live.update(values.map((value) => asReading(value, now())))) showReading(reading);
      telling.derived(values, now());
    },
    beforeValues: hourly.deriving,
    onLive(station, values) {
      const readings = values.map((value) => asReading(value, now()));
      for (const alarm of derivedLimits.step(station.id, readings)) alerts.report(alarm, GATEWAY);
      if (!broker.hasListeners()) return;
      broker.publish(topics.live(station.id), JSON.stringify(liveMessage(station, readings)));
    },
  });

  const ingest = createIngest({
    store,
    catalog,
    units: createUnitLock(ledger),
    quarantine,
    now,
    log: log.child({ part: 'ingest' }),
    counters: {
      accepted: (readings) => metrics.accepted.inc(readings),
      quarantined: (records) => metrics.quarantined.inc(records),
    },
    onLive(id, readings) {
      const station = catalog.get(id);
      if (!station) return;
      const isNew = live.of(id).length === 0;
      for (const reading of live.update(readings)) showReading(reading);
      if (isNew) showStation(station);
      if (broker.hasListeners())
        broker.publish(topics.live(id), JSON.stringify(liveMessage(station, readings)));
    },
    onStored(readings) {
      deriving.stored(readings);
      telling.readings(readings);
      hourly.stored(readings);
      heartbeat.stored(readings.length);
      delivery.stored(readings);
    },
  });
  started.defer(() => ingest.stop());
  // Before the gate waits for its last commit: a database that is silent must not keep the gateway from stopping.
  started.defer(() => store.hurry?.());

  const broker = await startBroker({
    ...settings.mqtt,
    accounts,
    log: log.child({ part: 'broker' }),
    edgeOf: (station) => catalog.get(station)?.edge,
    receive: createReceiver({
      ingest,
      catalog,
      alerts,
      quarantine,
      accounts: edgeAccounts,
      now,
      onQuarantine: (records) => metrics.quarantined.inc(records),
      onStations(stations) {
        limits.announced(stations);
        stations.forEach(showStation);
      },
      onEdgeStatus: limits.heard,
      onFlowsStatus(online) {
        flowsOnline = online;
        flowsHeard.heard(online);
      },
    }),
  });
  started.defer(() => broker.stop());
  const telling = createTelling(broker.subscribers);
  limits.publishAll();

  const outlets = startOutlets({
    ledger,
    feed,
    catalog,
    store,
    alerts,
    settings: settings.ioc,
    now,
    log: log.child({ part: 'ioc' }),
  });
  started.defer(() => outlets.stop());
  const { delivery } = outlets;
  const people = startTelling({
    ledger,
    feed,
    alerts,
    catalog,
    settings: settings.notify,
    now,
    log: log.child({ part: 'notify' }),
    publishRetained: broker.publishRetained,
  });
  started.defer(() => people.stop());
  gauges = {
    clients: broker.clients,
    flow: broker.flow,
    openAlerts: () => alerts.open().length,
    behind: delivery.states,
    quarantine: () => ({ entries: quarantine.count(), bytes: quarantine.bytes() }),
    edges: catalog.edges,
    people: people.condition,
    keepDays: () => (settings.store.kind === 'sqlite' ? keepDays(settings.store.keep) : {}),
    rollupsWaiting: () => store.rollupsWaiting?.() ?? null,
  };
  const watch = startWatch({
    alerts,
    catalog,
    live,
    silence,
    status,
    now,
    log: log.child({ part: 'watch' }),
  });
  started.defer(() => watch.stop());
  for (const { id } of catalog.all()) resumeLimits(id);
  const derivation = deriving.start();
  started.defer(() => derivation.stop());
  const hours = hourly.start();
  started.defer(() => hours.stop());
  const feedLog = log.child({ part: 'feed' });
  const beats = heartbeat.start(settings.ioc.heartbeat_s * 1000, feedLog);
  started.defer(() => beats.stop());
  const retention = startFeedRetention({ feed, keepDays: settings.ioc.keep_days, now, log: feedLog });
  started.defer(() => retention.stop());

  const rehearsals = createRehearsals({
    store,
    derived,
    catalog,
    limitsInForce: (station) => limits.inForce(station).limits,
    settings: settings.alerts,
    now,
    log: log.child({ part: 'rehearsal' }),
  });
  started.defer(() => rehearsals.stop());

  const api = await startApi({
    ...settings.http,
    version,
    token: settings.token,
    accounts,
    catalog,
    books: createBooks({
      store,
      catalog,
      periods,
      presence: createPresence(ledger),
      accounts: edgeAccounts,
      quarantined: createQuarantined(ledger),
      keptDays: settings.store.kind === 'sqlite' ? settings.store.keep.raw_days : null,
      now,
    }),
    live,
    store,
    derived,
    deriveSettings: settings.derive,
    alerts,
    shelveMostS: settings.alerts.shelve_most_s,
    limits,
    rehearsals,
    feed,
    cap: outlets.cap,
    delivery,
    notices: people.notices,
    push: people.push,
    smsIncoming: people.smsIncoming,
    sta: {
      catalog,
      derived,
      periods,
      series: createSeriesRows({ store, derivedRows: createDerivedRows(derived.db), live, now }),
    },
    mqttPort: broker.port,
    quarantine,
    rerun: createRerun(quarantine, ingest),
    stream,
    metrics,
    now,
    log: log.child({ part: 'api' }),
    checks: {
      broker: async () => {
        const { held } = broker.flow();
        return {
          ok: true,
          detail: `${broker.clients()} clients${held === 0 ? '' : `, ${held} of them held back`}`,
        };
      },
      store: async () => {
        await store.check();
        return { ok: true, detail: settings.store.kind };
      },
      // Without flows the edges' own limits still work, so this is told and not a failure of the gateway.
      flows: async () => ({ ok: true, detail: flowsOnline ? 'online' : 'offline' }),
      ioc: async () => ({ ok: true, detail: outletsDetail(delivery.states()) }),
      people: async () => ({ ok: true, detail: conditionDetail(people.condition) }),
    },
  });
  started.defer(() => api.stop());
  return { httpPort: api.port, mqttPort: broker.port };
}

const keepDays = ({ raw_days, minute_days, hour_days, day_days }: Retention) => ({
  raw: raw_days,
  minute: minute_days,
  hour: hour_days,
  day: day_days,
});
