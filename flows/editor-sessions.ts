/** Who is in the editor, by the token that their browser shows; in memory, so that a restart asks everybody again. */
import { createHash, randomBytes } from 'node:crypto';
import type { EditorSession } from './editor-entry.ts';

/** A shift. */
export const SESSION_S = 12 * 3600;
/** Whoever logs in beyond it lets the one go who logged in first. */
const MOST_SESSIONS = 50;

export interface EditorSessions {
  /** Answers the token. */
  begin(session: EditorSession): string;
  /** null: nobody's, over, or whose it is may not use the editor any more. */
  find(token: string): Promise<EditorSession | null>;
  end(token: string): Promise<void>;
}

export function createEditorSessions(now: () => number): EditorSessions {
  /** By the token's hash: what is held opens nothing, and a look-up tells by its time nothing about a token. */
  const sessions = new Map<string, { readonly session: EditorSession; readonly until: number }>();
  const drop = async (hash: string): Promise<void> => {
    const found = sessions.get(hash);
    sessions.delete(hash);
    await found?.session.end();
  };

  return {
    begin(session) {
      const token = randomBytes(32).toString('base64url');
      sessions.set(hashOf(token), { session, until: now() + SESSION_S * 1000 });
      const [first] = sessions.keys();
      if (sessions.size > MOST_SESSIONS && first !== undefined) void drop(first);
      return token;
    },
    async find(token) {
      const hash = hashOf(token);
      const found = sessions.get(hash);
      if (found === undefined) return null;
      if (now() < found.until && (await found.session.mayStill())) return found.session;
      await drop(hash);
      return null;
    },
    end: (token) => drop(hashOf(token)),
  };
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64');
