/** From where the request comes that is being answered: Node-RED asks who may log in without saying it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

const MOST_HOPS = 8;
const hops = new AsyncLocalStorage<string>();

/** All that `answer` does, also later, is done for the sender of this request. */
export const forVisitor = <T>(request: IncomingMessage, answer: () => T): T =>
  hops.run(hopsOf(request), answer);

/**
 * The addresses that it came by, as X-Forwarded-For has them, the last one sure; undefined outside of a request. Who reads them
 * decides whom it believes: the gateway only what a proxy on its own machine says.
 */
export const visitor = (): string | undefined => hops.getStore() || undefined;

function hopsOf({ headers, socket }: IncomingMessage): string {
  const told = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .slice(-MOST_HOPS)
    .map((hop) => hop.trim());
  return [...told, socket.remoteAddress ?? ''].filter((hop) => isIP(hop) !== 0).join(', ');
}
