/** Settings of the flows process: from file, then environment, then flags (devices/kit/settings.ts). */
import { z } from 'zod';
import { LOG_LEVELS } from '../devices/kit/log.ts';

export const flowsSettingsSchema = z.strictObject({
  /** Rules, logins and Node-RED's own files are kept here; readable by the owner only. */
  data_dir: z.string().min(1),
  log_level: z.enum(LOG_LEVELS).default('info'),
  /** Seconds without a sign of life (a flow that loops without an end) after which the process ends itself. */
  hang_s: z.number().min(2).max(600).default(10),
  /** Where the editor answers; port 0 takes a free one. */
  http: z
    .strictObject({
      host: z.string().min(1).max(253).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(1880),
    })
    .prefault({}),
  /** Central broker and the account of the flows there. */
  mqtt: z.strictObject({
    url: z.url({ protocol: /^mqtts?$/, error: 'must be an mqtt:// or mqtts:// address' }),
    username: z.string().min(1).max(63).default('flows'),
    password: z.string().min(1).max(200),
  }),
  /**
   * Login of the editor: `gateway` lets the admins of the gateway at this address in, by their own names; without it
   * there is one name and password. Whoever gets in may change every rule and run code as this process.
   */
  editor: z
    .strictObject({
      gateway: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
      username: z.string().min(1).max(63).default('admin'),
      password: z.string().min(8).max(200).optional(),
    })
    .refine(({ gateway, password }) => (gateway === undefined) !== (password === undefined), {
      path: ['password'],
      error: 'needs either a password or the address of the gateway, and not both',
    }),
  /**
   * Key that encrypts passwords typed into flows; with another key they must be typed again. Without it one is made at the
   * first start (`credential-secret` in the data folder).
   */
  credential_secret: z.string().min(8).max(200).optional(),
});

export type FlowsSettings = z.infer<typeof flowsSettingsSchema>;
