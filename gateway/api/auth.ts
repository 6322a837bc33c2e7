/** Who is calling: a browser by its session cookie, a script by its bearer token. Everything a call does is done in their name. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Session } from '../../devices/wire/api.ts';
import type { AccessName } from '../access/http-rows.ts';
import { rowOf } from '../access/routes.ts';
import { decide, type Proof } from '../access.ts';
import type { Accounts } from '../accounts.ts';
import { type Actor, withActor } from '../actor.ts';
import { hashToken, sameText } from '../password.ts';
import type { Credential } from '../users/credentials.ts';
import { refuseForeign } from './origin.ts';
import { Problem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | null;
    /** How the caller of a route behind the guard is known. */
    proof: Proof;
    /** The id of the session or token that was shown; null: none, or the token of the settings. */
    credential: string | null;
  }
  interface FastifyInstance {
    /** Whom a request's credential stands for now; null: nobody, or nobody any more. */
    callerOf(request: FastifyRequest): Session | null;
  }
  interface FastifyContextConfig {
    /** The row of gateway/access/http-rows.ts that says who may call this route. */
    access?: AccessName;
  }
}

interface Caller {
  readonly proof: Proof;
  readonly session: Session | null;
  readonly credential: string | null;
}

/** Every route of the API needs a login, unless its config says otherwise: closed by default. */
export function guard(app: FastifyInstance, accounts: Accounts, adminToken: string | undefined): void {
  const adminHash = adminToken === undefined ? null : hashToken(adminToken);

  const callerOf = (request: FastifyRequest): Caller => {
    const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
    if (scheme?.toLowerCase() === 'bearer' && token !== undefined) {
      if (adminHash !== null && sameText(hashToken(token), adminHash))
        return { proof: 'token', session: { name: 'token', role: 'admin', areas: null }, credential: null };
      return callerBy('token', accounts.find(token, 'token'));
    }
    const cookie = request.cookies[cookieName(request)];
    return callerBy('session', cookie === undefined ? null : accounts.find(cookie, 'session'));
  };

  const admit = (request: FastifyRequest): Actor => {
    const { access } = request.routeOptions.config;
    const row = rowOf(request.routeOptions.config);
    // Without a login there is no cookie to misuse, but somebody could be logged in as another, or out.
    if (access === 'login') refuseForeign(request);
    if (row.role === 'nobody') return { name: 'nobody', from: request.ip };
    const { proof, session, credential } = callerOf(request);
    const refusal = decide(session, proof, row);
    if (refusal !== null) throw refusal;
    if (proof === 'session') refuseForeign(request);
    request.session = session;
    request.proof = proof;
    request.credential = credential;
    const from = proof === 'token' ? `${request.ip} by token ${credential ?? 'of the settings'}` : request.ip;
    return { name: session?.name ?? 'nobody', from };
  };

  app.decorateRequest('session', null);
  app.decorateRequest('proof', 'token');
  app.decorateRequest('credential', null);
  app.decorate('callerOf', (request: FastifyRequest) => callerOf(request).session);
  app.addHook('onRequest', (request, _reply, done) => {
    let actor: Actor;
    try {
      actor = admit(request);
    } catch (error) {
      done(error as Error);
      return;
    }
    // All that follows is in their name: fastify takes it over the reading of the body (AsyncResource in its parser).
    withActor(actor, done);
  });
}

const callerBy = (proof: Proof, credential: Credential | null): Caller => {
  if (credential === null) return { proof, session: null, credential: null };
  const { name, role, areas, id } = credential;
  return { proof, session: { name, role, areas }, credential: id };
};

/** A cookie with this prefix is taken by browsers over TLS from this very host only (RFC 6265bis, 4.1.3.2); plain HTTP is loopback. */
export const cookieName = ({ protocol }: FastifyRequest): string =>
  protocol === 'https' ? '__Host-quantrac_session' : 'quantrac_session';

/** The session of a route behind the guard. */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new Problem(401, 'log in or send a bearer token');
  return request.session;
}
