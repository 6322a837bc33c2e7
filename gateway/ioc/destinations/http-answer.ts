/** What the answer of a receiver over HTTP means for what was sent to it. */
import { retryAfterMs } from '../../retry-after.ts';
import { Gone, Refused, RetryAfter } from '../destination.ts';
import type { Answer } from './webhook-request.ts';

/** Answers that the same item would always get: it is the item that they are about, not the way to the receiver. */
export const REFUSALS: readonly number[] = [400, 413, 415, 422];

/** Throws unless the receiver has taken the item: Refused, Gone, RetryAfter, or an error after which it is tried again. `now`: epoch ms. */
export function judge({ status, retryAfter }: Pick<Answer, 'status' | 'retryAfter'>, now: number): void {
  if (status >= 200 && status <= 299) return;
  const said = `the receiver answered ${status}`;
  if (status === 410) throw new Gone(`${said}: it wants nothing more`);
  if (REFUSALS.includes(status)) throw new Refused(said);
  const ms = status === 429 || status === 503 ? retryAfterMs(retryAfter, now) : null;
  if (ms !== null) throw new RetryAfter(`${said} and asks for a pause`, ms);
  throw new Error(status >= 300 && status <= 399 ? `${said}: redirects are not followed` : said);
}
