/** A settings file with a secret in it is for its owner only (ETSI EN 303 645, 5.4). */
import { statSync } from 'node:fs';
import { UserFault } from './fault.ts';

const SECRET_NAME = /(^|_)(password|passphrase|secret|token|private_key|authorization)$/i;
/** Below these each value may be one, whatever it is called: keys of an SMS gateway, of a receiver. */
const SECRET_PARENT = /^(secrets|headers)$/;
const LOGIN_IN_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/\s]*:[^/\s]+@/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** What the example files say: known to everybody, and so no secret. */
const PLACEHOLDER = /^change-me/;
const OTHERS_READ = 0o044;

/** Dotted path of the first secret that a file's content holds; null: none. `{ env: NAME }` and `{ file: /path }` hold none. */
export function secretIn(value: unknown, path: readonly string[] = []): string | null {
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value);
    const isSecret =
      LOGIN_IN_ADDRESS.test(text) ||
      PRIVATE_KEY.test(text) ||
      SECRET_NAME.test(path.at(-1) ?? '') ||
      SECRET_PARENT.test(path.at(-2) ?? '');
    return isSecret && text !== '' && !PLACEHOLDER.test(text) ? path.join('.') : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const found = secretIn(item, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

/** Throws a UserFault when the file holds a secret that group or others may read. Windows has no such modes. */
export function refuseOpenSecrets(file: string, content: unknown): void {
  if (process.platform === 'win32') return;
  const secret = secretIn(content);
  if (secret === null || (statSync(file).mode & OTHERS_READ) === 0) return;
  throw new UserFault(
    `${file}: ${secret} is a secret that others on this machine may read: chmod 600 ${file}`,
  );
}
