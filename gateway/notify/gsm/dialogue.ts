/** Commands to a modem and its answers, one at a time (ITU-T V.250, 5; 3GPP TS 27.005, 3.5.1 for the prompt of AT+CMGS). */
import { errorOf } from './errors.ts';

/** A full SIM listed is less; a modem that babbles must not fill the memory. */
const MOST_CHARACTERS = 500_000;
const MOST_OF_A_LINE = 5000;

const ESC = '\x1b';
const CTRL_Z = '\x1a';

/** What modems tell without being asked: a message has come, and things that are of no use here. */
const UNASKED = /^(\+CMTI:|\+CDSI?:|\+CLIP:|\+CTZV:|\+QIND:|RING$|\^|\*)/;
/** They say so when they have started. */
const STARTED = /^(RDY|\+PBREADY|\+CFUN: 1|SYSSTART|\^SYSSTART|Call Ready|SMS Ready)$/;

export interface DialogueEvents {
  /** Writes to the port. */
  readonly write: (text: string) => void;
  /** A short message has come. */
  readonly onMessage: () => void;
  /** The modem does not answer, babbles or has started anew: its port is of no use any more. Called once. */
  readonly onLost: (reason: string) => void;
}

export interface AskOptions {
  readonly timeoutMs: number;
  /** Follows the prompt, as the PDU does. */
  readonly after?: string;
  /** So long the answer after that may take. */
  readonly afterMs?: number;
}

interface Pending {
  readonly command: string;
  readonly options: AskOptions;
  readonly lines: string[];
  prompted: boolean;
  timer: NodeJS.Timeout;
  readonly resolve: (lines: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

export class Dialogue {
  readonly #events: DialogueEvents;
  #pending: Pending | null = null;
  #rest = '';
  #characters = 0;
  #lost: string | null = null;

  constructor(events: DialogueEvents) {
    this.#events = events;
  }

  /**
   * The lines before OK. Throws AtError when the modem refuses; an Error when it does not answer, after which the dialogue
   * is over. One command at a time: the caller waits for the last one.
   */
  ask(command: string, options: AskOptions): Promise<readonly string[]> {
    if (this.#lost !== null) return Promise.reject(new Error(this.#lost));
    if (this.#pending !== null) return Promise.reject(new Error('a command is under way'));
    this.#characters = 0;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#silent(), options.timeoutMs);
      this.#pending = { command, options, lines: [], prompted: false, timer, resolve, reject };
      this.#events.write(`${command}\r`);
    });
  }

  take(chunk: Buffer): void {
    if (this.#lost !== null) return;
    this.#characters += chunk.length;
    const lines = (this.#rest + chunk.toString('latin1')).split(/[\r\n]+/);
    this.#rest = lines.pop() ?? '';
    if (
      this.#rest.length > MOST_OF_A_LINE ||
      (this.#pending !== null && this.#characters > MOST_CHARACTERS)
    ) {
      this.lose('the modem sends what is no answer');
      return;
    }
    for (const line of lines) this.#line(line.trim());
    if (this.#rest.startsWith('>')) this.#prompt();
  }

  /** The port is gone: whoever waits for an answer is told. */
  lose(reason: string): void {
    if (this.#lost !== null) return;
    this.#lost = reason;
    const pending = this.#end();
    this.#events.onLost(reason);
    pending?.reject(new Error(reason));
  }

  #line(line: string): void {
    if (line === '' || this.#lost !== null) return;
    if (STARTED.test(line)) {
      this.lose('the modem has started anew');
      return;
    }
    if (UNASKED.test(line)) {
      if (line.startsWith('+CMTI:')) this.#events.onMessage();
      return;
    }
    const pending = this.#pending;
    // An echo, as long as it is not switched off; and late answers of which nobody knows any more.
    if (pending === null || line === pending.command) return;
    const error = errorOf(line);
    if (error !== null) this.#end()?.reject(error);
    else if (line === 'OK') this.#end()?.resolve(pending.lines);
    else pending.lines.push(line);
  }

  #prompt(): void {
    const pending = this.#pending;
    if (pending?.options.after === undefined || pending.prompted) return;
    this.#rest = '';
    pending.prompted = true;
    clearTimeout(pending.timer);
    pending.timer = setTimeout(() => this.#silent(), pending.options.afterMs ?? pending.options.timeoutMs);
    this.#events.write(pending.options.after + CTRL_Z);
  }

  #silent(): void {
    // What it was given so far is not to become part of the next command.
    if (this.#pending?.options.after !== undefined) this.#events.write(ESC);
    this.lose('the modem does not answer');
  }

  #end(): Pending | null {
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null) clearTimeout(pending.timer);
    return pending;
  }
}
