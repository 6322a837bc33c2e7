/** Counters of the gateway, in Prometheus' words. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  readonly accepted: Counter;
  readonly quarantined: Counter;
  readonly alarms: Counter;
}

export interface Gauges {
  readonly clients: () => number;
  readonly openAlerts: () => number;
  readonly behind: () => readonly { readonly id: string; readonly behind: number }[];
}

export function createMetrics(gauges: () => Gauges | null): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const gauge = (name: string, help: string, read: (all: Gauges) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const all = gauges();
        if (all) this.set(read(all));
      },
    });
  gauge('quantrac_mqtt_clients', 'Clients connected to the broker', ({ clients }) => clients());
  gauge('quantrac_alerts_open', 'Alerts that are not cleared', ({ openAlerts }) => openAlerts());
  new Gauge({
    name: 'quantrac_feed_behind',
    help: 'Feed records that a destination has not got yet',
    labelNames: ['destination'],
    registers,
    collect() {
      for (const { id, behind } of gauges()?.behind() ?? []) this.set({ destination: id }, behind);
    },
  });
  return {
    registry,
    accepted: counter(
      'quantrac_readings_accepted_total',
      'Readings stored and acknowledged, repeats included',
    ),
    quarantined: counter('quantrac_quarantined_total', 'Records and messages put in quarantine'),
    alarms: counter('quantrac_alert_changes_total', 'Transitions of alerts'),
  };
}
