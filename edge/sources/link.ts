/** What a line's bytes go through: a TCP connection or a serial port. */
import { connect } from 'node:net';
import { SerialPort } from 'serialport';
import type { SerialSetting } from '../../devices/line/line-time.ts';

export interface LinkEvents {
  readonly opened: (send: (bytes: Buffer) => void) => void;
  /** The bytes may change after the call. */
  readonly heard: (bytes: Buffer) => void;
  /** Comes last and once, also when it could not be opened. */
  readonly closed: (reason: string) => void;
}

export interface Link {
  readonly where: string;
  /** The sentences of a missing reading. */
  readonly cannotOpen: (reason: string) => string;
  readonly lost: (reason: string) => string;
  /** Begins to open it; `close` ends that too. */
  open(events: LinkEvents): { close(): void };
}

const CONNECT_TIMEOUT_MS = 3000;

/** More than any answer; what is more comes in the next piece. */
const RECEIVE_BYTES = 4096;

export function tcpLink(host: string, port: number): Link {
  const where = `${host}:${port}`;
  return {
    where,
    cannotOpen: (reason) => `cannot connect to ${where} (${reason})`,
    lost: (reason) => `connection to ${where} lost (${reason})`,
    open({ opened, heard, closed }) {
      const buffer = Buffer.alloc(RECEIVE_BYTES);
      // Answers to the same request are of one length: their view is made once.
      let view = buffer;
      const socket = connect({
        host,
        port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: 30_000,
        // One buffer for all that comes: a quarter more requests a second than the stream's 'data' on many connections.
        onread: {
          buffer,
          callback(length) {
            if (view.length !== length) view = buffer.subarray(0, length);
            heard(view);
            return true;
          },
        },
      });
      let reason = 'closed by the other side';
      const timer = setTimeout(() => {
        reason = `no connection within ${CONNECT_TIMEOUT_MS} ms`;
        socket.destroy();
      }, CONNECT_TIMEOUT_MS);
      socket.on('error', (error: NodeJS.ErrnoException) => {
        reason = error.code ?? error.message;
      });
      socket.on('connect', () => {
        clearTimeout(timer);
        opened((bytes) => void socket.write(bytes));
      });
      socket.on('close', () => {
        clearTimeout(timer);
        closed(reason);
      });
      return { close: () => socket.destroy() };
    },
  };
}

export function serialLink(path: string, serial: SerialSetting): Link {
  return {
    where: path,
    cannotOpen: (reason) => `cannot open ${path} (${reason})`,
    lost: (reason) => `${path} lost (${reason})`,
    open(events) {
      let done = false;
      let wanted = true;
      const closed = (reason: string): void => {
        if (done) return;
        done = true;
        events.closed(reason);
      };
      const { baud: baudRate, dataBits, parity, stopBits } = serial;
      // Hanging up at each close would restart the adapters and instruments that hang on DTR.
      const port = new SerialPort({
        path,
        baudRate,
        dataBits,
        parity,
        stopBits,
        autoOpen: false,
        hupcl: false,
      });
      const close = (): void => {
        if (port.isOpen) port.close((error) => closed(error ? plain(error) : 'closed'));
      };
      let reason = 'closed';
      port.on('error', (error) => {
        reason = plain(error);
      });
      // A device that is pulled out ends the stream; its port is still to be closed.
      port.on('end', close);
      port.on('close', (error: Error | null) => {
        close();
        closed(error ? plain(error) : reason);
      });
      port.open((error) => {
        if (error) closed(plain(error));
        else if (!wanted) close();
        else {
          port.on('data', events.heard);
          events.opened((bytes) => void port.write(bytes));
        }
      });
      return {
        close() {
          wanted = false;
          close();
        },
      };
    },
  };
}

/** "Error: No such file or directory, cannot open /dev/x" is the binding's way to say the first half. */
const plain = ({ message }: Error): string =>
  message.replace(/^Error: /, '').replace(/, cannot open .*$/, '');
