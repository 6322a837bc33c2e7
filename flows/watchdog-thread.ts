/** The thread of the watchdog (watchdog.ts). It counts its own looks, so that a machine that slept is not taken for a hang. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { writeHang } from './hangs.ts';
import type { WatchdogData } from './watchdog.ts';

const LOOK_MS = 500;

const { beats, hangS, hangsFile, silent } = workerData as WatchdogData;
const count = new Int32Array(beats);
let seen = 0;
let looks = 0;

setInterval(() => {
  const now = Atomics.load(count, 0);
  looks = now === seen ? looks + 1 : 0;
  seen = now;
  if (looks * LOOK_MS < hangS * 1000) return;
  try {
    writeHang(hangsFile, Date.now());
    if (!silent) writeSync(2, logLine());
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}, LOOK_MS);

/** As the process's own log has them, which cannot write any more. */
const logLine = (): string =>
  `${JSON.stringify({
    level: 50,
    time: new Date().toISOString(),
    service: 'flows',
    part: 'watchdog',
    msg: `the flows hang: no sign of life for ${hangS} s, most likely an endless loop in a flow; the process is ended`,
  })}\n`;
