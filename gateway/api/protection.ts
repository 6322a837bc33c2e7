/** What holds for every request before any route sees it: headers of its answer, how many of them, how slow. */
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { Problem } from './problem.ts';

const MINUTE_MS = 60_000;
/**
 * Requests a minute. A screen makes some 20 to open and 1 a minute then, a harvest of SensorThings or the feed some 10 a
 * second: an office behind one address, or a script that catches up, stays far below.
 */
const MOST = { address: 12_000, caller: 6000 } as const;
/** What costs more than its answer shows, of one caller, method and route. */
const COSTLY: Readonly<Record<string, number>> = {
  'GET /api/v1/export': 60,
  'GET /api/v1/evidence/:station': 120,
  'POST /api/v1/rehearsals': 30,
  'GET /api/v1/readings': 1200,
};
/** Beyond so many addresses in a minute the count begins anew: it must not become what fills memory. */
const MOST_ADDRESSES = 100_000;

/** Node.js' bounds on what arrives slowly or stays (node:http). */
export const SERVER_BOUNDS = {
  /** All of a request: 64 KB within 30 s are 18 kbit/s. */
  requestTimeout: 30_000,
  /** A proxy keeps its connections 60 s; who closes first must be the proxy. */
  keepAliveTimeout: 72_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 1000, maxHeaderSize: 16 * 1024 },
} as const;
/** 1,000 screens, 200 that wait at the feed, and room for those that come and go. */
export const MAX_CONNECTIONS = 4000;

const SCREEN_POLICY = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'manifest-src': ["'self'"],
    'worker-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  },
};
const PERMISSIONS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
]
  .map((name) => `${name}=()`)
  .join(', ');

/** Register it before the guard and all routes. */
export async function protect(app: FastifyInstance, now: () => number): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: SCREEN_POLICY,
    crossOriginEmbedderPolicy: true,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // One-time links (/login/, /ack/) are the only secrets in addresses: nobody is told where a visitor came from.
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    // Behind plain HTTP on loopback it would lock a browser out; the proxy that ends TLS adds it.
    strictTransportSecurity: false,
  });
  // Before the plugin, which looks at a route when it is made.
  app.addHook('onRoute', boundCostly);
  await app.register(rateLimit, {
    max: MOST.caller,
    timeWindow: MINUTE_MS,
    keyGenerator: (request: FastifyRequest) => request.session?.name ?? request.ip,
  });
  const mayCome = countAddresses(now);
  app.addHook('onRequest', async (request, reply) => {
    // On the response itself, so that a stream that is written past Fastify has them too.
    reply.raw.setHeader('permissions-policy', PERMISSIONS);
    reply.raw.setHeader('x-content-type-options', 'nosniff');
    // Screens and the style of pages say otherwise; all else is or may be data.
    reply.raw.setHeader('cache-control', 'no-store');
    // RFC 9112, 3.2: what stands before us may have gone by the other one.
    if ((request.raw.headersDistinct.host?.length ?? 0) > 1) throw new Problem(400, 'more than one Host');
    if (!mayCome(request.ip)) {
      reply.header('retry-after', '60');
      throw new Problem(429, `more than ${MOST.address} requests a minute from this address`);
    }
  });
}

function boundCostly(route: RouteOptions): void {
  const methods = typeof route.method === 'string' ? [route.method] : route.method;
  const max = methods.map((method) => COSTLY[`${method} ${route.url}`]).find((most) => most !== undefined);
  if (max !== undefined) route.config = { ...route.config, rateLimit: { max, timeWindow: MINUTE_MS } };
}

function countAddresses(now: () => number): (address: string) => boolean {
  const counts = new Map<string, number>();
  let until = 0;
  return (address) => {
    if (now() >= until || counts.size >= MOST_ADDRESSES) {
      counts.clear();
      until = now() + MINUTE_MS;
    }
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    return count <= MOST.address;
  };
}
