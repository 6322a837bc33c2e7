/** The one login of the editor, as Node-RED asks for it. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const KEY_BYTES = 32;
/** A shift. */
const SESSION_S = 12 * 3600;

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

interface EditorUser {
  readonly username: string;
  readonly permissions: '*';
}

export interface AdminAuth {
  readonly type: 'credentials';
  readonly sessionExpiryTime: number;
  users(username: unknown): Promise<EditorUser | null>;
  authenticate(username: unknown, password: unknown): Promise<EditorUser | null>;
}

/**
 * Node-RED keeps what it gets for its whole life and lets nodes see it, so it gets functions over a derived key and
 * never the password. It refuses a sixth attempt within ten minutes by itself.
 */
export async function createAdminAuth(login: { username: string; password: string }): Promise<AdminAuth> {
  const salt = randomBytes(16);
  const expected = await derive(login.password, salt, KEY_BYTES);
  const user: EditorUser = { username: login.username, permissions: '*' };
  return {
    type: 'credentials',
    sessionExpiryTime: SESSION_S,
    users: async (username) => (username === user.username ? user : null),
    authenticate: async (username, password) => {
      if (typeof password !== 'string') return null;
      const same = timingSafeEqual(await derive(password, salt, KEY_BYTES), expected);
      return same && username === user.username ? user : null;
    },
  };
}
