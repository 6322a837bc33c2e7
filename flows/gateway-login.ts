/**
 * People of the gateway at the editor: their name and password open a session there, and as long as the gateway says that
 * this session may use the editor, so long they may. While the gateway is away nobody is let in. The gateway counts wrong
 * tries, by name and address; here nothing is counted.
 */
import type { EditorLogin, EditorSession } from './editor-entry.ts';

/** How long an answer of the gateway holds: the editor asks with every request. */
const HOLDS_MS = 2000;
const ANSWER_MS = 10_000;
/** When the gateway says "later" and not when. */
const USUAL_WAIT_S = 10;

/** `address` is the gateway's root, as http://127.0.0.1:8080. */
export function createGatewayLogin(address: string, now: () => number): EditorLogin {
  const call = (path: string, request: RequestInit): Promise<Response | null> =>
    fetch(new URL(path, address), {
      ...request,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(() => null);
  const post = (path: string, body: object, headers: Readonly<Record<string, string>>) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const may = async (cookie: string): Promise<boolean> =>
    (await call('/api/v1/editor', { headers: { cookie } }))?.status === 204;

  const sessionOf = (username: string, cookie: string): EditorSession => {
    let askedAt = now();
    let asking: Promise<boolean> | null = null;
    const ask = async (): Promise<boolean> => {
      const answer = await may(cookie);
      if (answer) askedAt = now();
      asking = null;
      return answer;
    };
    return {
      username,
      async mayStill() {
        if (now() - askedAt < HOLDS_MS) return true;
        asking ??= ask();
        return asking;
      },
      end: async () => void (await post('/api/v1/logout', {}, { cookie })),
    };
  };

  return {
    async enter(name, password, hops) {
      // Wrong logins are counted where they come from: whoever guesses here must not keep others here waiting.
      const from = hops.join(', ');
      const response = await post(
        '/api/v1/login',
        { name, password },
        from === '' ? {} : { 'x-forwarded-for': from },
      );
      const cookie = response?.ok ? response.headers.getSetCookie()[0]?.split(';')[0] : undefined;
      await response?.body?.cancel().catch(() => {});
      if (cookie !== undefined) {
        const session = sessionOf(name, cookie);
        if (await may(cookie)) return { kind: 'in', session };
        await session.end();
        return { kind: 'refused' };
      }
      switch (response?.status) {
        case 400:
        case 401:
        case 403:
          return { kind: 'refused' };
        case 429:
        case 503:
          return { kind: 'wait', seconds: Number(response.headers.get('retry-after')) || USUAL_WAIT_S };
        default:
          return { kind: 'away' };
      }
    },
  };
}
