/** The process of influx-direct.ts: lines are made while it goes, several requests are under way at a time. */
import { Agent, request } from 'node:http';
import { severityOf } from '../../../devices/quality.ts';
import type { Reading } from '../../../devices/reading.ts';
import type { DirectOptions } from './influx-direct.ts';
import { parametersOf, stationsOf } from './payloads.ts';
import { createWalk } from './walks.ts';

/** What an InfluxDB 1.x takes best (its own documentation names 5,000 to 10,000 lines a body). */
const LINES = 5000;
const AT_A_TIME = 3;

const agent = new Agent({ keepAlive: true });
let next: () => string;
let write: (body: string) => Promise<void>;

async function prepare({ url, database, clients, shape }: DirectOptions): Promise<number> {
  const made = await fetch(`${url}/query`, {
    method: 'POST',
    body: new URLSearchParams({ q: `CREATE DATABASE "${database}"` }),
  });
  if (!made.ok) throw new Error(`CREATE DATABASE: ${made.status}`);
  const path = `${url}/write?db=${database}&precision=ms`;
  write = (body) =>
    new Promise((resolve, reject) => {
      const sent = request(
        path,
        { agent, method: 'POST', headers: { 'content-length': Buffer.byteLength(body) } },
        (answer) => {
          answer.resume();
          answer.on('end', () =>
            answer.statusCode === 204
              ? resolve()
              : reject(new Error(`InfluxDB answered ${answer.statusCode}`)),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const walk = createWalk(1);
  const stations = clients.flatMap((client) => stationsOf(client, shape.stations));
  const parameters = parametersOf(shape.parameters);
  // Values are made before, as those of a load are; times are new each time.
  const values: Reading[][] = Array.from({ length: shape.variants * shape.times }, () =>
    parameters.map((parameter) => walk('any', parameter, 0)),
  );
  const nextAt = new Map<string, number>();
  let turn = 0;
  let round = 0;
  /** What comes in that time from one station: the points of one payload of a load. */
  const payload = (): string => {
    const station = stations[turn++ % stations.length] as string;
    const now = Date.now();
    let at = Math.max(nextAt.get(station) ?? 0, now - shape.agoMs);
    let lines = '';
    for (let time = 0; time < shape.times; time++, at += shape.stepMs) {
      for (const { parameter, value, flag, reason } of values[round++ % values.length] ?? []) {
        lines += `reading,parameter=${parameter},station=${station} value=${value},flag=${flag}i,severity=${severityOf(flag)}i,received_at=${now}i`;
        if (reason !== null) lines += `,reason="${reason}"`;
        lines += ` ${at}\n`;
      }
    }
    nextAt.set(station, at);
    return lines;
  };
  const payloads = LINES / (shape.times * shape.parameters);
  next = () => {
    let body = '';
    for (let index = 0; index < payloads; index++) body += payload();
    return body;
  };
  return 0;
}

async function run(seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let written = 0;
  const work = async (): Promise<void> => {
    while (performance.now() < end) {
      await write(next());
      if (performance.now() < end) written += LINES;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return written / seconds;
}

process.on('message', (message: DirectOptions | { readonly seconds: number }) => {
  void ('seconds' in message ? run(message.seconds) : prepare(message)).then((answer) =>
    process.send?.(answer),
  );
});
process.on('disconnect', () => process.exit(0));
