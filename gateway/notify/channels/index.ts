/** The channels that the settings name, each with its own pace: one that hangs delays no other. */
import type { Logger } from '../../../devices/kit/log.ts';
import type { Ledger } from '../../ledger.ts';
import type { Answer, Channel } from '../channel.ts';
import { openChat } from './chat.ts';
import { openEmail } from './email.ts';
import { paced } from './paced.ts';
import type { ChannelSettings } from './settings.ts';
import { openSmsHttp, openSmsModem } from './sms.ts';
import { openVapidKeys } from './vapid.ts';
import { openWebPush } from './web-push.ts';

export interface Channels {
  /** By kind: `email`, `web-push`, `sms`, `chat:<id>`. What the settings do not name is not there. */
  readonly byKind: ReadonlyMap<string, Channel>;
  /** What a browser subscribes with (base64url); null: there is no web push. */
  readonly vapidPublicKey: string | null;
  /** Nothing is sent any more when it returns. */
  close(): Promise<void>;
}

export interface ChannelsContext {
  /** Keeps the key of web push. */
  readonly ledger: Ledger;
  readonly log: Logger;
  readonly now: () => number;
  /** What comes by SMS. When it throws it is told again. */
  readonly onAnswer: (answer: Answer) => void | Promise<void>;
}

/** Of one message, from its turn on. Longer than what HTTP takes for itself (template.ts), which knows what it has sent. */
const TIMEOUT_MS = { email: 60_000, http: 45_000, modem: 110_000 };

/** Reaches nobody yet. Throws a UserFault when a template is wrong or a file or secret is absent. */
export function openChannels(settings: ChannelSettings, context: ChannelsContext): Channels {
  const byKind = new Map<string, Channel>();
  const add = (kind: string, channel: Channel, perMinute: number, timeoutMs: number) =>
    byKind.set(kind, paced(channel, { perMinute, timeoutMs }));
  const { email, web_push, sms, chat } = settings;
  if (email) add('email', openEmail(email), email.per_minute, TIMEOUT_MS.email);
  const keys = web_push ? openVapidKeys(context.ledger) : null;
  if (web_push && keys) add('web-push', openWebPush(web_push, keys), web_push.per_minute, TIMEOUT_MS.http);
  for (const [id, one] of Object.entries(chat))
    add(`chat:${id}`, openChat(one, `notify.channels.chat.${id}`), one.per_minute, TIMEOUT_MS.http);
  // Last: a modem is looked for as soon as it is opened, and no fault of the others is to leave it so.
  if (sms?.via === 'http')
    add('sms', openSmsHttp(sms, 'notify.channels.sms'), sms.per_minute, TIMEOUT_MS.http);
  if (sms?.via === 'modem') add('sms', openSmsModem(sms, context), sms.per_minute, TIMEOUT_MS.modem);
  return {
    byKind,
    vapidPublicKey: keys?.publicKey ?? null,
    async close() {
      await Promise.all([...byKind.values()].map((channel) => channel.close()));
    },
  };
}
