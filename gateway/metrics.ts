/** Counters and gauges of the gateway, in Prometheus' words. docs/books.md lists them. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { KnownEdge } from './catalog.ts';
import type { Condition } from './notify/condition.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly accepted: Counter;
  readonly quarantined: Counter;
  readonly alarms: Counter;
  readonly evidenceBroken: Counter;
}

export interface Gauges {
  readonly clients: () => number;
  /** Clients held back, and bytes of what is not acknowledged. */
  readonly flow: () => { readonly held: number; readonly bytes: number };
  readonly openAlerts: () => number;
  readonly behind: () => readonly { readonly id: string; readonly behind: number }[];
  readonly quarantine: () => { readonly entries: number; readonly bytes: number };
  readonly people: Condition;
  readonly edges: () => readonly KnownEdge[];
  /** Days by class of data; none when the store deletes nothing by itself. */
  readonly keepDays: () => Readonly<Record<string, number>>;
  /** Hours of series whose rollups are still to be made; null where the store makes none. */
  readonly rollupsWaiting: () => number | null | Promise<number | null>;
}

/** Each edge makes seven series; a province has some hundred edges. */
const MOST_EDGES = 1000;

export function createMetrics(gauges: () => Gauges | null): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const gauge = (name: string, help: string, read: (all: Gauges) => number | null | Promise<number | null>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const all = gauges();
        // No series is better than a number that nobody has counted; one part that fails leaves the others.
        const value = all && (await Promise.resolve(read(all)).catch(() => null));
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  /** What is not there any more has no series. */
  const labelled = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    read: (all: Gauges) => Iterable<readonly [Record<L, string>, number]>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        const all = gauges();
        if (all) for (const [labels, value] of read(all)) this.set(labels, value);
      },
    });
  const ofEdges = (name: string, help: string, read: (edge: KnownEdge) => number | undefined) =>
    labelled(name, help, ['edge'], ({ edges }) =>
      edges()
        .slice(0, MOST_EDGES)
        .flatMap((edge) => {
          const value = read(edge);
          return value === undefined ? [] : [[{ edge: edge.name }, value] as const];
        }),
    );

  gauge('quantrac_mqtt_clients', 'Clients connected to the broker', ({ clients }) => clients());
  gauge(
    'quantrac_mqtt_clients_held_back',
    'Clients that have sent what is not read yet because they have their share in flight',
    ({ flow }) => flow().held,
  );
  gauge(
    'quantrac_mqtt_inflight_bytes',
    'Bytes that clients have sent and that are not acknowledged yet',
    ({ flow }) => flow().bytes,
  );
  gauge('quantrac_alerts_open', 'Alerts that are not cleared', ({ openAlerts }) => openAlerts());
  gauge('quantrac_quarantine_entries', 'Entries in quarantine', ({ quarantine }) => quarantine().entries);
  gauge(
    'quantrac_quarantine_bytes',
    'Bytes of the payloads in quarantine',
    ({ quarantine }) => quarantine().bytes,
  );
  gauge(
    'quantrac_store_rollup_hours_waiting',
    'Hours of series whose rollups are still to be made',
    ({ rollupsWaiting }) => rollupsWaiting(),
  );
  labelled(
    'quantrac_store_keep_days',
    'Days for which the store keeps each class of data',
    ['class'],
    ({ keepDays }) => Object.entries(keepDays()).map(([name, days]) => [{ class: name }, days] as const),
  );
  labelled(
    'quantrac_feed_behind',
    'Feed records that a destination has not got yet',
    ['destination'],
    ({ behind }) => behind().map(({ id, behind: records }) => [{ destination: id }, records] as const),
  );
  labelled(
    'quantrac_channel_up',
    '1 while a channel to people works: its modem is ready, its last message was taken; none before the first',
    ['channel'],
    ({ people }) =>
      [...people.faults()].map(([channel, fault]) => [{ channel }, Number(fault === null)] as const),
  );
  labelled(
    'quantrac_notice_messages',
    'Messages to people: those that wait, and those that were sent, failed or are unknown in the last 24 hours',
    ['state'],
    ({ people }) => Object.entries(people.messages()).map(([state, count]) => [{ state }, count] as const),
  );
  ofEdges('quantrac_edge_online', '1 while the edge is connected, 0 when it is away', ({ status }) =>
    Number(status.online),
  );
  labelled(
    'quantrac_edge_waiting',
    'Readings and alarms that wait in the outbox of an edge, as it told last; none while it is away',
    ['edge', 'lane'],
    ({ edges }) =>
      edges()
        .slice(0, MOST_EDGES)
        .flatMap(({ name, status }) =>
          Object.entries(status.waiting ?? {}).map(
            ([lane, readings]) => [{ edge: name, lane }, readings] as const,
          ),
        ),
  );
  ofEdges(
    'quantrac_edge_thinned_readings',
    'Readings that an edge has thinned since its outbox was made, as it told last',
    ({ status }) => status.thinned,
  );
  ofEdges(
    'quantrac_edge_dropped_readings',
    'Readings that an edge has dropped since its outbox was made, as it told last',
    ({ status }) => status.dropped,
  );
  ofEdges(
    'quantrac_edge_outbox_ratio',
    'How full the outbox of an edge is, 0 to 1, as it told last',
    ({ status: { outbox } }) =>
      outbox && outbox.of_megabytes > 0 ? outbox.megabytes / outbox.of_megabytes : undefined,
  );
  return {
    registry,
    accepted: counter(
      'quantrac_readings_accepted_total',
      'Readings stored and acknowledged, repeats included',
    ),
    quarantined: counter('quantrac_quarantined_total', 'Records and messages put in quarantine'),
    alarms: counter('quantrac_alert_changes_total', 'Transitions of alerts'),
    evidenceBroken: counter(
      'quantrac_evidence_broken_total',
      'Batches and heads of edges that do not fit into what they chain',
    ),
  };
}
