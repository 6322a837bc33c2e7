/** Brings the feed to each destination in order, remembers how far it got, and never gives up on a record. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../devices/kit/log.ts';
import type { FeedRecord } from '../../devices/wire/feed.ts';
import type { Ledger } from '../ledger.ts';
import type { Destination } from '../settings.ts';
import type { Feed } from './feed.ts';

const BATCH = 100;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 60_000;

export interface DeliveryState {
  readonly id: string;
  readonly delivered: number;
  /** Records that wait. */
  readonly behind: number;
  /** Why the last try failed, null when it did not. */
  readonly error: string | null;
}

export interface Delivery {
  states(): DeliveryState[];
  stop(): Promise<void>;
}

export interface DeliveryParts {
  readonly ledger: Ledger;
  readonly feed: Feed;
  readonly destinations: readonly Destination[];
  readonly log: Logger;
  /** Between 0 and 1: spreads the repeats of many gateways. */
  readonly random: () => number;
  post(destination: Destination, record: FeedRecord, signal: AbortSignal): Promise<void>;
}

export function startDelivery({ ledger, feed, destinations, log, random, post }: DeliveryParts): Delivery {
  const { db } = ledger;
  const select = db.prepare('SELECT delivered FROM destination WHERE id = ?');
  const upsert = db.prepare(
    'INSERT INTO destination VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET delivered = excluded.delivered',
  );
  const stopping = new AbortController();
  const { signal } = stopping;
  const errors = new Map<string, string>();
  const delivered = (id: string): number =>
    (select.get(id) as { delivered: number } | undefined)?.delivered ?? 0;

  const deliver = async (destination: Destination): Promise<void> => {
    let cursor = delivered(destination.id);
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const records = feed.after(cursor, BATCH);
      if (records.length === 0) await feed.added(signal);
      for (const record of records) {
        try {
          await post(destination, record, signal);
          cursor = record.number;
          upsert.run(destination.id, cursor);
          errors.delete(destination.id);
          pause = FIRST_PAUSE_MS;
        } catch (error) {
          if (signal.aborted) return;
          const reason = reasonOf(error);
          if (errors.get(destination.id) !== reason) {
            log.warn(
              { destination: destination.id, record: record.number, reason },
              'delivery failed, will be repeated',
            );
          }
          errors.set(destination.id, reason);
          await sleep(pause * (0.5 + random()), undefined, { signal }).catch(() => {});
          pause = Math.min(2 * pause, MAX_PAUSE_MS);
          break;
        }
      }
    }
  };

  const running = destinations.map(deliver);
  return {
    states: () =>
      destinations.map(({ id }) => ({
        id,
        delivered: delivered(id),
        behind: feed.newest() - delivered(id),
        error: errors.get(id) ?? null,
      })),
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** fetch hides the reason in the cause: "fetch failed" alone helps nobody. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
