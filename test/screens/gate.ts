/** A way to a gateway that can be shut: what a page sees when its line to the centre is cut and comes back. */
import { connect, createServer, type Socket } from 'node:net';

export interface Gate {
  readonly url: string;
  /** Ends what is open and refuses what comes, until it is opened. */
  shut(): void;
  open(): void;
  stop(): Promise<void>;
}

export async function startGate(target: string): Promise<Gate> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((near) => {
    if (!isOpen) return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const end = (): void => {
    for (const socket of [...sockets]) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    shut() {
      isOpen = false;
      end();
    },
    open() {
      isOpen = true;
    },
    async stop() {
      isOpen = false;
      end();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
