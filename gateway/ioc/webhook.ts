/** One feed record to one receiver, signed as Standard Webhooks ask. */
import { Webhook } from 'standardwebhooks';
import type { FeedRecord } from '../../devices/wire/feed.ts';
import type { Destination } from '../settings.ts';

const TIMEOUT_MS = 10_000;

/** Returns when the receiver has taken the record; throws with the reason when it has not. */
export async function postRecord(
  destination: Destination,
  record: FeedRecord,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(record);
  // The same for every try, so that the receiver can tell a repeat.
  const id = `feed-${record.number}`;
  const response = await fetch(destination.url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(destination.secret).sign(id, now, body),
    },
    // A redirect would carry the record to a place that nobody configured.
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  // Whatever it answers is not read: a receiver cannot make us hold megabytes.
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the receiver answered ${response.status}`);
}
