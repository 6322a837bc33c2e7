/**
 * A line of the field on Modbus TCP: modbus-serial's server with several units, as a serial bus behind a gateway has.
 *
 * The server answers; faults act on what it writes to its sockets, frame by frame. So a fault can come and go at any
 * time on an open connection, and without one every byte is the library's own.
 */
import type { AddressInfo, Server, Socket } from 'node:net';
import { ServerTCP } from 'modbus-serial';
import type { RegisterArea } from '../profile.ts';
import { EXCEPTION, readWords } from './answer.ts';
import { decodeTcp, type Frame, splitTcp, transactionOf } from './frame.ts';
import { replyOverTcp } from './spoil.ts';
import { createTimetable, type Timetable } from './timetable.ts';
import type { Unit } from './unit.ts';

/** Requests of one connection that are remembered until their answer is written. */
const MAX_REQUESTS = 64;

export interface ModbusLine {
  /** Port that listens; null on a pseudo-terminal. */
  readonly port: number | null;
  /** Serial device for the reader; null where a port listens. */
  readonly path: string | null;
  stop(): Promise<void>;
}

export type Units = ReadonlyMap<number, Unit>;

/** Returns when the line listens. Port 0 means any free port. */
export async function startModbusLine(
  host: string,
  port: number,
  units: Units,
  now: () => number,
): Promise<ModbusLine> {
  const read = (area: RegisterArea, address: number, count: number, id: number): number[] => {
    const unit = units.get(id);
    if (!unit) throw modbusError(EXCEPTION.gatewayTargetFailed);
    const words = readWords(unit.words(now()), area, address, count);
    if (!words) throw modbusError(EXCEPTION.illegalAddress);
    return words;
  };
  const one = (area: RegisterArea) => (address: number, unit: number) => read(area, address, 1, unit)[0] ?? 0;
  // Without these the server would leave a write unanswered.
  const refuse = (): never => {
    throw modbusError(EXCEPTION.illegalFunction);
  };
  const server = new ServerTCP(
    {
      getCoil: (address: number, unit: number) => one('coil')(address, unit) === 1,
      getDiscreteInput: (address: number, unit: number) => one('discrete')(address, unit) === 1,
      getHoldingRegister: (address: number, unit: number) => one('holding')(address, unit),
      getInputRegister: (address: number, unit: number) => one('input')(address, unit),
      getMultipleHoldingRegisters: (address: number, count: number, unit: number) =>
        read('holding', address, count, unit),
      getMultipleInputRegisters: (address: number, count: number, unit: number) =>
        read('input', address, count, unit),
      setCoil: refuse,
      setRegister: refuse,
    },
    // The server takes the number 0 for "not given" and 502 instead; the text "0" reaches the socket.
    { host, port: String(port) as unknown as number },
  );
  // A reader that breaks its connection is no matter of ours.
  server.on('socketError', () => {});
  const timetable = createTimetable();
  const listener = (server as unknown as { _server: Server })._server;
  listener.on('connection', (socket) => spoilAnswers(socket, units, now, timetable));
  await new Promise<void>((resolve, reject) => {
    server.on('initialized', () => resolve());
    server.on('serverError', (error) => reject(error ?? new Error('the line cannot listen')));
  });
  return {
    port: (listener.address() as AddressInfo).port,
    path: null,
    stop: () =>
      new Promise((resolve) => {
        timetable.stop();
        server.close(() => resolve());
      }),
  };
}

/** The server writes each answer as one whole frame. */
function spoilAnswers(socket: Socket, units: Units, now: () => number, timetable: Timetable): void {
  const requests = new Map<number, Frame>();
  let stream: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    const { frames, rest } = splitTcp(Buffer.concat([stream, chunk]));
    stream = rest;
    for (const bytes of frames) {
      requests.set(transactionOf(bytes), decodeTcp(bytes));
      if (requests.size > MAX_REQUESTS) requests.delete(requests.keys().next().value ?? 0);
    }
  });
  const send = socket.write.bind(socket) as (bytes: Buffer) => boolean;
  const write = (bytes: Buffer): boolean => {
    const transaction = transactionOf(bytes);
    const answer = decodeTcp(bytes);
    const unit = units.get(answer.unit);
    const request = requests.get(transaction) ?? answer;
    requests.delete(transaction);
    if (!unit) return send(bytes);
    for (const reply of unit.replies(request, answer, now())) {
      timetable.at(performance.now() + reply.afterMs, () => {
        if (socket.writable) send(replyOverTcp(reply, transaction));
      });
    }
    return true;
  };
  socket.write = write as Socket['write'];
}

const modbusError = (code: number): Error =>
  Object.assign(new Error(`modbus exception ${code}`), { modbusErrorCode: code });
