/** Starts plain-gateway.ts, the peer of the gateway over its embedded store. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PlainGateway {
  readonly pid: number;
  readonly port: number;
  /** Rows in its table. */
  stored(): Promise<number>;
  stop(): Promise<void>;
}

export async function startPlainGateway(): Promise<PlainGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-plain-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const child = fork(join(import.meta.dirname, 'plain-gateway.ts'), [folder]);
  const ended = once(child, 'exit');
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    pid: child.pid ?? 0,
    port,
    async stored() {
      child.send('stored');
      const [answer] = (await once(child, 'message')) as [{ stored: number }];
      return answer.stored;
    },
    async stop() {
      child.disconnect();
      await ended;
      remove();
    },
  };
}
