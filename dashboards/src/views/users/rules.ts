/** What a form can say before it asks: the gateway decides by the same bounds (devices/wire/users.ts, gateway/users/password-rules.ts). Pure. */
import type { TextKey } from '../../texts/texts.ts';

export const LEAST_PASSWORD = 12;
export const MOST_PASSWORD = 128;

const USER_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,62}$/u;
const DEVICE_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** null: it may be one, or nothing is typed yet. */
export const userNameFault = (name: string): TextKey | null =>
  name === '' || USER_NAME.test(name.normalize('NFC')) ? null : 'users.nameRule';

export const deviceNameFault = (name: string): TextKey | null =>
  name === '' || DEVICE_NAME.test(name) ? null : 'users.deviceNameRule';

/** Length and plain repetition; what is too common only the gateway knows. */
export function passwordFault(password: string): TextKey | null {
  const letters = [...password.normalize('NFC')].length;
  if (letters === 0) return null;
  if (letters < LEAST_PASSWORD) return 'users.passwordShort';
  if (letters > MOST_PASSWORD) return 'users.passwordLong';
  return /^(.{1,4}?)\1+$/su.test(password.toLowerCase()) ? 'users.passwordRepeats' : null;
}

const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['coc_coc', 'Cốc Cốc'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** `Chrome, Windows`; what it calls itself when neither is known. */
export function browserName(agent: string): string {
  const find = (names: ReadonlyArray<readonly [string, string]>) =>
    names.find(([sign]) => agent.includes(sign))?.[1];
  const known = [find(BROWSERS), find(SYSTEMS)].filter((name) => name !== undefined);
  return known.length > 0 ? known.join(', ') : agent;
}
