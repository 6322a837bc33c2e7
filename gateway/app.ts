/** Joins the parts of the gateway. */

import { createAttempts } from '../devices/kit/attempts.ts';
import type { Logger } from '../devices/kit/log.ts';
import type { Service } from '../devices/kit/service.ts';
import type { ParameterId } from '../devices/parameter.ts';
import { topics } from '../devices/wire/topics.ts';
import type { RouteRight } from './access/routes.ts';
import { createAccounts } from './accounts.ts';
import { createAlertBook } from './alerts/book.ts';
import { createFlowsHeard } from './alerts/flows-heard.ts';
import { createSilence } from './alerts/silence.ts';
import { startApi } from './api/server.ts';
import { createStream } from './api/stream.ts';
import { createAudit } from './audit/audit.ts';
import { createBooks } from './books/books.ts';
import { createEdgeAccounts } from './books/edge-accounts.ts';
import { createPeriods } from './books/periods.ts';
import { createPresence } from './books/presence.ts';
import { createQuarantined } from './books/quarantined.ts';
import { startBroker } from './broker/broker.ts';
import { createCatalog } from './catalog.ts';
import { createChecks } from './checks.ts';
import { openDerivedStore } from './derive/derived-store.ts';
import { asReading } from './derive/derived-value.ts';
import { createDeriving } from './derive/deriving.ts';
import { roomFault } from './disk.ts';
import { openEvidence } from './evidence/evidence.ts';
import { startEdgeCare } from './fleet/commands-start.ts';
import { startFleetConfig } from './fleet/start-config.ts';
import { gaugesOf } from './gauges.ts';
import { startIdentity } from './identity/start.ts';
import { createIngest } from './ingest.ts';
import { createFeed } from './ioc/feed.ts';
import { createFeedRecords } from './ioc/records.ts';
import { startOutlets } from './ioc/start.ts';
import { createStatusRecords } from './ioc/status.ts';
import { openLedger } from './ledger.ts';
import { createDerivedAlarms } from './limits/derived-alarms.ts';
import { createStationLimits } from './limits/limits.ts';
import { createLiveReadings } from './live.ts';
import { loadLive } from './live-load.ts';
import { liveMessage } from './live-message.ts';
import { lockData } from './lock.ts';
import { createMetrics, type Gauges } from './metrics.ts';
import { startTelling } from './notify/start.ts';
import { createPhotos } from './photos.ts';
import { createQuarantine } from './quarantine.ts';
import { createRerun } from './quarantine-rerun.ts';
import { createReceiver } from './receive.ts';
import { createRehearsals } from './rehearsal/rehearsals.ts';
import type { GatewaySettings } from './settings.ts';
import { createShown } from './shown.ts';
import { createDerivedRows } from './sta/derived-rows.ts';
import { createSeriesRows } from './sta/series.ts';
import { createTelling } from './sta/telling.ts';
import { openStore } from './store/open.ts';
import { withStanding } from './store/standing.ts';
import { createUnitLock } from './unit-lock.ts';
import { startWatch } from './watch.ts';

export interface Gateway extends Service {
  readonly ready: { readonly httpPort: number; readonly mqttPort: number; readonly mqttsPort?: number };
  /** All routes of its API, with the row of the table that each goes by. */
  readonly rights: readonly RouteRight[];
}

export async function startApp(
  settings: GatewaySettings,
  version: string,
  log: Logger,
  screens?: string,
): Promise<Gateway> {
  // What was started is stopped in the opposite order, also when a later part cannot start.
  const started = new AsyncDisposableStack();
  try {
    const { ready, rights } = await startParts(settings, version, log, screens, started);
    log.info({ ...ready, store: settings.store.kind }, 'gateway ready');
    return { ready, rights, stop: () => started.disposeAsync() };
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
  screens: string | undefined,
  started: AsyncDisposableStack,
): Promise<Pick<Gateway, 'ready' | 'rights'>> {
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
  const audit = createAudit(ledger, now);
  const status = createStatusRecords(ledger, feed, now);
  const catalog = createCatalog(ledger, now, status);
  const quarantine = createQuarantine(ledger, now);
  const edgeAccounts = createEdgeAccounts(ledger, now);
  const live = createLiveReadings();
  const periods = createPeriods(ledger);
  /** What most parts are made of; each says by its type what it takes. */
  const kept = { ledger, store, derived, feed, audit, status, catalog, live, quarantine, periods, now };
  const partLog = (part: string): Logger => log.child({ part });
  const stream = createStream(catalog);
  started.defer(() => stream.stop());
  let gauges: Gauges | null = null;
  const metrics = createMetrics(() => gauges);
  let flowsOnline = false;

  const flowsHeard = createFlowsHeard(ledger, now);
  const silence = createSilence({ ...kept, flows: flowsHeard, settings: settings.alerts });
  const alerts = createAlertBook({
    ...kept,
    settings: settings.alerts,
    silence,
    onChange(alert) {
      metrics.alarms.inc();
      log.info({ alert: alert.id, key: alert.key, state: alert.state, level: alert.level }, 'alert');
      stream.send('alert', alert);
      // The screens' rows carry the level of their point: send it again with what holds now.
      const newest = live.get(alert.station, alert.parameter as ParameterId);
      if (newest) shown.reading(newest);
    },
  });
  const limits = createStationLimits({
    ...kept,
    alerts,
    publish: (station, message) => broker.publishRetained(topics.limits(station), JSON.stringify(message)),
    onChange: (station) => derivedAlarms.resume(station),
  });
  const shown = createShown({ ...kept, stream, alerts });
  await loadLive({ ...kept, log });
  const derivedAlarms = createDerivedAlarms({ ...kept, limits, alerts });
  const records = createFeedRecords({
    ...kept,
    alerts,
    periodsOf: periods.of,
    settings: settings.ioc,
    log: partLog('feed'),
  });
  const deriving = createDeriving({
    ...kept,
    settings: settings.derive,
    periodsOf: periods.of,
    keepDays: settings.store.kind === 'sqlite' ? settings.store.keep.hour_days : null,
    log: partLog('derive'),
    onValues(values) {
      for (const reading of live.update(values.map((value) => asReading(value, now()))))
        shown.reading(reading);
      telling.derived(values, now());
    },
    beforeValues: records.deriving,
    onLive(station, values) {
      const readings = values.map((value) => asReading(value, now()));
      derivedAlarms.step(station.id, readings);
      if (!broker.hasListeners()) return;
      broker.publish(topics.live(station.id), JSON.stringify(liveMessage(station, readings)));
    },
  });

  const evidence = await openEvidence({
    dataDir: settings.data_dir,
    keepDays: settings.store.kind === 'sqlite' ? settings.store.keep.raw_days : EVIDENCE_DAYS,
    now,
    log: partLog('evidence'),
    enrolledKey: (edge) => identity.signingKeys.of(edge)[0],
    onBreak: () => metrics.evidenceBroken.inc(),
  });
  started.defer(() => evidence.stop());
  const ingest = createIngest({
    ...kept,
    evidence,
    units: createUnitLock(ledger),
    log: partLog('ingest'),
    counters: {
      accepted: (readings) => metrics.accepted.inc(readings),
      quarantined: (records) => metrics.quarantined.inc(records),
    },
    onLive(id, readings) {
      const station = catalog.get(id);
      if (!station) return;
      const isNew = live.of(id).length === 0;
      for (const reading of live.update(readings)) shown.reading(reading);
      if (isNew) shown.station(station);
      if (broker.hasListeners())
        broker.publish(topics.live(id), JSON.stringify(liveMessage(station, readings)));
    },
    onStored(readings) {
      deriving.stored(readings);
      telling.readings(readings);
      records.stored(readings);
      delivery.stored(readings);
    },
  });
  started.defer(() => ingest.stop());
  // Before the gate waits for its last commit: a database that is silent must not keep the gateway from stopping.
  started.defer(() => store.hurry?.());

  const identity = await startIdentity({
    ...kept,
    dataDir: settings.data_dir,
    tls: settings.mqtt.tls,
    log: partLog('identity'),
    broker: () => broker,
  });
  started.defer(() => identity.stop());
  const edgeCare = startEdgeCare({
    ...kept,
    accounts,
    publish: (topic, payload) => broker.publishOnce(topic, payload),
    log: partLog('fleet'),
  });
  started.defer(() => edgeCare.stop());
  const fleetConfig = startFleetConfig({
    ...kept,
    log: log.child({ part: 'fleet' }),
    publishRetained: (topic, payload) => broker.publishRetained(topic, payload),
  });
  started.defer(() => fleetConfig.stop());
  const broker = await startBroker({
    ...settings.mqtt,
    tls: identity.door,
    certificates: identity.allowList,
    // Many edges behind one router have one address, and what each must know has full entropy.
    attempts: createAttempts({ now, perAddress: 2000, known: accounts.known.machines }),
    accounts,
    log: partLog('broker'),
    edgeOf: (station) => catalog.get(station)?.edge,
    receive: createReceiver({
      ...kept,
      ingest,
      alerts,
      accounts: edgeAccounts,
      onQuarantine: (records) => metrics.quarantined.inc(records),
      onStations(stations) {
        limits.announced(stations);
        stations.forEach(shown.station);
      },
      onEdgeStatus(edge) {
        limits.heard(edge);
        edgeCare.heard(edge);
      },
      fleet: {
        answers: (edge, answer) => edgeCare.commands.heard(edge, answer),
        config: fleetConfig.hear,
        renewal: identity.renewal,
        seal: evidence.seal,
      },
      onFlowsStatus(online) {
        flowsOnline = online;
        flowsHeard.heard(online);
      },
    }),
  });
  started.defer(() => broker.stop());
  started.defer(accounts.onRevoked(broker.recheck));
  const telling = createTelling(broker.subscribers);
  limits.publishAll();
  fleetConfig.begin();

  const outlets = startOutlets({ ...kept, alerts, settings: settings.ioc, log: partLog('ioc') });
  started.defer(() => outlets.stop());
  const { delivery } = outlets;
  const people = startTelling({
    ...kept,
    alerts,
    settings: settings.notify,
    log: partLog('notify'),
    publishRetained: broker.publishRetained,
  });
  started.defer(() => people.stop());
  const asked = { ...kept, broker, alerts, delivery, people: people.condition };
  gauges = gaugesOf({ ...asked, settings: settings.store });
  const watch = startWatch({ ...kept, alerts, silence, log: partLog('watch') });
  started.defer(() => watch.stop());
  derivedAlarms.resumeAll();
  const derivation = deriving.start();
  started.defer(() => derivation.stop());
  const told = records.start();
  started.defer(() => told.stop());

  const rehearsals = createRehearsals({
    ...kept,
    limitsInForce: (station) => limits.inForce(station).limits,
    settings: settings.alerts,
    log: partLog('rehearsal'),
  });
  started.defer(() => rehearsals.stop());

  const api = await startApi({
    ...kept,
    ...settings.http,
    version,
    screens,
    token: settings.token,
    accounts,
    identity,
    edgeCare,
    fleetConfig,
    books: createBooks({
      ...kept,
      presence: createPresence(ledger),
      accounts: edgeAccounts,
      quarantined: createQuarantined(ledger),
      keptDays: settings.store.kind === 'sqlite' ? settings.store.keep.raw_days : null,
    }),
    deriveSettings: settings.derive,
    alerts,
    shelveMostS: settings.alerts.shelve_most_s,
    limits,
    rehearsals,
    cap: outlets.cap,
    delivery,
    notices: people.notices,
    push: people.push,
    photos: createPhotos(kept),
    smsIncoming: people.smsIncoming,
    sta: { ...kept, series: createSeriesRows({ ...kept, derivedRows: createDerivedRows(derived.db) }) },
    mqttPort: broker.port,
    rerun: createRerun({ ...kept, ingest }),
    evidence,
    stream,
    metrics,
    log: partLog('api'),
    checks: createChecks({
      ...asked,
      evidence,
      storeKind: settings.store.kind,
      flowsOnline: () => flowsOnline,
    }),
  });
  started.defer(() => api.stop());
  const { tlsPort } = broker;
  const ports = { httpPort: api.port, mqttPort: broker.port, ...(tlsPort && { mqttsPort: tlsPort }) };
  return { ready: ports, rights: api.rights };
}

/** InfluxDB has a retention of its own. */
const EVIDENCE_DAYS = 400;
