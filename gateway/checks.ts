/** What `GET health` asks each part of the gateway. */
import type { Check } from './api/system.ts';
import type { Broker } from './broker.ts';
import type { Delivery } from './ioc/delivery.ts';
import { outletsDetail } from './ioc/start.ts';
import { type Condition, conditionDetail } from './notify/condition.ts';
import type { Store } from './store/store.ts';

export interface CheckedParts {
  readonly broker: Pick<Broker, 'flow' | 'clients'>;
  readonly store: Pick<Store, 'check'>;
  /** Of the settings. */
  readonly storeKind: string;
  readonly flowsOnline: () => boolean;
  readonly delivery: Pick<Delivery, 'states'>;
  readonly people: Condition;
}

export function createChecks(parts: CheckedParts): Readonly<Record<string, Check>> {
  const { broker, store, storeKind, flowsOnline, delivery, people } = parts;
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
    // Without flows the edges' own limits still work, so this is told and not a failure of the gateway.
    flows: async () => ({ ok: true, detail: flowsOnline() ? 'online' : 'offline' }),
    ioc: async () => ({ ok: true, detail: outletsDetail(delivery.states()) }),
    people: async () => ({ ok: true, detail: conditionDetail(people) }),
  };
}
