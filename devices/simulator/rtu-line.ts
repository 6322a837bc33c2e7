/**
 * A line of the field that speaks RTU: on a pseudo-terminal, or over TCP as transparent serial bridges do.
 *
 * modbus-serial's server for RTU opens a serial port of its own and can neither spoil a frame nor listen on a socket,
 * so these lines answer by our own few functions (answer.ts, frame.ts).
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { answerPdu } from './answer.ts';
import { decodeRtu, type Frame, rtuRequestLength } from './frame.ts';
import type { ModbusLine, Units } from './modbus-line.ts';
import { openPty } from './pty.ts';
import { frameGapMs, type SerialSpeed } from './serial.ts';
import { replyOverRtu } from './spoil.ts';
import { createTimetable, type Timetable } from './timetable.ts';

/** A frame that has not come whole after so long without a byte never will. */
const SILENCE_MS = 30;

/** The longest RTU frame. */
const MAX_BYTES = 256;

export interface RtuOptions {
  readonly units: Units;
  readonly now: () => number;
  /** The line's speed when it takes the time that a real one would; null: it answers at once. */
  readonly pace: SerialSpeed | null;
}

/** What all who talk on this line share: one pair of wires, on which one frame goes at a time. */
interface Bus extends RtuOptions {
  readonly timetable: Timetable;
  /** `performance.now()` when the last frame has gone through. */
  freeAt: number;
}

const newBus = (options: RtuOptions): Bus => ({ ...options, timetable: createTimetable(), freeAt: 0 });

/** Takes bytes as they come; `send` gets whole answers. */
function listenTo(bus: Bus, send: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let received: Buffer = Buffer.alloc(0);
  let lastAt = 0;
  const take = (bytes: Buffer): void => {
    const request = decodeRtu(bytes);
    if (request) answer(bus, request, bytes.length, send);
  };
  return (chunk) => {
    const at = performance.now();
    if (at - lastAt > SILENCE_MS) received = Buffer.alloc(0);
    lastAt = at;
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const length = rtuRequestLength(received);
      if (length === undefined || received.length < length) break;
      take(received.subarray(0, length));
      received = received.subarray(length);
    }
    if (rtuRequestLength(received) === undefined && decodeRtu(received)) {
      take(received);
      received = Buffer.alloc(0);
    }
    if (received.length > MAX_BYTES) received = Buffer.alloc(0);
  };
}

/** Who is not there, or asked with a broadcast (unit 0), is silent. */
function answer(bus: Bus, request: Frame, length: number, send: (bytes: Buffer) => void): void {
  const { pace, timetable } = bus;
  const arrived = performance.now();
  const asked = pace ? Math.max(arrived, bus.freeAt) + length * pace.charMs : arrived;
  bus.freeAt = asked;
  const unit = bus.units.get(request.unit);
  if (!unit || request.unit === 0) return;
  const now = bus.now();
  const pdu = answerPdu(request.pdu, unit.words(now));
  for (const reply of unit.replies(request, { unit: request.unit, pdu }, now)) {
    const bytes = replyOverRtu(reply);
    // An answer begins 3.5 characters after the request's end, and is there when its last byte is.
    const due = pace
      ? Math.max(bus.freeAt, asked + reply.afterMs) + frameGapMs(pace) + bytes.length * pace.charMs
      : asked + reply.afterMs;
    if (reply.afterMs === 0) bus.freeAt = due;
    timetable.at(due, () => send(bytes));
  }
}

/** Returns when the line listens. Port 0 means any free port. */
export async function startRtuTcpLine(host: string, port: number, options: RtuOptions): Promise<ModbusLine> {
  const bus = newBus(options);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    // A reader that breaks its connection is no matter of ours.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const send = (bytes: Buffer): void => void (socket.writable && socket.write(bytes));
    socket.on('data', listenTo(bus, send));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    path: null,
    stop: async () => {
      bus.timetable.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Returns when a reader can open the line's path. */
export async function startPtyLine(
  path: string | undefined,
  options: RtuOptions,
  ended: (reason: string) => void,
): Promise<ModbusLine> {
  const bus = newBus(options);
  const pty = await openPty(path, ended);
  pty.onData(listenTo(bus, pty.send));
  return {
    port: null,
    path: pty.path,
    stop: async () => {
      bus.timetable.stop();
      await pty.close();
    },
  };
}
