/** Looks at the demo's ports before anything is started, so that a taken one is told with the option that changes it. */
import { createServer } from 'node:net';
import { UserFault } from '../devices/kit/fault.ts';

export interface WantedPort {
  /** 0 means any free port, which cannot be taken. */
  readonly port: number;
  readonly option: string;
}

export async function checkPorts(wanted: readonly WantedPort[]): Promise<void> {
  for (const { port, option } of wanted) {
    if (port === 0 || !(await isTaken(port))) continue;
    throw new UserFault(
      `port ${port} is taken by another program: choose another with ${option} or stop that program ` +
        `(cổng ${port} đang bị chương trình khác dùng: chọn cổng khác bằng ${option} hoặc dừng chương trình đó)`,
    );
  }
}

const isTaken = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    // Any other fault is told by the process that needs the port.
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    server.listen(port, '127.0.0.1', () => server.close((error) => (error ? reject(error) : resolve(false))));
  });
