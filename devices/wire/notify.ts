/** The HTTP answers about people who are told of alerts, and the plans that say who. */
import { z } from 'zod';
import { LEVELS } from '../limit.ts';
import { nameSchema, STATION_KINDS } from '../word.ts';

const at = z.int().describe('epoch milliseconds');

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const timeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day as 07:30');

/** Hours of duty in Vietnamese time. `to` before or at `from`: until that time of the next day. */
export const dutySchema = z.strictObject({
  days: z.array(z.enum(DAYS)).min(1).max(7).describe('on which they begin'),
  from: timeSchema,
  to: timeSchema,
});
export type Duty = z.infer<typeof dutySchema>;

/** `chat:<id>` is a chat service that the settings name. */
export const channelKindSchema = z
  .string()
  .regex(/^(email|sms|web-push|chat:[a-z0-9][a-z0-9-]{0,62})$/, 'must be email, sms, web-push or chat:<id>');

const personChannelSchema = z
  .strictObject({
    kind: channelKindSchema,
    address: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .describe('of web-push there is none: browsers subscribe by themselves'),
  })
  .refine(({ kind, address }) => (kind === 'web-push') === (address === undefined), {
    path: ['address'],
    error: 'is needed, but for web-push, which has none',
  })
  .refine(({ kind, address }) => kind !== 'email' || /^[^\s@]+@[^\s@]+$/.test(address ?? ''), {
    path: ['address'],
    error: 'must look like name@example.vn',
  })
  .refine(({ kind, address }) => kind !== 'sms' || /^\+?(?:[ .-]*\d){8,15}$/.test(address ?? ''), {
    path: ['address'],
    error: 'must be a telephone number as +84905123456',
  });

/** What a person is; the id is in the address of the request. */
export const personBodySchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  language: z.enum(['vi', 'en']).default('vi'),
  user: z.string().max(100).optional().describe('login name: browsers of this user may subscribe'),
  channels: z.array(personChannelSchema).max(10).describe('in order: the next is tried when one fails'),
  duty: z.array(dutySchema).max(50).optional().describe('always on duty when absent'),
  enabled: z.boolean().default(true),
});
export const personSchema = personBodySchema.extend({ id: nameSchema });
export type Person = z.infer<typeof personSchema>;

/** The person whose login asks. */
export const ownDutySchema = personSchema.pick({
  id: true,
  name: true,
  channels: true,
  duty: true,
  enabled: true,
});
export type OwnDuty = z.infer<typeof ownDutySchema>;
/** None at all would be never: whoever is not to be told is disabled by an admin. */
export const ownDutyChangeSchema = z.strictObject({
  duty: z.array(dutySchema).min(1).max(50).nullable().describe('null: always on duty'),
});

const seconds = z
  .int()
  .min(10)
  .max(7 * 86_400);

export const planBodySchema = z.strictObject({
  areas: z
    .array(z.string().min(1).max(500))
    .max(200)
    .optional()
    .describe('their Vietnamese names; all when absent'),
  stations: z.array(nameSchema).max(1000).optional(),
  kinds: z.array(z.enum(STATION_KINDS)).max(STATION_KINDS.length).optional(),
  least_level: z.enum(LEVELS).default('warning'),
  steps: z
    .array(
      z.strictObject({
        people: z.array(nameSchema).max(100).default([]),
        sirens: z
          .array(nameSchema)
          .max(100)
          .default([])
          .describe(
            'stations: their sirens sound, at once and with each repeat, until everything is acknowledged',
          ),
        after_s: seconds.optional().describe('after the step before; the first step has none'),
      }),
    )
    .min(1)
    .max(20)
    .superRefine((steps, context) => {
      for (const [index, { people, sirens }] of steps.entries())
        if (people.length + sirens.length === 0)
          context.addIssue({ code: 'custom', path: [index], message: 'needs people or sirens' });
      for (const [index, { after_s }] of steps.entries())
        if ((index === 0) !== (after_s === undefined))
          context.addIssue({
            code: 'custom',
            path: [index, 'after_s'],
            message:
              index === 0
                ? 'the first step is at once'
                : 'is needed: when nobody has acknowledged until then',
          });
    }),
  repeat_s: seconds.default(300).describe('until somebody acknowledges'),
  most_repeats: z.int().min(0).max(100).default(3).describe('of each step'),
});
export const planSchema = planBodySchema.extend({ id: nameSchema });
export type Plan = z.infer<typeof planSchema>;

export const NOTICE_STATES = ['waiting', 'sending', 'sent', 'unknown', 'failed', 'dropped'] as const;

/** One message to one person, without its text and addresses. */
export const noticeSchema = z.object({
  number: z.int().describe('what the person answers by SMS: OK and this number'),
  person: z.string(),
  state: z
    .enum(NOTICE_STATES)
    .describe(
      'unknown: it went out, or the gateway ended then, and nothing came back; dropped: nothing to tell any more, or told with more under another number',
    ),
  level: z.enum(LEVELS).nullable(),
  channel: z.string().nullable().describe('by which it goes, or went'),
  tries: z.int(),
  made_at: at,
  ended_at: at.nullable(),
  alerts: z.int().describe('how many it told of'),
  error: z.string().nullable().describe('why the last try failed'),
});
export type NoticeAnswer = z.infer<typeof noticeSchema>;

export const noticeTestSchema = z.object({
  channels: z.array(z.object({ kind: z.string(), ok: z.boolean(), said: z.string() })),
});

/** What a browser gives for web push (W3C Push API). */
export const pushSubscriptionSchema = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(2000),
  keys: z.object({ p256dh: z.string().min(1).max(200), auth: z.string().min(1).max(100) }),
});
export type PushSubscription = z.infer<typeof pushSubscriptionSchema>;
