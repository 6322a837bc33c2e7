/** Modbus lines: over TCP, over a serial port, and RTU through a TCP bridge. */
import type { Logger } from '../../devices/kit/log.ts';
import { characterMs, parseSerial } from '../../devices/line/line-time.ts';
import type { Line } from '../../devices/station.ts';
import { backoffMs, jittered } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { type Link, serialLink, tcpLink } from './link.ts';
import { MbapPort } from './mbap-port.ts';
import { type Command, readCommand, takeRead, takeWrite, writeCommand } from './pdu.ts';
import type { Port } from './port.ts';
import { newRtuMemory, RtuPort } from './rtu-port.ts';
import type { ReadFault, Source } from './source.ts';

/** Time between attempts to open a line that is down. */
const BACKOFF = { firstMs: 500, maxMs: 30_000 };

/**
 * So many time-outs in a row, with no answer between, and the line is opened anew: it may be dead without having said
 * so. A single one leaves it open: some serial gateways have but one connection to give and are slow to free it.
 */
const QUIET_REQUESTS = 3;

/** A bridge cuts an answer into packets that may come some time apart. */
const BRIDGE_QUIET_MS = 250;

/** USB adapters hand over what they got every 16 ms. */
const SERIAL_QUIET_MS = 50;

interface Failed {
  readonly kind: 'fault';
  readonly fault: ReadFault;
}

const CLOSED: Failed = { kind: 'fault', fault: { kind: 'link', detail: 'line is closed' } };

/** Makes a result of the answer to this command, a fault if it is a wrong one. */
type Take<Result> = (command: Command, answer: Buffer) => Result | Failed;

interface Connection {
  readonly port: Port;
  readonly close: () => void;
  /** Ends the request that is under way. */
  abandon: ((result: Failed) => void) | null;
}

export interface ModbusOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

type PortOf = (send: (bytes: Buffer) => void) => Port;

/** The source of a line of the edge file. */
export function createModbus(line: Line, options: ModbusOptions): Source {
  if (line.mode === 'tcp')
    return createSource(tcpLink(line.host, line.port), (send) => new MbapPort(send), options);
  const memory = newRtuMemory();
  const { ticks } = options.clock;
  const rtu =
    (quietMs: number): PortOf =>
    (send) =>
      new RtuPort(send, { quietMs, ticks, memory });
  if (line.mode === 'rtu-tcp')
    return createSource(tcpLink(line.host, line.port), rtu(BRIDGE_QUIET_MS), options);
  const serial = parseSerial(line.serial);
  const quietMs = Math.max(SERIAL_QUIET_MS, 20 * characterMs(serial));
  return createSource(serialLink(line.path, serial), rtu(quietMs), options);
}

function createSource(link: Link, portOf: PortOf, { clock, random, log }: ModbusOptions): Source {
  const { where } = link;
  let stopped = false;
  /** Resolves when the link that is open, or opening, is closed. */
  let closing: { close(): void; readonly closed: Promise<void> } | null = null;
  let connection: Connection | null = null;
  /** Failures of the line since the last answer. */
  let failures = 0;
  let restUntil = 0;
  let detail = '';
  let timeouts = 0;

  const linkFault = (): Failed => ({ kind: 'fault', fault: { kind: 'link', detail } });

  function failed(what: string): Failed {
    if (failures === 0 && !stopped) log.warn({ address: where, reason: what }, 'line failed');
    failures += 1;
    detail = what;
    // The first failure may be no more than an idle connection that the other side had closed: try again at once.
    restUntil = failures === 1 ? 0 : clock.ticks() + jittered(backoffMs(BACKOFF, failures - 1), random);
    return linkFault();
  }

  function answered(): void {
    if (failures > 0) log.info({ address: where }, 'line works again');
    failures = 0;
    timeouts = 0;
  }

  /** A connection, or null after `failed`. */
  async function open(): Promise<Connection | null> {
    // A serial port has one owner: the last one must have let go.
    await closing?.closed;
    if (stopped) return null;
    return new Promise((resolve) => {
      let isClosed = () => {};
      const closed = new Promise<void>((done) => {
        isClosed = done;
      });
      let opened: Connection | null = null;
      const own = link.open({
        opened(send) {
          opened = { port: portOf(send), close: () => own.close(), abandon: null };
          connection = opened;
          resolve(opened);
        },
        heard: (bytes) => opened?.port.take(bytes),
        closed(reason) {
          if (closing?.closed === closed) closing = null;
          isClosed();
          if (opened === null) {
            failed(link.cannotOpen(reason));
            resolve(null);
            return;
          }
          if (connection === opened) connection = null;
          opened.port.close();
          // An idle connection that is lost is no failure: it is opened anew for the next request.
          opened.abandon?.(failed(link.lost(reason)));
        },
      });
      closing = { close: () => own.close(), closed };
    });
  }

  function drop(): void {
    connection?.port.close();
    connection?.close();
    connection = null;
  }

  /** What the ending of a request says about the line. */
  function weigh({ recovers }: Port, fault: ReadFault | null): void {
    switch (fault?.kind) {
      case undefined:
      case 'exception':
      case 'short':
        answered();
        break;
      case 'no-answer':
        timeouts += 1;
        if (timeouts % QUIET_REQUESTS === 0) drop();
        break;
      case 'malformed':
        if (!recovers) drop();
    }
  }

  function ask<Result extends { readonly kind: string }>(
    current: Connection,
    command: Command,
    timeoutMs: number,
    take: Take<Result>,
  ): Promise<Result | Failed> {
    return new Promise((resolve) => {
      current.abandon = resolve;
      current.port.ask(command, timeoutMs, (ending) => {
        current.abandon = null;
        const result = ending.kind === 'answer' ? take(command, ending.answer) : ending;
        weigh(current.port, isFailed(result) ? result.fault : null);
        resolve(result);
      });
    });
  }

  /** With nothing to wait for it asks at once: tens of thousands of requests a second go this way. */
  function request<Result extends { readonly kind: string }>(
    command: Command,
    timeoutMs: number,
    take: Take<Result>,
  ): Promise<Result | Failed> {
    if (connection !== null && !stopped && !connection.port.expectsLate(command.unit))
      return ask(connection, command, timeoutMs, take);
    return requestWhenReady(command, timeoutMs, take);
  }

  async function requestWhenReady<Result extends { readonly kind: string }>(
    command: Command,
    timeoutMs: number,
    take: Take<Result>,
  ): Promise<Result | Failed> {
    if (stopped) return CLOSED;
    if (connection === null && clock.ticks() < restUntil) return linkFault();
    const current = connection ?? (await open());
    if (current === null) return stopped ? CLOSED : linkFault();
    await current.port.settled(command.unit);
    // An idle connection that was closed meanwhile is opened anew.
    return connection === current
      ? ask(current, command, timeoutMs, take)
      : request(command, timeoutMs, take);
  }

  return {
    read: (asked) => request(readCommand(asked), asked.timeoutMs, takeRead),
    write: (asked) => request(writeCommand(asked), asked.timeoutMs, takeWrite),
    async stop() {
      stopped = true;
      closing?.close();
      await closing?.closed;
    },
  };
}

const isFailed = (result: { readonly kind: string } | Failed): result is Failed => result.kind === 'fault';
