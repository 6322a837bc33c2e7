/** Modbus TCP over an open link. */
import { Deadline } from './deadline.ts';
import { COMMAND_BYTES, type Command, putCommand } from './pdu.ts';
import type { Ending, Port } from './port.ts';
import type { ReadFault } from './source.ts';

/** Transaction, protocol, length (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
const HEADER = 6;

/** Unit, function and one byte at least; unit and a PDU of 253 bytes at most. A header may say 60 kB. */
const SHORTEST = 3;
const LONGEST = 254;

const NOTHING = Buffer.alloc(0);

export class MbapPort implements Port {
  readonly recovers = false;
  readonly #send: (bytes: Buffer) => void;
  readonly #deadline = new Deadline(() => this.#timeOut());
  #pending: ((ending: Ending) => void) | null = null;
  /** The last that was sent. */
  #transaction = 0;
  #timeoutMs = 0;
  /** The beginning of a frame. */
  #heard: Buffer = NOTHING;
  #broken: string | null = null;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  ask(command: Command, timeoutMs: number, done: (ending: Ending) => void): void {
    this.#transaction = (this.#transaction + 1) & 0xffff;
    this.#pending = done;
    this.#timeoutMs = timeoutMs;
    this.#deadline.set(timeoutMs);
    const frame = Buffer.allocUnsafe(HEADER + COMMAND_BYTES);
    frame.writeUInt16BE(this.#transaction, 0);
    frame.writeUInt16BE(0, 2);
    frame.writeUInt16BE(COMMAND_BYTES, 4);
    putCommand(frame, HEADER, command);
    this.#send(frame);
    // Rubbish that came before the request: nothing after it can be understood.
    if (this.#broken !== null) setImmediate(() => this.#fail());
  }

  take(bytes: Buffer): void {
    const heard = this.#heard.length === 0 ? bytes : Buffer.concat([this.#heard, bytes]);
    let start = 0;
    while (this.#broken === null && heard.length - start >= HEADER) {
      const end = start + HEADER + this.#lengthAt(heard, start);
      if (this.#broken !== null || heard.length < end) break;
      // A late answer is that to another transaction.
      if (this.#transaction === heard.readUInt16BE(start))
        this.#end({ kind: 'answer', answer: heard.subarray(start + HEADER, end) });
      start = end;
    }
    if (this.#broken !== null) this.#fail();
    else this.#heard = start === heard.length ? NOTHING : Buffer.from(heard.subarray(start));
  }

  #lengthAt(heard: Buffer, start: number): number {
    const protocol = heard.readUInt16BE(start + 2);
    const length = heard.readUInt16BE(start + 4);
    if (protocol !== 0) this.#broken = `protocol ${protocol} instead of 0`;
    else if (length < SHORTEST || length > LONGEST) this.#broken = `a length of ${length}`;
    return length;
  }

  /** The transaction keeps a late answer apart. */
  expectsLate(): boolean {
    return false;
  }

  async settled(): Promise<void> {}

  close(): void {
    this.#deadline.end();
    this.#pending = null;
  }

  #timeOut(): void {
    const { length } = this.#heard;
    const fault: ReadFault =
      length > 0
        ? { kind: 'malformed', detail: `${length} bytes that are no whole answer` }
        : { kind: 'no-answer', timeoutMs: this.#timeoutMs };
    this.#end({ kind: 'fault', fault });
  }

  #fail(): void {
    this.#heard = NOTHING;
    this.#end({ kind: 'fault', fault: { kind: 'malformed', detail: this.#broken ?? '' } });
  }

  #end(ending: Ending): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    this.#deadline.clear();
    pending(ending);
  }
}
