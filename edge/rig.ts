/** What tests of the edge stand on: real instruments and a real broker on free ports of the loopback. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client } from 'aedes';
import { ServerTCP } from 'modbus-serial';
import { freePort } from '../devices/kit/free-port.ts';
import { createLogger } from '../devices/kit/log.ts';
import type { RegisterArea } from '../devices/profile.ts';
import type { EdgeFile, Line } from '../devices/station.ts';
import { describeFault, type ReadRequest, type Source } from './sources/source.ts';

export const silentLog = createLogger('edge', 'silent');

/** `silent` never answers; a number is the code of an exception. */
export type UnitMode = 'normal' | 'silent' | number;

export interface Field {
  readonly port: number;
  /** Registers by area and address; bits are 0 or 1. What is not there is 0. */
  set(area: RegisterArea, address: number, words: readonly number[]): void;
  mode(unit: number, mode: UnitMode): void;
  /** What was written to coils, with the time of this process (performance.now). */
  readonly written: ReadonlyArray<{
    readonly unit: number;
    readonly coil: number;
    readonly on: boolean;
    readonly at: number;
  }>;
  /** Whether it is set, whichever unit has it. */
  coil(address: number): boolean;
  /** Coils that take a write and stay as they are. */
  readonly stuck: Set<number>;
  /** How many requests a unit has had. */
  asked(unit: number): number;
  close(): Promise<void>;
}

/** A Modbus TCP server with as many units as are asked for. */
export async function startField(given?: number): Promise<Field> {
  const port = given ?? (await freePort());
  const words = new Map<string, number>();
  const modes = new Map<number, UnitMode>();
  const asked = new Map<number, number>();
  const written: Field['written'][number][] = [];
  const stuck = new Set<number>();
  const answer =
    <T>(area: RegisterArea, turn: (word: number) => T) =>
    (address: number, unit: number, done: (error: Error | null, value: T) => void): void => {
      const mode = modes.get(unit) ?? 'normal';
      if (mode === 'silent') return;
      const error = mode === 'normal' ? null : Object.assign(new Error('mode'), { modbusErrorCode: mode });
      done(error, turn(words.get(`${area} ${address}`) ?? 0));
    };
  const many =
    (area: RegisterArea) =>
    (address: number, count: number, unit: number, done: (error: Error | null, values: number[]) => void) => {
      asked.set(unit, (asked.get(unit) ?? 0) + 1);
      const values: number[] = [];
      for (let index = 0; index < count; index++) {
        answer(area, Number)(address + index, unit, (error, value) => {
          values.push(value);
          if (values.length === count || error) done(error, values);
        });
        if (modes.get(unit) !== undefined && modes.get(unit) !== 'normal') return;
      }
    };
  const server = new ServerTCP(
    {
      getCoil: answer('coil', Boolean),
      getDiscreteInput: answer('discrete', Boolean),
      getHoldingRegister: answer('holding', Number),
      getInputRegister: answer('input', Number),
      getMultipleHoldingRegisters: many('holding'),
      getMultipleInputRegisters: many('input'),
      setCoil: (coil: number, on: boolean, unit: number, done: (error: Error | null) => void) =>
        answer('coil', () => {
          if (modes.has(unit) && modes.get(unit) !== 'normal') return;
          written.push({ unit, coil, on, at: performance.now() });
          if (!stuck.has(coil)) words.set(`coil ${coil}`, Number(on));
        })(coil, unit, done),
      setRegister: (address: number, value: number, unit: number, done: (error: Error | null) => void) =>
        answer('holding', () => {
          if (!modes.has(unit) || modes.get(unit) === 'normal') words.set(`holding ${address}`, value);
        })(address, unit, done),
    },
    // The number 0 would mean 502 to it.
    { host: '127.0.0.1', port: String(port) as unknown as number },
  );
  await once(server, 'initialized');
  const { _server: inner } = server as unknown as { _server: Server };
  return {
    port: (inner.address() as AddressInfo).port,
    set(area, address, values) {
      for (const [index, word] of values.entries()) words.set(`${area} ${address + index}`, word);
    },
    mode: (unit, mode) => modes.set(unit, mode),
    asked: (unit) => asked.get(unit) ?? 0,
    written,
    stuck,
    coil: (address) => words.get(`coil ${address}`) === 1,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A TCP server that gives each Modbus request (its whole frame) and its socket to `serve`. */
export async function startFrames(serve: (frame: Buffer, socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (frame) => serve(frame, socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Arrived {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export interface Broker {
  readonly port: number;
  readonly arrived: Arrived[];
  /** Resolves with the first message, arrived or still to come, that the test accepts. */
  arrival(accept: (message: Arrived) => boolean): Promise<Arrived>;
  /** `withhold`: messages of these topics arrive and are never acknowledged. */
  withhold: (topic: string) => boolean;
  password: string;
  /** Logins that were tried. */
  logins: number;
  close(): Promise<void>;
}

export async function startBroker(given?: number): Promise<Broker> {
  const port = given ?? (await freePort());
  const aedes = await Aedes.createBroker();
  const waiting = new Set<() => void>();
  const broker: Broker = {
    port: 0,
    arrived: [],
    withhold: () => false,
    password: 'secret',
    logins: 0,
    arrival: (accept) =>
      new Promise((resolve) => {
        const look = () => {
          const found = broker.arrived.find(accept);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      server.close();
      await once(server, 'close');
    },
  };
  aedes.authenticate = (_client, _user, password, done) => {
    broker.logins += 1;
    if (String(password) === broker.password) done(null, true);
    else done(Object.assign(new Error('no'), { returnCode: 4 }), false);
  };
  aedes.authorizePublish = (_client: Client | null, { topic, payload, retain }, done) => {
    broker.arrived.push({ topic, payload: payload.toString(), retain });
    for (const look of waiting) look();
    if (!broker.withhold(topic)) done(null);
  };
  const server = createServer(aedes.handle);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(broker, { port: (server.address() as AddressInfo).port });
}

/** Words of two input registers, or what went wrong in words. */
export async function read(
  source: Source,
  over: Partial<ReadRequest> = {},
): Promise<readonly number[] | string> {
  const result = await source.read({
    unit: 1,
    area: 'input',
    address: 10,
    count: 2,
    timeoutMs: 1000,
    ...over,
  });
  return result.kind === 'words' ? result.words : describeFault(result.fault);
}

/** The first line of the file, which is polled over Modbus. */
export function modbusLine({ lines: [line] }: EdgeFile): Line {
  if (!line || line.mode === 'mqtt') throw new Error('no Modbus line');
  return line;
}
