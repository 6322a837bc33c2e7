/** From where a request to the editor comes. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../devices/kit/loopback.ts';

const MOST_HOPS = 8;

/**
 * The addresses that it came by, as X-Forwarded-For has them, the last one sure. Who reads them decides whom it believes: the
 * gateway, as `visitorOf`, only what a proxy on its own machine says.
 */
export function hopsOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): readonly string[] {
  const told = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .slice(-MOST_HOPS)
    .map((hop) => hop.trim());
  return [...told, socket.remoteAddress ?? ''].filter((hop) => isIP(hop) !== 0);
}

/** The nearest hop that is not this machine; a visitor from this machine is the furthest hop. */
export const visitorOf = (hops: readonly string[]): string =>
  hops.findLast((hop) => !isLoopback(hop)) ?? hops[0] ?? 'unknown';
