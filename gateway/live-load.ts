/** The newest values that are kept, at the start of the gateway. */
import type { Logger } from '../devices/kit/log.ts';
import type { Catalog } from './catalog.ts';
import type { DerivedStore } from './derive/derived-store.ts';
import { asReading } from './derive/derived-value.ts';
import type { LiveReadings } from './live.ts';
import type { Store } from './store/store.ts';

export async function loadLive({
  live,
  store,
  derived,
  catalog,
  log,
}: {
  readonly live: Pick<LiveReadings, 'update'>;
  readonly store: Pick<Store, 'latest'>;
  readonly derived: Pick<DerivedStore, 'newest'>;
  readonly catalog: Pick<Catalog, 'all'>;
  readonly log: Logger;
}): Promise<void> {
  try {
    live.update(await store.latest());
  } catch (err) {
    // An absent database does not stop the start: nothing is acknowledged until it takes readings.
    log.error({ err }, 'the store does not answer, latest readings unknown until new ones arrive');
  }
  for (const { id } of catalog.all())
    live.update(derived.newest(id).map((value) => asReading(value, value.derivedAt)));
}
