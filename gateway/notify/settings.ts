/** Settings of what people are told: `notify:` in the gateway's file. */
import { z } from 'zod';
import { secretSchema } from '../ioc/destination-secret.ts';
import { channelSettingsSchema } from './channels/settings.ts';

export const notifySettingsSchema = z.strictObject({
  /** Where people reach the gateway from outside: links in messages begin with it. Without it they have none. */
  public_url: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Where a place is shown; `geo:` (RFC 5870) opens the map that the device has. */
  map_link: z
    .string()
    .max(300)
    .regex(/^(geo|https?):.*\{latitude\}.*\{longitude\}/, 'must have {latitude} and {longitude} in it')
    .default('geo:{latitude},{longitude}'),
  /** One person gets no second message sooner, unless it is about something worse than the one before. */
  min_gap_s: z.number().min(0).max(86_400).default(60),
  /** So long a channel that fails is tried before the person's next one. */
  retry_s: z.number().min(0).max(86_400).default(120),
  /** So long a link acknowledges. */
  link_s: z
    .int()
    .min(60)
    .max(7 * 86_400)
    .default(86_400),
  /** `POST /api/v1/notify/sms`: where an HTTP SMS gateway brings what people answer. Closed without it. */
  sms_incoming: z
    .strictObject({
      /** It comes as a bearer token, or as `secret` in the address where the gateway can do no other. */
      secret: secretSchema,
      /** Names of the fields that have the sender's number and the text. */
      from: z.string().min(1).max(100).default('from'),
      text: z.string().min(1).max(100).default('text'),
    })
    .optional(),
  channels: channelSettingsSchema.prefault({}),
});
export type NotifySettings = z.infer<typeof notifySettingsSchema>;
