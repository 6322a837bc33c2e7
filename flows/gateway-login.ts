/**
 * People of the gateway at the editor: their name and password open a session there, and as long as the gateway says that
 * this session may use the editor, so long they may. While the gateway is away nobody is let in.
 */

import { visitor } from './visitor.ts';

/** How long an answer of the gateway holds: the editor asks with every request. */
const HOLDS_MS = 2000;
const ANSWER_MS = 10_000;
/** Whoever logs in beyond it lets the one go who logged in first. */
const MOST_PEOPLE = 50;

interface Entered {
  readonly cookie: string;
  askedAt: number;
}

export interface GatewayLogin {
  /** Whether this name with this password may use the editor. */
  enter(name: string, password: string): Promise<boolean>;
  /** Whether somebody who has entered may still. */
  mayStill(name: string): Promise<boolean>;
}

/** `address` is the gateway's root, as http://127.0.0.1:8080. */
export function createGatewayLogin(address: string, now: () => number): GatewayLogin {
  const people = new Map<string, Entered>();
  const call = (path: string, request: RequestInit): Promise<Response | null> =>
    fetch(new URL(path, address), {
      ...request,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(() => null);
  const post = (path: string, body: object, cookie?: string): Promise<Response | null> => {
    const from = visitor();
    return call(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(cookie !== undefined && { cookie }),
        // Wrong logins are counted where they come from: whoever guesses here must not keep others here waiting.
        ...(from !== undefined && { 'x-forwarded-for': from }),
      },
      body: JSON.stringify(body),
    });
  };
  const may = async (cookie: string): Promise<boolean> =>
    (await call('/api/v1/editor', { headers: { cookie } }))?.status === 204;
  const leave = async (cookie: string): Promise<void> => void (await post('/api/v1/logout', {}, cookie));

  return {
    async enter(name, password) {
      const response = await post('/api/v1/login', { name, password });
      const cookie = response?.ok ? response.headers.getSetCookie()[0]?.split(';')[0] : undefined;
      if (cookie === undefined) return false;
      if (!(await may(cookie))) {
        await leave(cookie);
        return false;
      }
      people.delete(name);
      people.set(name, { cookie, askedAt: now() });
      const [first] = people.keys();
      if (people.size > MOST_PEOPLE && first !== undefined) people.delete(first);
      return true;
    },
    async mayStill(name) {
      const entered = people.get(name);
      if (entered === undefined) return false;
      if (now() - entered.askedAt < HOLDS_MS) return true;
      if (!(await may(entered.cookie))) {
        people.delete(name);
        return false;
      }
      entered.askedAt = now();
      return true;
    },
  };
}
