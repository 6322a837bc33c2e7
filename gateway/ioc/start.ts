/** Joins what goes out of the feed: CAP messages and destinations. */
import type { Logger } from '../../devices/kit/log.ts';
import type { DestinationAnswer } from '../../devices/wire/destination.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import type { GatewaySettings } from '../settings.ts';
import type { Store } from '../store/store.ts';
import { createCapBook } from './cap/book.ts';
import { startCap } from './cap/following.ts';
import { startDelivery } from './delivery.ts';
import type { Feed } from './feed.ts';

export interface OutletParts {
  readonly ledger: Ledger;
  readonly feed: Feed;
  readonly catalog: Catalog;
  readonly store: Store;
  readonly alerts: Pick<AlertBook, 'standing'>;
  readonly settings: GatewaySettings['ioc'];
  readonly now: () => number;
  readonly log: Logger;
}

export function startOutlets({ ledger, feed, catalog, store, alerts, settings, now, log }: OutletParts) {
  const cap =
    settings.cap &&
    createCapBook({
      ledger,
      feed,
      catalog,
      settings: settings.cap,
      keepDays: settings.keep_days,
      now,
      standing: alerts.standing,
      onFault: (draft, faults) => log.error({ draft, faults }, 'a CAP message breaks the rules of CAP'),
    });
  const following = cap && startCap(cap, feed, log);
  const parts = { feed, catalog, store, ledger, cap };
  const delivery = startDelivery({
    ledger,
    destinations: settings.destinations.map((destination) => ({
      ...destination,
      open: destination.open({ id: destination.id, parts, now, log }),
    })),
    log,
    now,
    random: Math.random,
  });
  return {
    delivery,
    cap: cap && settings.cap && { book: cap, settings: settings.cap },
    async stop(): Promise<void> {
      await delivery.stop();
      await following?.stop();
    },
  };
}

/** For health: how many there are, or what is wrong with which. */
export function outletsDetail(states: readonly DestinationAnswer[]): string {
  const late = states.filter(({ status }) => status !== 'delivering');
  if (late.length === 0) return `${states.length} destinations`;
  return late
    .map(
      ({ id, behind, stopped, error }) =>
        `${id}: ${behind} records behind, ${stopped ? `stopped: ${stopped.reason}` : error}`,
    )
    .join('; ');
}
