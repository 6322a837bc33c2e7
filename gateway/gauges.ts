/** What `/metrics` asks the parts of the gateway. */
import type { AlertBook } from './alerts/book.ts';
import type { Broker } from './broker/broker.ts';
import type { Catalog } from './catalog.ts';
import type { Delivery } from './ioc/delivery.ts';
import type { Gauges } from './metrics.ts';
import type { Condition } from './notify/condition.ts';
import type { Quarantine } from './quarantine.ts';
import type { GatewaySettings } from './settings.ts';
import type { Store } from './store/store.ts';

export interface GaugedParts {
  readonly broker: Pick<Broker, 'clients' | 'flow'>;
  readonly alerts: Pick<AlertBook, 'open'>;
  readonly delivery: Pick<Delivery, 'states'>;
  readonly quarantine: Pick<Quarantine, 'count' | 'bytes'>;
  readonly catalog: Pick<Catalog, 'edges'>;
  readonly people: Condition;
  readonly store: Pick<Store, 'rollupsWaiting'>;
  readonly settings: GatewaySettings['store'];
}

export const gaugesOf = (parts: GaugedParts): Gauges => ({
  clients: parts.broker.clients,
  flow: parts.broker.flow,
  openAlerts: () => parts.alerts.open().length,
  behind: parts.delivery.states,
  quarantine: () => ({ entries: parts.quarantine.count(), bytes: parts.quarantine.bytes() }),
  edges: parts.catalog.edges,
  people: parts.people,
  keepDays: () => keepDays(parts.settings),
  rollupsWaiting: () => parts.store.rollupsWaiting?.() ?? null,
});

function keepDays(settings: GatewaySettings['store']): Readonly<Record<string, number>> {
  if (settings.kind !== 'sqlite') return {};
  const { raw_days, minute_days, hour_days, day_days } = settings.keep;
  return { raw: raw_days, minute: minute_days, hour: hour_days, day: day_days };
}
