/** The serial port that a modem is on. */
import { stat } from 'node:fs/promises';

export interface SerialEvents {
  readonly heard: (chunk: Buffer) => void;
  /** Also when it was pulled out. */
  readonly closed: (reason: string) => void;
}

export interface Serial {
  write(text: string): void;
  close(): Promise<void>;
}

export type OpenSerial = (path: string, baudRate: number, events: SerialEvents) => Promise<Serial>;

/** 8N1, as modems have it. Throws an Error that says why it cannot be opened. */
export const openSerial: OpenSerial = async (path, baudRate, { heard, closed }) => {
  // Its native part is needed only where a modem is.
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  const opened = await identity(path);
  await new Promise<void>((resolve, reject) =>
    port.open((error) =>
      error === null ? resolve() : reject(new Error(`cannot open ${path} (${plain(error)})`)),
    ),
  );
  const gone = Promise.withResolvers<void>();
  let reason = 'it was closed';
  const watch = setInterval(async () => {
    if (opened === null || (await identity(path)) === opened || !port.isOpen) return;
    reason = 'it was pulled out';
    close();
  }, LOOK_MS);
  const ended = (error: Error | null): void => {
    clearInterval(watch);
    closed(`${path} is gone (${error ? plain(error) : reason})`);
    gone.resolve();
  };
  const close = (): void => {
    if (port.isOpen) port.close((error) => error && ended(error));
  };
  port.on('error', (error) => {
    reason = plain(error);
  });
  // A device that is pulled out ends the stream; its port is still to be closed.
  port.on('end', close);
  port.on('close', ended);
  port.on('data', heard);
  return {
    write: (text) => void port.write(text, 'latin1'),
    close() {
      close();
      return gone.promise;
    },
  };
};

/**
 * On Linux the reads of a port that was pulled out may find an end of file over and over, of which serialport says nothing (@serialport/bindings-cpp 13,
 * unix-read): so long it may take until it is noticed otherwise.
 */
const LOOK_MS = 1000;

/** What tells this device from another one in its place; null where ports are no files. */
async function identity(path: string): Promise<string | null> {
  try {
    const { dev, ino, rdev, ctimeMs } = await stat(path);
    return `${dev} ${ino} ${rdev} ${ctimeMs}`;
  } catch {
    return null;
  }
}

/** "Error: No such file or directory, cannot open /dev/x" is the binding's way to say the first half. */
const plain = ({ message }: Error): string =>
  message.replace(/^Error: /, '').replace(/, cannot open .*$/, '');
