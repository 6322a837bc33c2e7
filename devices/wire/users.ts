/** Users, their sessions and tokens, and machine accounts, as `/api/v1` has them. */
import { z } from 'zod';
import { nameSchema } from '../word.ts';
import { ROLES, sessionSchema } from './api.ts';

const at = z.int().describe('epoch milliseconds');
const role = z.enum(ROLES);

/** What a person is called at the login; composed characters (NFC), so that both spellings of a Vietnamese letter are one name. */
export const userNameSchema = z
  .string()
  .max(200)
  .overwrite((name) => name.normalize('NFC'))
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,62}$/u,
    'must be letters, digits, dot, hyphen, underscore and @, at most 63, and begin with a letter or digit',
  );

/** null: all areas. Composed characters, as stations' areas are compared. */
export const areasSchema = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(200)
      .overwrite((area) => area.normalize('NFC')),
  )
  .min(1)
  .max(100)
  .nullable()
  .overwrite((areas) => areas && [...new Set(areas)])
  .describe('Vietnamese names of areas; null: all');

export const LANGUAGES = ['vi', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Long enough for 128 characters however they are composed; what it must be is said in gateway/users/password-rules.ts. */
const passwordText = z.string().min(1).max(1024);

export const loginBodySchema = z.object({ name: z.string().min(1).max(200), password: passwordText });

export const userSchema = z.object({
  name: z.string(),
  role,
  areas: sessionSchema.shape.areas,
  created_at: at,
  password_changed_at: at.nullable().describe('null: not since this is kept, or there is none'),
  last_login_at: at.nullable(),
});
export type User = z.infer<typeof userSchema>;

export const newUserSchema = z.strictObject({
  name: userNameSchema,
  role,
  areas: areasSchema.default(null),
  password: passwordText.optional().describe('without it one is made, and answered once'),
});
export const newUserAnswerSchema = userSchema.extend({
  password: z.string().nullable().describe('the one that was made; it is told once. null: it was given'),
});
export const userChangeSchema = z.strictObject({ role: role.optional(), areas: areasSchema.optional() });
export type UserChange = z.infer<typeof userChangeSchema>;

export const passwordSetSchema = z.strictObject({
  password: passwordText.optional().describe('without it one is made, and answered once'),
});
export const passwordSetAnswerSchema = newUserAnswerSchema.pick({ password: true });

export const profileSchema = userSchema.extend({ language: z.enum(LANGUAGES) });
export type Profile = z.infer<typeof profileSchema>;
export const profileChangeSchema = profileSchema.pick({ language: true }).strict();
export const ownPasswordSchema = z.strictObject({ old: passwordText, new: passwordText });

export const sessionRowSchema = z.object({
  id: z.string(),
  created_at: at.nullable(),
  used_at: at.nullable().describe('to the minute'),
  expires_at: at,
  from: z.string().nullable().describe('address from which it was made'),
  agent: z.string().nullable().describe('what the browser calls itself'),
  current: z.boolean().describe('it is the one that asks'),
});
export type SessionRow = z.infer<typeof sessionRowSchema>;

export const tokenSchema = z.object({
  id: z.string(),
  user: z.string(),
  label: z.string().nullable(),
  role: role.describe('the most that it may do; never more than its user may'),
  areas: sessionSchema.shape.areas,
  created_at: at.nullable(),
  used_at: at.nullable().describe('to the minute; null: never'),
  expires_at: at,
});
export type Token = z.infer<typeof tokenSchema>;

export const MOST_TOKEN_DAYS = 365;
export const newTokenSchema = z.strictObject({
  label: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}*$/u, 'must be one line'),
  role: role.optional().describe("without it the user's own"),
  areas: areasSchema.optional().describe("without it the user's own"),
  days: z.int().min(1).max(MOST_TOKEN_DAYS),
});
export type NewToken = z.infer<typeof newTokenSchema>;
export const newTokenAnswerSchema = tokenSchema.extend({ token: z.string().describe('told once') });

export const ACCOUNT_KINDS = ['edge', 'flows', 'subscriber'] as const;

export const deviceSchema = z.object({
  name: z.string(),
  kind: z.enum(ACCOUNT_KINDS),
  created_at: at,
  seen_at: at.nullable().describe('when its newest status came; null: none is known'),
});
export type Device = z.infer<typeof deviceSchema>;
export const newDeviceSchema = z.strictObject({ name: nameSchema, kind: z.enum(ACCOUNT_KINDS) });
export const newDeviceAnswerSchema = deviceSchema.extend({ password: z.string().describe('told once') });
