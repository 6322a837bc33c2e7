/** An open port with a modem on it: one command after the other, and word of messages that come. */
import { type AskOptions, Dialogue } from './dialogue.ts';
import type { OpenSerial, Serial } from './serial.ts';

export interface Connection {
  /** As Dialogue.ask; only within `exclusive`. */
  ask(command: string, options: AskOptions): Promise<readonly string[]>;
  /** Commands that belong together; those of others wait. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when a message has come since the last call, or after the time. Throws why the modem is lost. */
  message(timeoutMs: number): Promise<void>;
  /** Whatever waits for the modem is told. */
  close(reason: string): Promise<void>;
}

const ESC = '\x1b';

/**
 * What was asked before is let go: a text that was under way is broken off, and answers of the next `settleMs` are nobody's. Throws an
 * Error that says why the port cannot be opened.
 */
export async function connect(
  path: string,
  baud: number,
  settleMs: number,
  open: OpenSerial,
): Promise<Connection> {
  let serial: Serial | null = null;
  let lost: string | null = null;
  let came = false;
  let wake: () => void = () => {};
  const dialogue = new Dialogue({
    write: (text) => serial?.write(text),
    onMessage() {
      came = true;
      wake();
    },
    onLost(reason) {
      lost = reason;
      wake();
    },
  });
  serial = await open(path, baud, {
    heard: (chunk) => dialogue.take(chunk),
    closed: (reason) => dialogue.lose(reason),
  });
  const port = serial;
  port.write(`${ESC}\r`);
  let turn: Promise<unknown> = new Promise((resolve) => setTimeout(resolve, settleMs));
  return {
    ask: (command, options) => dialogue.ask(command, options),
    exclusive(work) {
      const mine = turn.then(work);
      turn = mine.catch(() => {});
      return mine;
    },
    async message(timeoutMs) {
      if (!came && lost === null)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      if (lost !== null) throw new Error(lost);
      came = false;
    },
    async close(reason) {
      dialogue.lose(reason);
      await port.close();
    },
  };
}
