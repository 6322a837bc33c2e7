/**
 * Cross-site request forgery (OWASP CSRF Prevention Cheat Sheet): a browser sends the session's cookie along with what another site
 * makes it send. What changes something is taken from our own pages only. SameSite=Lax on the cookie is the other half.
 */
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

const SAFE = ['GET', 'HEAD', 'OPTIONS'];
/** What a form of any site can send without being asked about first (Fetch standard, CORS-safelisted content types). */
const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** Throws a Problem for a call that changes something and comes, or may come, from another site's page. */
export function refuseForeign(request: FastifyRequest): void {
  if (SAFE.includes(request.method)) return;
  if (!isOwn(request)) throw new Problem(403, 'this came from a page of another site');
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && FORMS.includes(type))
    throw new Problem(415, `${type} is not taken here: send JSON`);
}

function isOwn({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  // same-site is not enough: another host below the same domain is another site to us.
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  // A browser too old for the first names its origin with every POST, PUT, PATCH and DELETE; a script names none.
  const { origin } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
