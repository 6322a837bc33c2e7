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
  /** Login of the editor. Whoever has it may change every rule and run code as this process. */
  editor: z.strictObject({
    username: z.string().min(1).max(63).default('admin'),
    password: z.string().min(8).max(200),
  }),
  /** Key that encrypts passwords typed into flows; with another key they must be typed again. */
  credential_secret: z.string().min(8).max(200),
});

export type FlowsSettings = z.infer<typeof flowsSettingsSchema>;
