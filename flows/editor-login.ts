/** Who is let into the editor, as Node-RED asks for it: admins of the gateway, or the one login of the settings. */
import type { Logger } from '../devices/kit/log.ts';
import { editorDoor } from './editor-door.ts';
import type { EditorLogin } from './editor-entry.ts';
import { createEditorSessions } from './editor-sessions.ts';
import { createGatewayLogin } from './gateway-login.ts';
import { createSettingsLogin } from './settings-login.ts';

interface EditorUser {
  readonly username: string;
  readonly permissions: '*';
}

/**
 * What Node-RED asks. Its page shows its form for name and password (`credentials`), which our door answers; its own login, with
 * its own count of wrong tries, and sessions that an earlier version kept on disk, let nobody in.
 */
export interface AdminAuth {
  readonly type: 'credentials';
  users(username: unknown): Promise<null>;
  authenticate(username: unknown, password: unknown): Promise<null>;
  /** Asked with every request of a browser, and by its WebSocket. */
  tokens(token: unknown): Promise<EditorUser | null>;
}

/** `gateway`: address of the gateway, whose table of rights says who may (docs/access.md, `editor`). */
export interface EditorSettings {
  readonly username: string;
  readonly password?: string | undefined;
  readonly gateway?: string | undefined;
}

export interface EditorAccess {
  readonly adminAuth: AdminAuth;
  readonly door: ReturnType<typeof editorDoor>;
}

export async function openEditor(
  settings: EditorSettings,
  log: Logger,
  now: () => number,
): Promise<EditorAccess> {
  const login = await loginOf(settings, now);
  const sessions = createEditorSessions(now);
  return {
    adminAuth: {
      type: 'credentials',
      users: async () => null,
      authenticate: async () => null,
      async tokens(token) {
        const session = typeof token === 'string' ? await sessions.find(token) : null;
        return session && { username: session.username, permissions: '*' };
      },
    },
    door: editorDoor({ login, sessions, log, now }),
  };
}

const loginOf = async (
  { gateway, username, password = '' }: EditorSettings,
  now: () => number,
): Promise<EditorLogin> =>
  gateway === undefined ? createSettingsLogin({ username, password }, now) : createGatewayLogin(gateway, now);
