/**
 * Requests per second over Modbus TCP: the edge's own source beside libmodbus in C, beside modbus-serial's client, and
 * beside a bare socket of Node that looks at nothing, which is the most that Node can do. All take short turns against the same
 * libmodbus server, and ratios are those of neighbouring turns, since a busy machine changes by the second.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import modbus from 'modbus-serial';
import { createLogger } from '../../devices/kit/log.ts';
import { systemClock } from '../../edge/clock.ts';
import { createModbus } from '../../edge/sources/modbus.ts';
import { build, output, start } from './support/c-program.ts';
import { benchOptions } from './support/options.ts';
import { median, printTable } from './support/table.ts';

const { short } = benchOptions('Requests per second of 60 registers over Modbus TCP, 1 and 16 connections.');

const REGISTERS = 60;
const ADDRESS = 10;
const ROUNDS = short ? 3 : 35;
const TURN_MS = short ? 150 : 200;

const server = await start(build('modbus-server'), []);
const port = Number(server.said);
const client = build('modbus-client');
const log = createLogger('edge', 'silent');

/** Requests per second on so many connections, for one turn. */
type Reader = (connections: number) => Promise<number>;

/** Asks again and again until the time is over; gives the number of answers. */
interface Asker {
  readonly run: (isOver: () => boolean) => Promise<number>;
  readonly close: () => unknown;
}

const askers: Asker[] = [];

/** Its connections stay open between turns. */
function reader(open: () => Asker | Promise<Asker>): Reader {
  const own: Asker[] = [];
  return async (connections) => {
    for (; own.length < connections; askers.push(...own.slice(-1))) own.push(await open());
    let over = false;
    const started = performance.now();
    setTimeout(() => {
      over = true;
    }, TURN_MS);
    const counts = await Promise.all(own.slice(0, connections).map(({ run }) => run(() => over)));
    return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - started);
  };
}

const source = reader(() => {
  const line = { id: 'bench', mode: 'tcp', host: '127.0.0.1', port } as const;
  const own = createModbus(line, { clock: systemClock, random: Math.random, log });
  const request = { unit: 1, area: 'input', address: ADDRESS, count: REGISTERS, timeoutMs: 1000 } as const;
  return {
    async run(isOver) {
      let count = 0;
      for (; !isOver(); count++) {
        const result = await own.read(request);
        if (result.kind !== 'words' || result.words[1] !== ADDRESS + 1)
          throw new Error(JSON.stringify(result));
      }
      return count;
    },
    close: own.stop,
  };
});

const serial = reader(async () => {
  const own = new modbus.default();
  await own.connectTCP('127.0.0.1', { port });
  own.setID(1);
  own.setTimeout(1000);
  return {
    async run(isOver) {
      let count = 0;
      for (; !isOver(); count++) {
        const { data } = await own.readInputRegisters(ADDRESS, REGISTERS);
        if (data[1] !== ADDRESS + 1) throw new Error(String(data));
      }
      return count;
    },
    close: () => new Promise<void>((resolve) => own.close(() => resolve())),
  };
});

/** A ping-pong of bytes: neither time-outs nor frames nor words nor promises. */
const bare = reader(async () => {
  const request = Buffer.from([0, 1, 0, 0, 0, 6, 1, 4, 0, ADDRESS, 0, REGISTERS]);
  let heard = (_length: number): void => {};
  const onread = {
    buffer: Buffer.alloc(4096),
    callback(length: number) {
      heard(length);
      return true;
    },
  };
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
  await once(socket, 'connect');
  return {
    run: (isOver) =>
      new Promise((resolve) => {
        let count = 0;
        let missing = 9 + 2 * REGISTERS;
        heard = (length) => {
          missing -= length;
          if (missing > 0) return;
          missing = 9 + 2 * REGISTERS;
          count += 1;
          if (isOver()) resolve(count);
          else socket.write(request);
        };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
});

const libmodbus =
  (how: 'threads' | 'poll'): Reader =>
  async (connections) =>
    Number(await output(client, [port, REGISTERS, TURN_MS / 1000, connections, how].map(String)));

/** Milliseconds of processor time that the server has had. */
const serverMs = (): number =>
  Number(readFileSync(`/proc/${server.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

interface Row {
  readonly name: string;
  readonly read: Reader;
  readonly rates: number[];
  readonly serverBusy: number[];
}

async function compare(title: string, connections: number, readers: ReadonlyArray<[string, Reader]>) {
  const rows: Row[] = readers.map(([name, read]) => ({ name, read, rates: [], serverBusy: [] }));
  for (const { read } of rows) await read(connections);
  for (let round = 0; round < ROUNDS; round++)
    // There and back, so that none is always the one after another.
    for (const { read, rates, serverBusy } of round % 2 === 0 ? rows : rows.toReversed()) {
      const before = serverMs();
      const started = performance.now();
      rates.push(await read(connections));
      serverBusy.push((serverMs() - before) / (performance.now() - started));
    }
  const peers = rows.filter(({ name }) => name.startsWith('libmodbus'));
  printTable(
    title,
    ['client', 'requests/s', 'least', 'most', ...peers.map(({ name }) => `beside ${name}`), 'server busy'],
    rows.map(({ name, rates, serverBusy }) => [
      name,
      Math.round(median(rates)),
      Math.round(Math.min(...rates)),
      Math.round(Math.max(...rates)),
      ...peers.map((peer) =>
        median(rates.map((rate, round) => rate / (peer.rates[round] ?? Number.NaN))).toFixed(2),
      ),
      `${Math.round(100 * median(serverBusy))} %`,
    ]),
  );
}

const about = `${REGISTERS} registers a request, libmodbus server (one poll loop); median of ${ROUNDS} turns of ${TURN_MS} ms`;
await compare(`One connection, one request after another: ${about}`, 1, [
  ['libmodbus in C', libmodbus('threads')],
  ['Quantrac (Source.read)', source],
  ['bare socket in Node', bare],
  ['modbus-serial', serial],
]);
await compare(`16 connections: ${about}`, 16, [
  ['libmodbus in C, 16 threads', libmodbus('threads')],
  ['libmodbus in C, one loop', libmodbus('poll')],
  ['Quantrac (Source.read)', source],
  ['bare socket in Node', bare],
  ['modbus-serial', serial],
]);

for (const { close } of askers) await close();
await server.stop();
