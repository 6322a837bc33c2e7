/** Logging in by password or one-time link, and out. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Attempts } from '../../devices/kit/attempts.ts';
import { type Session, sessionSchema } from '../../devices/wire/api.ts';
import { loginBodySchema } from '../../devices/wire/users.ts';
import type { Accounts } from '../accounts.ts';
import { withActor } from '../actor.ts';
import { hashToken } from '../password.ts';
import { sessionMs } from '../users/credentials.ts';
import { cookieName, sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';
import { tryAs } from './try.ts';

export interface LoginParts {
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly now: () => number;
}

/** Lines of a minute: somebody who guesses must not fill the log. */
const MOST_LINES = 20;
const MINUTE_MS = 60_000;

export function loginRoutes(app: Api, { accounts, attempts, now }: LoginParts): void {
  const tellRefused = createRefusals(accounts, now);

  /** Answers whether there is still such a user. */
  const startSession = (
    request: FastifyRequest,
    reply: FastifyReply,
    { name, role }: Session,
    from: string,
  ): boolean => {
    const cookie = cookieName(request);
    const agent = request.headers['user-agent'] ?? null;
    const secret = withActor({ name, from }, () => accounts.startSession(name, request.ip, agent));
    if (secret === null) return false;
    // The browser's last session ends with it: nobody could end it any more.
    const last = request.cookies[cookie];
    if (last !== undefined) accounts.use(last, 'session');
    reply.setCookie(cookie, secret, {
      path: '/',
      httpOnly: true,
      secure: request.protocol === 'https',
      // Lax, not Strict: a one-time link opened from a chat must arrive logged in. What changes anything is a POST.
      sameSite: 'lax',
      maxAge: sessionMs(role) / 1000,
    });
    return true;
  };

  app.post(
    '/api/v1/login',
    {
      config: { access: 'login' },
      schema: {
        body: loginBodySchema,
        response: { 200: sessionSchema },
        summary: 'Log in with name and password',
      },
    },
    async (request, reply): Promise<Session> => {
      const name = request.body.name.normalize('NFC');
      const session = await tryAs(attempts, name, request, reply, async () => {
        const found = await accounts.checkUser(name, request.body.password);
        return found !== null && startSession(request, reply, found, request.ip) ? found : null;
      });
      if (session === null) {
        tellRefused(request, name);
        throw new Problem(401, 'wrong name or password');
      }
      return session;
    },
  );

  app.get(
    '/login/:link',
    {
      config: { access: 'login' },
      schema: { params: z.object({ link: z.string().max(100) }), hide: true },
    },
    async (request, reply) => {
      const { link } = request.params;
      // Each link is a name of its own: what counts of wrong ones is the address.
      await tryAs(attempts, `link ${hashToken(link)}`, request, reply, () => {
        const found = accounts.use(link, 'link');
        return found !== null && startSession(request, reply, found, `${request.ip} by link`) ? found : null;
      });
      // A used link leads to the login page, which says what to do.
      return reply.header('referrer-policy', 'no-referrer').redirect('/', 303);
    },
  );

  app.get(
    '/api/v1/session',
    {
      config: { access: 'session' },
      schema: { response: { 200: sessionSchema }, summary: 'Who is logged in' },
    },
    async (request) => sessionOf(request),
  );

  app.post(
    '/api/v1/logout',
    { config: { access: 'login' }, schema: { summary: 'Log out' } },
    async (request, reply) => {
      const cookie = request.cookies[cookieName(request)];
      if (cookie !== undefined) accounts.use(cookie, 'session');
      return reply
        .clearCookie(cookieName(request), { path: '/', secure: request.protocol === 'https' })
        .code(204)
        .send();
    },
  );
}

/** A name that nobody has is not written down: people type their password there by mistake. */
function createRefusals(accounts: Pick<Accounts, 'hasUser'>, now: () => number) {
  let since = now();
  let lines = 0;
  let untold = 0;
  return ({ log, ip }: FastifyRequest, name: string): void => {
    if (now() - since >= MINUTE_MS || now() < since) {
      if (untold > 0) log.warn({ logins: untold }, 'more logins refused');
      since = now();
      lines = 0;
      untold = 0;
    }
    if (++lines > MOST_LINES) untold++;
    else log.warn({ user: accounts.hasUser(name) ? name : null, from: ip }, 'login refused');
  };
}
