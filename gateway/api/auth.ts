/** Who is calling: a browser by its session cookie, a script by its bearer token. */

import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Role, type Session, sessionSchema } from '../../devices/wire/api.ts';
import { roleIncludes } from '../access.ts';
import type { Accounts } from '../accounts.ts';
import { hashToken } from '../password.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const COOKIE = 'quantrac_session';
const SESSION_MS = 12 * 3600_000;

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | null;
  }
  interface FastifyContextConfig {
    /** The least role that may call this route; `nobody` needs no login. A route without one needs a viewer. */
    role?: Role | 'nobody';
  }
}

/** Every route of the API needs a login, unless its config says otherwise: closed by default. */
export function guard(app: FastifyInstance, accounts: Accounts, adminToken: string | undefined): void {
  const adminHash = adminToken === undefined ? null : hashToken(adminToken);

  const sessionOf = (request: FastifyRequest): Session | null => {
    const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
    if (scheme?.toLowerCase() === 'bearer' && token !== undefined) {
      if (adminHash !== null && equal(hashToken(token), adminHash)) return { name: 'token', role: 'admin' };
      return accounts.find(token, 'token');
    }
    const cookie = request.cookies[COOKIE];
    return cookie === undefined ? null : accounts.find(cookie, 'session');
  };

  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request) => {
    const needed = request.routeOptions.config.role ?? 'viewer';
    if (needed === 'nobody') return;
    request.session = sessionOf(request);
    if (request.session === null) throw new Problem(401, 'log in or send a bearer token');
    if (!roleIncludes(request.session.role, needed)) {
      throw new Problem(
        403,
        `this needs the role ${needed}, and ${request.session.name} is ${request.session.role}`,
      );
    }
  });
}

const equal = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The session of a route behind the guard. */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new Problem(401, 'log in or send a bearer token');
  return request.session;
}

export function authRoutes(app: Api, accounts: Accounts): void {
  const startSession = (reply: FastifyReply, session: Session): void => {
    reply.setCookie(COOKIE, accounts.issue(session.name, 'session', SESSION_MS), {
      path: '/',
      httpOnly: true,
      // Lax, not Strict: a one-time link opened from a chat must arrive logged in. What changes anything is a POST.
      sameSite: 'lax',
      maxAge: SESSION_MS / 1000,
    });
  };

  app.post(
    '/api/v1/login',
    {
      config: { role: 'nobody', rateLimit: { max: 10, timeWindow: 60_000 } },
      schema: {
        body: z.object({ name: z.string().min(1).max(100), password: z.string().min(1).max(200) }),
        response: { 200: sessionSchema },
        summary: 'Log in with name and password',
      },
    },
    async (request, reply) => {
      const session = await accounts.checkUser(request.body.name, request.body.password);
      if (session === null) throw new Problem(401, 'wrong name or password');
      startSession(reply, session);
      return session;
    },
  );

  app.get(
    '/login/:link',
    {
      config: { role: 'nobody', rateLimit: { max: 10, timeWindow: 60_000 } },
      schema: { params: z.object({ link: z.string().max(100) }), hide: true },
    },
    async (request, reply) => {
      const session = accounts.use(request.params.link, 'link');
      if (session !== null) startSession(reply, session);
      // A used link leads to the login page, which says what to do.
      return reply.header('referrer-policy', 'no-referrer').redirect('/', 303);
    },
  );

  app.get(
    '/api/v1/session',
    { schema: { response: { 200: sessionSchema }, summary: 'Who is logged in' } },
    async (request) => sessionOf(request),
  );

  app.post(
    '/api/v1/logout',
    { config: { role: 'nobody' }, schema: { summary: 'Log out' } },
    async (request, reply) => {
      const cookie = request.cookies[COOKIE];
      if (cookie !== undefined) accounts.use(cookie, 'session');
      return reply.clearCookie(COOKIE, { path: '/' }).code(204).send();
    },
  );
}
