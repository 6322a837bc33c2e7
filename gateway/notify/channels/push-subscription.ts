/** What a browser gives for web push (W3C Push API, PushSubscription.toJSON), and whether messages may be sent there. */
import { z } from 'zod';
import { Undeliverable } from '../channel.ts';

const subscriptionSchema = z.object({
  endpoint: z.url({ protocol: /^https$/ }).max(2000),
  keys: z.object({
    // An uncompressed point of P-256 and 16 bytes, in base64url.
    p256dh: z.string().regex(/^[A-Za-z0-9_-]{86,88}={0,2}$/),
    auth: z.string().regex(/^[A-Za-z0-9_-]{22,24}={0,2}$/),
  }),
});
export type Subscription = z.infer<typeof subscriptionSchema>;

/** `services`: hosts, or what their names end with after a dot. Throws Undeliverable when it is no subscription, or of another service. */
export function readSubscription(given: unknown, services: readonly string[]): Subscription {
  const { data } = subscriptionSchema.safeParse(given);
  if (data === undefined) throw new Undeliverable('this is no subscription of a browser');
  const { hostname } = new URL(data.endpoint);
  if (!services.some((service) => hostname === service || hostname.endsWith(`.${service}`)))
    throw new Undeliverable('its push service is not among those of the settings');
  return data;
}
