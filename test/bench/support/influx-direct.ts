/** The peer of the gateway over InfluxDB: a minimal client, a process of its own, that writes the same points straight into it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Shape } from './payloads.ts';

export interface DirectWriter {
  readonly pid: number;
  /** Writes for so long; answers readings a second. */
  run(seconds: number): Promise<number>;
  stop(): Promise<void>;
}

export interface DirectOptions {
  readonly url: string;
  readonly database: string;
  readonly clients: readonly string[];
  readonly shape: Shape;
}

export async function startDirectWriter(
  url: string,
  database: string,
  clients: readonly string[],
  shape: Shape,
): Promise<DirectWriter> {
  const child = fork(join(import.meta.dirname, 'influx-direct-process.ts'));
  const ended = once(child, 'exit');
  const gone = ended.then(() => {
    throw new Error('the minimal client of InfluxDB ended by itself');
  });
  gone.catch(() => {});
  const ask = async (request: unknown): Promise<number> => {
    child.send(request as object);
    const [answer] = await Promise.race([once(child, 'message'), gone]);
    return answer as number;
  };
  await ask({ url, database, clients, shape } satisfies DirectOptions);
  return {
    pid: child.pid ?? 0,
    run: (seconds) => ask({ seconds }),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.disconnect();
      await ended;
    },
  };
}
