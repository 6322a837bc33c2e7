/** The one login of the settings. What is kept of the password is a derived key: nodes may see what this process holds. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { createAttempts } from '../devices/kit/attempts.ts';
import type { EditorLogin } from './editor-entry.ts';
import { visitorOf } from './visitor.ts';

const KEY_BYTES = 32;

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

export async function createSettingsLogin(
  login: { readonly username: string; readonly password: string },
  now: () => number,
): Promise<EditorLogin> {
  const { username } = login;
  const salt = randomBytes(16);
  const expected = await derive(login.password, salt, KEY_BYTES);
  const attempts = createAttempts({ now });
  return {
    async enter(name, password, hops) {
      const from = visitorOf(hops);
      const waitMs = attempts.enter(name, from);
      if (waitMs > 0) return { kind: 'wait', seconds: Math.ceil(waitMs / 1000) };
      const same = timingSafeEqual(await derive(password, salt, KEY_BYTES), expected);
      if (!same || name !== username) return { kind: 'refused' };
      attempts.succeeded(name, from);
      return { kind: 'in', session: { username, mayStill: async () => true, end: async () => {} } };
    },
  };
}
