/** The demo's own secrets: random, made at the first start, readable by the owner only. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFault } from '../devices/kit/fault.ts';

const secret = z.string().min(20);

const secretsSchema = z.object({
  /** Passwords of the machine accounts at the broker, by account. */
  accounts: z.record(z.string(), secret),
  /** Password of the user admin on the page, and of the flows' editor. */
  admin: secret,
  editor: secret,
  /** Encrypts the credentials that flows keep. */
  flows_credentials: secret,
  /** Signs what goes to the receiver. */
  webhook: z.string().startsWith('whsec_'),
});

export type Secrets = z.infer<typeof secretsSchema>;

const random = (): string => randomBytes(24).toString('base64url');

export function loadSecrets(dataDir: string, accounts: readonly string[]): Secrets {
  const file = join(dataDir, 'secrets.json');
  if (!existsSync(file)) {
    const made: Secrets = {
      accounts: Object.fromEntries(accounts.map((name) => [name, random()])),
      admin: random(),
      editor: random(),
      flows_credentials: random(),
      webhook: `whsec_${randomBytes(32).toString('base64')}`,
    };
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  }
  const result = secretsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  const missing = accounts.find((name) => result.data?.accounts[name] === undefined);
  if (!result.success || missing !== undefined) {
    throw new UserFault(
      `${file} is not what the demo wrote there: delete the folder ${dataDir} to begin anew`,
    );
  }
  return result.data;
}
