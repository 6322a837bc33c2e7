/** Who is let into the editor, as Node-RED asks for it: admins of the gateway, or the one login of the settings. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { createGatewayLogin } from './gateway-login.ts';

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
  /** Asked with every request of a browser that has logged in. */
  users(username: unknown): Promise<EditorUser | null>;
  authenticate(username: unknown, password: unknown): Promise<EditorUser | null>;
}

/** `gateway`: address of the gateway, whose table of rights says who may (docs/access.md, `editor`). */
export interface EditorSettings {
  readonly username: string;
  readonly password?: string | undefined;
  readonly gateway?: string | undefined;
}

export async function createAdminAuth({
  gateway,
  username,
  password = '',
}: EditorSettings): Promise<AdminAuth> {
  return gateway === undefined ? ofSettings({ username, password }) : ofGateway(gateway);
}

const userOf = (username: string): EditorUser => ({ username, permissions: '*' });

function ofGateway(address: string): AdminAuth {
  const login = createGatewayLogin(address, Date.now);
  return {
    type: 'credentials',
    sessionExpiryTime: SESSION_S,
    users: async (username) =>
      typeof username === 'string' && (await login.mayStill(username)) ? userOf(username) : null,
    authenticate: async (username, password) => {
      if (typeof username !== 'string' || typeof password !== 'string') return null;
      return (await login.enter(username, password)) ? userOf(username) : null;
    },
  };
}

/**
 * Node-RED keeps what it gets for its whole life and lets nodes see it, so it gets functions over a derived key and
 * never the password. It refuses a sixth attempt within ten minutes by itself.
 */
async function ofSettings(login: { username: string; password: string }): Promise<AdminAuth> {
  const salt = randomBytes(16);
  const expected = await derive(login.password, salt, KEY_BYTES);
  const user = userOf(login.username);
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
