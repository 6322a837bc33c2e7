/** What `GET health` asks each part of the gateway. */
import type { Check } from './api/system.ts';
import type { Broker } from './broker/broker.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Delivery } from './ioc/delivery.ts';
import { outletsDetail } from './ioc/start.ts';
import { type Condition, conditionDetail } from './notify/condition.ts';
import type { Store } from './store/store.ts';

export interface CheckedParts {
  readonly broker: Pick<Broker, 'flow' | 'clients'>;
  readonly store: Pick<Store, 'check'>;
  readonly evidence: Pick<Evidence, 'trouble'>;
  /** Of the settings. */
  readonly storeKind: string;
  readonly flowsOnline: () => boolean;
  readonly delivery: Pick<Delivery, 'states'>;
  readonly people: Condition;
}

export function createChecks(parts: CheckedParts): Readonly<Record<string, Check>> {
  const { broker, store, evidence, storeKind, flowsOnline, delivery, people } = parts;
  return {
    broker: async () => {
      const { held } = broker.flow();
      return {
        ok: true,
        detail: `${broker.clients()} clients${held === 0 ? '' : `, ${held} of them held back`}`,
      };
    },
    store: async () => {
      await store.check();
      return { ok: true, detail: storeKind };
    },
    evidence: async () => {
      const trouble = evidence.trouble();
      return trouble === null
        ? { ok: true, detail: 'kept' }
        : { ok: false, detail: `cannot be kept, edges that chain wait: ${trouble}` };
    },
    // Without flows the edges' own limits still work, so this is told and not a failure of the gateway.
    flows: async () => ({ ok: true, detail: flowsOnline() ? 'online' : 'offline' }),
    ioc: async () => ({ ok: true, detail: outletsDetail(delivery.states()) }),
    people: async () => ({ ok: true, detail: conditionDetail(people) }),
  };
}
