/** A store that says how it is by what became of the last readings, too: a disk that is full answers every question. */
import { RefusedReadings, StoreUnavailable } from './refused.ts';
import type { Store } from './store.ts';

export function withStanding(store: Store): Store {
  /** Why the last readings were not taken, null when they were. The gate tries them again until they are. */
  let refusal: string | null = null;
  return {
    ...store,
    async append(readings) {
      try {
        await store.append(readings);
        refusal = null;
      } catch (error) {
        const isTaken = error instanceof RefusedReadings;
        refusal = isTaken ? null : error instanceof Error ? error.message : String(error);
        throw error;
      }
    },
    async check() {
      if (refusal !== null) throw new StoreUnavailable(refusal);
      await store.check();
    },
  };
}
