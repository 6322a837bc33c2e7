/** Secrets in the settings of a destination: written there, or named by where they are. They are read when it is opened. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { UserFault } from '../../devices/kit/fault.ts';

/** `secret: text`, `secret: { env: NAME }` or `secret: { file: /path }`. */
export const secretSchema = z.union([
  z.string().min(1).max(4096),
  z.strictObject({
    env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of an environment variable'),
  }),
  z.strictObject({ file: z.string().min(1) }),
]);
export type SecretSetting = z.infer<typeof secretSchema>;

/** The secret itself, a file's without the line end. Throws a UserFault that names the variable or file, never the secret. */
export function readSecret(setting: SecretSetting): string {
  if (typeof setting === 'string') return setting;
  if ('file' in setting) return readText(setting.file).trim();
  const value = process.env[setting.env];
  if (value === undefined || value === '')
    throw new UserFault(
      `environment variable ${setting.env}: a destination's secret is to be there, and is not`,
    );
  return value;
}

/** A small file that a setting names, such as a certificate or key in PEM. Throws a UserFault that names it. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserFault(
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
    );
  }
}
