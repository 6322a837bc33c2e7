/** A real InfluxDB of this test's own: own folder, own free port, gone afterwards. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../devices/kit/free-port.ts';

export interface Influxd {
  readonly url: string;
  /** Where its own program asks for backups, as host:port. */
  readonly backupHost: string;
  readonly pid: () => number;
  /** SIGKILL: what it had only in memory is lost. */
  kill(): Promise<void>;
  /** After `kill`, with the same address and files. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `http` are lines for that section of its configuration. */
export async function startInfluxd({ http = '' } = {}): Promise<Influxd> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-influxd-'));
  const [port, rpcPort] = [await freePort(), await freePort()];
  const config = join(folder, 'influxdb.conf');
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
${http}
`,
  );
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess;
  // Also when this process goes without a word: a test that hangs is ended.
  const killNow = (): void => void child?.kill('SIGKILL');
  process.once('exit', killNow);
  const start = async (): Promise<void> => {
    child = spawn('influxd', ['-config', config], { stdio: 'ignore' });
    for (let attempt = 0; ; attempt++) {
      const answer = await fetch(`${url}/ping`).catch(() => null);
      if (answer?.status === 204) break;
      if (attempt > 200 || child.exitCode !== null) {
        killNow();
        throw new Error('influxd did not start');
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  await start();
  return {
    url,
    backupHost: `127.0.0.1:${rpcPort}`,
    pid: () => child.pid ?? 0,
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      process.off('exit', killNow);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
