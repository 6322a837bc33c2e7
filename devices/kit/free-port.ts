/** For tests: a port for a server that comes, goes and comes back. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems hand out to clients and to port 0 (32768 on Linux, 49152 elsewhere). */
const [FIRST, LAST] = [15_000, 32_000];

/**
 * A port of the loopback on which nobody listens. A port that the system chose and that was let go may be handed out again
 * before it is taken back, when many tests run at once; these are not.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    const server = createServer().listen(port, '127.0.0.1');
    const free = await Promise.race([
      once(server, 'listening').then(() => true),
      new Promise<false>((resolve) => server.once('error', () => resolve(false))),
    ]).catch(() => false);
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
