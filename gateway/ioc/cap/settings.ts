/** Settings of CAP: `ioc.cap` in the gateway's file. What the standard leaves to the authority has no default. */
import { z } from 'zod';
import { textSchema } from '../../../devices/word.ts';
import { ringFault } from './geometry.ts';
import { SCOPES } from './grammar.ts';

const text = z.string().trim().min(1).max(500);

const cornerSchema = z.tuple([z.number().min(-90).max(90), z.number().min(-180).max(180)]);

const areaSchema = z
  .strictObject({
    /** The operating area as its stations name it in Vietnamese. */
    area: text,
    /** Corners `[latitude, longitude]`, the first once more at the end; takes the place of the circles. */
    polygon: z
      .array(cornerSchema)
      .max(500)
      .superRefine((corners, context) => {
        const fault = ringFault(corners);
        if (fault !== null) context.addIssue({ code: 'custom', message: fault });
      })
      .optional(),
    /** Codes of communes, wards and special zones since 1 July 2025 (Decision 19/2025/QD-TTg). */
    communes: z
      .array(z.string().regex(/^\d{5}$/, 'must be the five digits of a commune'))
      .max(500)
      .default([]),
  })
  .refine(({ polygon, communes }) => polygon !== undefined || communes.length > 0, {
    error: 'an area has a polygon, communes or both',
  });

export const capSettingsSchema = z
  .strictObject({
    /** Who sends, unique in the world: an address of the authority, as `ioc@example.gov.vn`. */
    sender: z
      .string()
      .max(200)
      .regex(/^([A-Za-z0-9._-]+@)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, 'must look like ioc@example.gov.vn'),
    sender_name: textSchema,
    /** Two digits of the province (Decision 19/2025/QD-TTg), part of every identifier. */
    province: z.string().regex(/^\d{2}$/, 'must be the two digits of the province'),
    /** Name of this system, part of every identifier: after a ledger was restored another one, so that none comes twice. */
    system: z.string().regex(/^[a-z0-9]{1,20}$/, 'must be lower-case letters and digits, at most 20'),
    /** Public: each message waits until a person has approved it. */
    scope: z.enum(SCOPES),
    /** Restricted: to whom, in words. */
    restriction: text.optional(),
    /** Private: whom it is addressed to. */
    addresses: z
      .array(
        z
          .string()
          .max(200)
          .regex(/^[^"<>&]+$/, 'must be without quotes, <, > and &'),
      )
      .min(1)
      .max(100)
      .optional(),
    /** A page with more, which a public message must name. */
    web: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
    /** Whom to ask, in words: an office, since everybody can read it. */
    contact: text.optional(),
    /** Around the station. */
    radius_km: z.number().positive().max(1000),
    /** So long a message holds unless it is renewed, which it is while its alerts stand; CAP asks for an end. */
    expires_s: z
      .int()
      .min(600)
      .max(31 * 86_400),
    areas: z.array(areaSchema).max(500).default([]),
  })
  .superRefine((settings, context) => {
    const ask = (field: 'restriction' | 'addresses' | 'web', scope: (typeof SCOPES)[number]): void => {
      if (settings.scope === scope && settings[field] === undefined)
        context.addIssue({ code: 'custom', path: [field], message: `scope ${scope} needs it` });
    };
    ask('restriction', 'Restricted');
    ask('addresses', 'Private');
    ask('web', 'Public');
    if (settings.restriction !== undefined && settings.scope !== 'Restricted')
      context.addIssue({ code: 'custom', path: ['restriction'], message: 'goes with scope Restricted only' });
    if (settings.addresses !== undefined && settings.scope === 'Restricted')
      context.addIssue({ code: 'custom', path: ['addresses'], message: 'goes with scope Private or Public' });
  });
export type CapSettings = z.infer<typeof capSettingsSchema>;
