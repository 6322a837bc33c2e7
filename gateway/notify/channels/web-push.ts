/** Messages to browsers: Web Push (RFC 8030), encrypted for the browser (RFC 8291), signed with our key (VAPID, RFC 8292). */
import { createHash } from 'node:crypto';
import https from 'node:https';
import webPush from 'web-push';
import { readTls } from '../../ioc/destination-tls.ts';
import { ANSWER_MS, ask } from '../../ioc/destinations/webhook-request.ts';
import { type Channel, type Message, Undeliverable } from '../channel.ts';
import { readSubscription, type Subscription } from './push-subscription.ts';
import type { WebPushSettings } from './settings.ts';
import type { VapidKeys } from './vapid.ts';

/** Of the text: push services take 4,096 bytes in all. */
const TEXT_BYTES = 2500;
/** How long a push service keeps it for a browser that is off. */
const TTL_S = 4 * 3600;
const BODY_MS = 1000;

/** What the page's service worker gets. */
export type PushPayload = Pick<Message, 'id' | 'level' | 'title' | 'text' | 'url' | 'alert'>;

/**
 * Undeliverable says that the subscription is of no use any more: whoever keeps it drops it. Throws a UserFault when the file
 * of the settings is absent.
 */
export function openWebPush(settings: WebPushSettings, keys: VapidKeys): Channel {
  const agent = new https.Agent({ keepAlive: true, ...readTls({ ca: settings.ca }) });
  return {
    async send(address, message, signal) {
      const subscription = readSubscription(parsed(address), settings.services);
      const url = new URL(subscription.endpoint);
      const { id, level, title, text, url: link, alert } = message;
      const payload: PushPayload = {
        id,
        level,
        title,
        text: cut(text, TEXT_BYTES),
        url: link,
        ...(alert !== undefined && { alert }),
      };
      const { method, headers, body } = detailsOf(subscription, payload, {
        vapidDetails: { subject: settings.contact, ...keys },
        TTL: TTL_S,
        urgency: level === 'critical' ? 'high' : 'normal',
        // The same when it is sent again: the service keeps one of them (RFC 8030, 5.4).
        topic: createHash('sha256').update(id).digest('base64url').slice(0, 32),
      });
      const { status } = await ask(
        url,
        { method, headers, body, answerMs: ANSWER_MS, bodyMs: BODY_MS },
        agent,
        signal,
      );
      judge(status);
    },
    async close() {
      agent.destroy();
    },
  };
}

function judge(status: number): void {
  if (status >= 200 && status <= 299) return;
  const said = `the push service answered ${status}`;
  if (status === 404 || status === 410)
    throw new Undeliverable(`${said}: the browser is not subscribed any more`);
  if (status === 400 || status === 413) throw new Undeliverable(said);
  if (status === 401 || status === 403)
    throw new Error(`${said}: it does not take our key for this subscription`);
  throw new Error(said);
}

/** An address of this channel is a subscription as JSON; what is none is no subscription either. */
function parsed(address: string): unknown {
  try {
    return JSON.parse(address);
  } catch {
    return null;
  }
}

function detailsOf(subscription: Subscription, payload: PushPayload, options: webPush.RequestOptions) {
  try {
    const { method, headers, body } = webPush.generateRequestDetails(
      subscription,
      JSON.stringify(payload),
      options,
    );
    return { method, headers: { ...headers }, body };
  } catch {
    // Keys that are no point of the curve; what the library says has them in it.
    throw new Undeliverable('the keys of this subscription are none');
  }
}

/** At most so many bytes of UTF-8, whole characters; three points say that there was more. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const end = new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true });
  return `${end}…`;
}
