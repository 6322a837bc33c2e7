/**
 * The editor's login and logout, in the place of Node-RED's own: that one counts wrong logins by name alone (strategies.js of
 * @node-red/editor-api 5), so that a stranger at the door keeps an admin out. Here tries are counted by name and address.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';
import type { EditorLogin, Entry } from './editor-entry.ts';
import { type EditorSessions, SESSION_S } from './editor-sessions.ts';
import { hopsOf, visitorOf } from './visitor.ts';

const MOST_BYTES = 16_384;
/** How often it is told that the gateway is away, whoever knocks meanwhile. */
const AWAY_MS = 60_000;

/** RFC 6749, 4.3.2, as the editor's page sends it: a form, or JSON. */
const loginSchema = z.object({
  grant_type: z.literal('password'),
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(1000),
});

export interface DoorParts {
  readonly login: EditorLogin;
  readonly sessions: EditorSessions;
  readonly log: Logger;
  readonly now: () => number;
}

/** Answers as a middleware of Express: what is not login or logout goes on. */
export function editorDoor({ login, sessions, log, now }: DoorParts) {
  let awayAt = Number.NEGATIVE_INFINITY;
  /** A name that was refused is not written down: people type their password there by mistake. */
  const tell = (entry: Entry, from: string): void => {
    if (entry.kind === 'in') log.info({ user: entry.session.username, from }, 'logged in to the editor');
    if (entry.kind === 'refused') log.warn({ from }, 'login to the editor refused');
    if (entry.kind !== 'away' || Math.abs(now() - awayAt) < AWAY_MS) return;
    awayAt = now();
    log.warn('nobody can log in to the editor: the gateway (editor.gateway) does not answer');
  };

  const logIn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A page elsewhere could guess in the name of who looks at it, until their address has to wait.
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return refuse(response, 403);
    const body = await readBody(request);
    if (body === null) return refuse(response, 413);
    const wanted = loginSchema.safeParse(body);
    if (!wanted.success) return refuse(response, 400);
    const { username, password } = wanted.data;
    const hops = hopsOf(request);
    const entry = await login.enter(username, password, hops);
    tell(entry, visitorOf(hops));
    if (entry.kind === 'in')
      return send(response, 200, {
        access_token: sessions.begin(entry.session),
        expires_in: SESSION_S,
        token_type: 'Bearer',
      });
    if (entry.kind === 'wait') response.setHeader('retry-after', entry.seconds);
    refuse(response, { refused: 403, wait: 429, away: 503 }[entry.kind]);
  };

  const logOut = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
    if (scheme?.toLowerCase() === 'bearer' && token !== undefined) await sessions.end(token);
    response.writeHead(200).end();
  };

  return (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void => {
    const answer = request.method === 'POST' ? doorOf(request.url, { logIn, logOut }) : null;
    if (answer === null) next();
    else
      answer(request, response).catch((error: unknown) => {
        // Who hung up is answered nothing, and is no fault to be logged.
        if (request.errored === null) next(error);
      });
  };
}

/** What is spelled otherwise goes on to Node-RED, whose own login lets nobody in. */
function doorOf<T>(url: string | undefined, doors: { readonly logIn: T; readonly logOut: T }): T | null {
  const path = url?.split('?')[0];
  if (path === '/auth/token') return doors.logIn;
  return path === '/auth/revoke' ? doors.logOut : null;
}

/** null: it is too long. What is neither form nor JSON is undefined. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Read to its end all the same, so that the answer arrives; Node.js cuts off who takes too long.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
    if (bytes > 64 * MOST_BYTES) break;
  }
  if (bytes > MOST_BYTES) return null;
  const text = Buffer.concat(chunks).toString('utf8');
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(text));
  if (type !== 'application/json') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const refuse = (response: ServerResponse, status: number): void =>
  send(response, status, { error: status === 503 ? 'temporarily_unavailable' : 'invalid_grant' });

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    })
    .end(JSON.stringify(body));
}
