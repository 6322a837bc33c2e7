/** Modbus lines through modbus-serial. The socket is ours, so that its end is always noticed. */
import { connect, type Socket } from 'node:net';
import modbus from 'modbus-serial';
import type { Logger } from '../../devices/kit/log.ts';
import { backoffMs, jittered } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { exceptionFault, type ReadFault, type ReadRequest, type ReadResult, type Source } from './source.ts';

type Client = InstanceType<typeof modbus.default>;

const CONNECT_TIMEOUT_MS = 3000;

/** Time between attempts to connect when the line is down. */
const BACKOFF = { firstMs: 500, maxMs: 30_000 };

/**
 * So many time-outs in a row, with no answer between, and the connection is opened anew: it may be dead without
 * having said so. A single one leaves it open, for a late answer carries the transaction id of its own request and
 * modbus-serial drops it; and some serial gateways have but one connection to give and are slow to free it.
 */
const QUIET_READS = 3;

/** modbus-serial gives every kind of error as an Error with some of these. */
interface ClientError extends Error {
  readonly modbusCode?: number;
  readonly errno?: unknown;
}

interface Connection {
  readonly client: Client;
  readonly socket: Socket;
  /** Ends the read that is under way. */
  abandon: ((result: ReadResult) => void) | null;
}

export interface ModbusTcpOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

export function createModbusTcp({ host, port, clock, random, log }: ModbusTcpOptions): Source {
  const where = `${host}:${port}`;
  let stopped = false;
  let socket: Socket | null = null;
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
  function open(): Promise<Connection | null> {
    return new Promise((resolve) => {
      const own = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 });
      socket = own;
      let reason = 'closed by the other side';
      let opened: Connection | null = null;
      const timer = setTimeout(() => {
        reason = `no connection within ${CONNECT_TIMEOUT_MS} ms`;
        own.destroy();
      }, CONNECT_TIMEOUT_MS);
      own.on('error', (error: NodeJS.ErrnoException) => {
        reason = error.code ?? error.message;
      });
      own.on('connect', () => {
        clearTimeout(timer);
        const client = new modbus.default();
        // The socket is open, so this answers before it returns.
        client.linkTCP(own, { port }, () => {});
        opened = { client, socket: own, abandon: null };
        connection = opened;
        resolve(opened);
      });
      own.on('close', () => {
        clearTimeout(timer);
        if (socket === own) socket = null;
        if (opened === null) {
          failed(`cannot connect to ${where} (${reason})`);
          resolve(null);
          return;
        }
        if (connection === opened) connection = null;
        // Clears the time-outs of its requests.
        opened.client.destroy(() => {});
        opened.abandon?.(failed(`connection to ${where} lost (${reason})`));
      });
    });
  }

  function drop(): void {
    connection?.socket.destroy();
    connection = null;
  }

  async function read(request: ReadRequest): Promise<ReadResult> {
    if (stopped) return { kind: 'fault', fault: { kind: 'link', detail: 'line is closed' } };
    if (connection === null && clock.ticks() < restUntil) return linkFault();
    const current = connection ?? (await open());
    if (current === null) return linkFault();
    const result = await ask(current, request);
    if (connection !== current) return result;
    if (result.kind === 'words' || result.fault.kind === 'exception') answered();
    else if (result.fault.kind === 'no-answer') {
      timeouts += 1;
      if (timeouts % QUIET_READS === 0) drop();
    } else {
      // What follows a wrong answer in the stream cannot be trusted either.
      drop();
    }
    return result;
  }

  return {
    read,
    async stop() {
      stopped = true;
      const last = socket;
      if (last === null || last.closed) return;
      const closed = new Promise<void>((resolve) => last.once('close', () => resolve()));
      last.destroy();
      await closed;
    },
  };
}

function ask(connection: Connection, request: ReadRequest): Promise<ReadResult> {
  return new Promise<ReadResult>((resolve) => {
    connection.abandon = resolve;
    const { client } = connection;
    const { unit, area, address, count, timeoutMs } = request;
    const take = (error: ClientError | null, answer?: { data: readonly (number | boolean)[] }) =>
      resolve(
        error ? { kind: 'fault', fault: faultOf(error, timeoutMs) } : words(answer?.data ?? [], request),
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

function faultOf(error: ClientError, timeoutMs: number): ReadFault {
  if (error.modbusCode !== undefined) return exceptionFault(error.modbusCode);
  if (error.errno === 'ETIMEDOUT') return { kind: 'no-answer', timeoutMs };
  if (error.errno === 'ECONNREFUSED') return { kind: 'link', detail: 'connection lost' };
  return { kind: 'malformed', detail: error.message };
}
