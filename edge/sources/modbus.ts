/** Modbus lines through modbus-serial: over TCP, over a serial port, and RTU through a TCP bridge. */
import type { Duplex } from 'node:stream';
import modbus from 'modbus-serial';
import type { Logger } from '../../devices/kit/log.ts';
import type { Line } from '../../devices/station.ts';
import { backoffMs, jittered } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { characterMs, parseSerial } from '../line-time.ts';
import { type Link, serialLink, tcpLink } from './link.ts';
import { MbapPort } from './mbap-port.ts';
import { type LateAnswers, RtuPort } from './rtu-port.ts';
import { exceptionFault, type ReadFault, type ReadRequest, type ReadResult, type Source } from './source.ts';

type Client = InstanceType<typeof modbus.default>;

/** Time between attempts to open a line that is down. */
const BACKOFF = { firstMs: 500, maxMs: 30_000 };

/**
 * So many time-outs in a row, with no answer between, and the line is opened anew: it may be dead without having said
 * so. A single one leaves it open: some serial gateways have but one connection to give and are slow to free it.
 */
const QUIET_READS = 3;

/** A bridge cuts an answer into packets that may come some time apart. */
const BRIDGE_QUIET_MS = 250;

/** USB adapters hand over what they got every 16 ms. */
const SERIAL_QUIET_MS = 50;

const CLOSED: ReadResult = { kind: 'fault', fault: { kind: 'link', detail: 'line is closed' } };

/** modbus-serial gives every kind of error as an Error with some of these. */
interface ClientError extends Error {
  readonly modbusCode?: number;
  readonly errno?: unknown;
}

interface Connection {
  readonly client: Client;
  readonly port: MbapPort | RtuPort;
  readonly close: () => void;
  /** Ends the read that is under way. */
  abandon: ((result: ReadResult) => void) | null;
}

export interface ModbusOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** The source of a line of the edge file. */
export function createModbus(line: Line, options: ModbusOptions): Source {
  if (line.mode === 'tcp') return createSource(tcpLink(line.host, line.port), mbap, options);
  const late: LateAnswers = new Map();
  const { ticks } = options.clock;
  if (line.mode === 'rtu-tcp') {
    const port = (stream: Duplex) => new RtuPort(stream, { quietMs: BRIDGE_QUIET_MS, ticks, late });
    return createSource(tcpLink(line.host, line.port), port, options);
  }
  const serial = parseSerial(line.serial);
  const quietMs = Math.max(SERIAL_QUIET_MS, 20 * characterMs(serial));
  return createSource(
    serialLink(line.path, serial),
    (stream) => new RtuPort(stream, { quietMs, ticks, late }),
    options,
  );
}

const mbap = (stream: Duplex): MbapPort => new MbapPort(stream);

function createSource(
  link: Link,
  portOf: (stream: Duplex) => MbapPort | RtuPort,
  { clock, random, log }: ModbusOptions,
): Source {
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

  const linkFault = (): ReadResult => ({ kind: 'fault', fault: { kind: 'link', detail } });

  function failed(what: string): ReadResult {
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
        opened(stream) {
          const port = portOf(stream);
          const client = new modbus.default(port);
          // The stream is open, so this is done before it returns.
          client.open();
          opened = { client, port, close: () => own.close(), abandon: null };
          connection = opened;
          resolve(opened);
        },
        closed(reason) {
          if (closing?.closed === closed) closing = null;
          isClosed();
          if (opened === null) {
            failed(link.cannotOpen(reason));
            resolve(null);
            return;
          }
          if (connection === opened) connection = null;
          // Clears the time-outs of its requests.
          opened.client.destroy(() => {});
          opened.abandon?.(failed(link.lost(reason)));
        },
      });
      closing = { close: () => own.close(), closed };
    });
  }

  function drop(): void {
    connection?.client.destroy(() => {});
    connection?.close();
    connection = null;
  }

  async function read(request: ReadRequest): Promise<ReadResult> {
    if (stopped) return CLOSED;
    if (connection === null && clock.ticks() < restUntil) return linkFault();
    const current = connection ?? (await open());
    if (current === null) return stopped ? CLOSED : linkFault();
    const { port } = current;
    if (port instanceof RtuPort) await port.settled(request.unit);
    // An idle connection that was closed meanwhile is opened anew.
    if (connection !== current) return read(request);
    const result = await ask(current, request);
    if (connection !== current) return result;
    if (result.kind === 'words' || result.fault.kind === 'exception') answered();
    else if (result.fault.kind === 'no-answer') {
      timeouts += 1;
      if (timeouts % QUIET_READS === 0) drop();
    } else if (port instanceof MbapPort) {
      // What follows a wrong answer in the stream cannot be trusted either.
      drop();
    }
    return result;
  }

  return {
    read,
    async stop() {
      stopped = true;
      closing?.close();
      await closing?.closed;
    },
  };
}

function ask(connection: Connection, request: ReadRequest): Promise<ReadResult> {
  return new Promise<ReadResult>((resolve) => {
    connection.abandon = resolve;
    const { client, port } = connection;
    const { unit, area, address, count, timeoutMs } = request;
    const take = (error: ClientError | null, answer?: { data: readonly (number | boolean)[] }) =>
      resolve(
        error ? { kind: 'fault', fault: faultOf(error, port, request) } : words(answer?.data ?? [], request),
      );
    client.setTimeout(timeoutMs);
    if (area === 'coil') client.writeFC1(unit, address, count, take);
    else if (area === 'discrete') client.writeFC2(unit, address, count, take);
    else if (area === 'holding') client.writeFC3(unit, address, count, take);
    else client.writeFC4(unit, address, count, take);
  }).finally(() => {
    connection.abandon = null;
  });
}

/** modbus-serial checks the length of the frame but not the byte count within it. */
function words(data: readonly (number | boolean)[], { area, count }: ReadRequest): ReadResult {
  const bits = area === 'coil' || area === 'discrete';
  const expected = bits ? Math.ceil(count / 8) * 8 : count;
  if (data.length !== expected) {
    const what = `${data.length} ${bits ? 'bits' : 'registers'} instead of ${expected}`;
    return { kind: 'fault', fault: { kind: 'malformed', detail: what } };
  }
  return { kind: 'words', words: data.slice(0, count).map(Number) };
}

function faultOf(error: ClientError, port: MbapPort | RtuPort, { unit, timeoutMs }: ReadRequest): ReadFault {
  if (error.modbusCode !== undefined) return exceptionFault(error.modbusCode);
  if (error.errno === 'ECONNREFUSED') return { kind: 'link', detail: 'connection lost' };
  const heard = port.verdict();
  if (error.errno !== 'ETIMEDOUT') return { kind: 'malformed', detail: heard ?? error.message };
  if (port instanceof RtuPort) port.missed(unit, timeoutMs);
  return heard === null ? { kind: 'no-answer', timeoutMs } : { kind: 'malformed', detail: heard };
}
