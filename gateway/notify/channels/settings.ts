/** Settings of the channels to people: `notify.channels:` of the gateway. What is not set is a channel that is not there. */
import { z } from 'zod';
import { isLoopback } from '../../../devices/kit/loopback.ts';
import { nameSchema } from '../../../devices/word.ts';
import { secretSchema } from '../../ioc/destination-secret.ts';
import { tlsSchema } from '../../ioc/destination-tls.ts';

/** Messages of a channel in any 60 seconds. */
const perMinute = (usual: number) => z.int().min(1).max(10_000).default(usual);
const caFile = z.string().min(1).max(1000);

const emailSchema = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535).optional(),
    /**
     * `starttls` is refused by us when the server has no TLS. Without the setting: `unencrypted` to this machine, else
     * `starttls`.
     */
    security: z.enum(['tls', 'starttls', 'unencrypted']).optional(),
    user: z.string().min(1).max(320).optional(),
    password: secretSchema.optional(),
    /** The sender's address, and the name that is shown with it. */
    from: z.email(),
    from_name: z.string().min(1).max(100).default('Quantrac'),
    /** A file in PEM: authorities that are trusted instead of those that Node.js ships. */
    ca: caFile.optional(),
    per_minute: perMinute(60),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    error: 'user and password go together',
  })
  .transform(({ security, port, ...rest }) => {
    const chosen = security ?? (isLoopback(rest.host) ? 'unencrypted' : 'starttls');
    // RFC 8314 and RFC 6409.
    const usual = { tls: 465, starttls: 587, unencrypted: 25 }[chosen];
    return { ...rest, security: chosen, port: port ?? usual };
  });

/** The push services of the usual browsers: a subscription of anywhere else would let a user have requests sent to it. */
const PUSH_SERVICES = [
  'fcm.googleapis.com',
  'push.services.mozilla.com',
  'push.apple.com',
  'notify.windows.com',
];

const webPushSchema = z.strictObject({
  /** RFC 8292, 2.1: where a push service reaches whoever runs this gateway. */
  contact: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'must be a mailto: or https:// address'),
  /** Hosts, or what their names end with after a dot, to which messages are sent. */
  services: z.array(z.string().min(1).max(253)).min(1).max(50).default(PUSH_SERVICES),
  ca: caFile.optional(),
  per_minute: perMinute(600),
});

/** Ours, or what a connection is made of. */
const RESERVED_HEADER = /^(host|connection|content-length|content-type|transfer-encoding|expect|upgrade)$/i;
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of an HTTP header')
  .refine((name) => !RESERVED_HEADER.test(name), 'is a header that is set already');

const pattern = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => {
    try {
      return new RegExp(text, 'u') instanceof RegExp;
    } catch {
      return false;
    }
  }, 'must be a regular expression');

/** What stands in braces in url, headers and body, besides the names of `secrets`. */
export const PLACEHOLDERS = [
  'to',
  'to_international',
  'to_digits',
  'text',
  'title',
  'id',
  'level',
  'url',
] as const;

const templateShape = {
  url: z
    .string()
    .regex(/^https?:\/\/[^/]/, 'must be an http:// or https:// address')
    .max(2000),
  method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
  headers: z
    .record(headerName, z.string().max(4096))
    .refine((headers) => Object.keys(headers).length <= 20, 'are more than 20')
    .prefault({}),
  /** Keys and passwords by the name that stands in braces for them. */
  secrets: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a name in small letters'), secretSchema)
    .prefault({}),
  content_type: z
    .enum([
      'application/json',
      'application/x-www-form-urlencoded',
      'text/xml',
      'application/xml',
      'text/plain',
    ])
    .default('application/json'),
  /** What is put in is escaped as the content type asks. */
  body: z.string().max(20_000).default(''),
  /** What an answer that says "taken" has in it; without it a status of 200 to 299 is enough. */
  success: pattern.optional(),
  tls: tlsSchema.prefault({}),
};

/** Texts with diacritics take 70 characters an SMS, without 160. */
const alphabet = z.enum(['gsm7', 'unicode']).default('unicode');

const smsHttpSchema = z.strictObject({
  via: z.literal('http'),
  ...templateShape,
  alphabet,
  per_minute: perMinute(60),
});

const smsModemSchema = z.strictObject({
  via: z.literal('modem'),
  /** The modem's port; of the names under /dev/serial/by-id one stays the same when it is plugged in again. */
  path: z.string().min(1).max(1000),
  baud: z.int().min(300).max(4_000_000).default(115_200),
  /** Of the SIM. It is tried once: three wrong ones would lock the card. */
  pin: secretSchema.optional(),
  /** `text` is for modems that know no PDU mode: longer texts go out as several messages. */
  mode: z.enum(['pdu', 'text']).default('pdu'),
  alphabet,
  per_minute: perMinute(10),
});

const chatSchema = z.strictObject({ ...templateShape, per_minute: perMinute(60) });

export const channelSettingsSchema = z.strictObject({
  email: emailSchema.optional(),
  web_push: webPushSchema.optional(),
  sms: z.discriminatedUnion('via', [smsHttpSchema, smsModemSchema]).optional(),
  /** By the name after `chat:` in people's channels. */
  chat: z.record(nameSchema, chatSchema).prefault({}),
});

export type ChannelSettings = z.infer<typeof channelSettingsSchema>;
export type EmailSettings = NonNullable<ChannelSettings['email']>;
export type WebPushSettings = NonNullable<ChannelSettings['web_push']>;
export type SmsHttpSettings = z.infer<typeof smsHttpSchema>;
export type SmsModemSettings = z.infer<typeof smsModemSchema>;
export type TemplateSettings = Omit<z.infer<typeof chatSchema>, 'per_minute'>;
export type SmsAlphabet = SmsHttpSettings['alphabet'];
