/** The key that encrypts what is typed into flows, made at the first start and kept for the owner only. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from '../devices/kit/fault.ts';

const LEAST_CHARACTERS = 32;

/** It is no part of the folder of Node-RED, so that a copy of that folder does not carry the key with it. */
export function credentialSecretOf(dataDir: string): string {
  const file = join(dataDir, 'credential-secret');
  if (!existsSync(file))
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  // Of a copy, or of whoever made it.
  chmodSync(file, 0o600);
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < LEAST_CHARACTERS)
    throw new UserFault(
      `${file}: shorter than ${LEAST_CHARACTERS} characters; restore it, or remove it and type the passwords of the flows again`,
    );
  return secret;
}
