/** Modbus RTU over an open link: a serial port, or a bridge to one. */
import { Deadline } from './deadline.ts';
import { type Command, writes } from './pdu.ts';
import type { Ending, Port } from './port.ts';
import { hear, heardFault, isOver, type RtuRequest, rtuRequest, withoutCrc } from './rtu-frame.ts';

/** Twice the longest frame: a line that babbles must not fill the memory. */
const MOST_HEARD = 512;

const NOTHING = Buffer.alloc(0);

/** What is known of a line, and outlives its ports: bridges keep late bytes. */
export interface RtuMemory {
  /**
   * RTU frames do not say which request they answer. After a time-out the same unit is left alone until its late
   * answer has come, or for one more time-out: until when, in ticks.
   */
  readonly late: Map<number, number>;
  /** The adapter hears what it sends. Reads show it; of a write nothing but this tells the echo from the answer. */
  echoes: boolean;
}

export const newRtuMemory = (): RtuMemory => ({ late: new Map(), echoes: false });

export interface RtuPortOptions {
  /** After so long without a byte, what has come is all that comes. */
  readonly quietMs: number;
  readonly ticks: () => number;
  readonly memory: RtuMemory;
}

interface Pending extends RtuRequest {
  readonly done: (ending: Ending) => void;
  readonly timeoutMs: number;
}

export class RtuPort implements Port {
  readonly recovers = true;
  readonly #send: (bytes: Buffer) => void;
  readonly #options: RtuPortOptions;
  #pending: Pending | null = null;
  #heard: Buffer = NOTHING;
  readonly #deadline = new Deadline(() => this.#timeOut());
  readonly #quiet = new Deadline(() => this.#judge());
  #closed = false;
  #wake: (() => void) | null = null;

  constructor(send: (bytes: Buffer) => void, options: RtuPortOptions) {
    this.#send = send;
    this.#options = options;
  }

  ask(command: Command, timeoutMs: number, done: (ending: Ending) => void): void {
    this.#heard = NOTHING;
    const pending = { ...rtuRequest(command), timeoutMs, done };
    this.#pending = pending;
    this.#deadline.set(timeoutMs);
    this.#send(pending.frame);
  }

  take(bytes: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, bytes]).subarray(-MOST_HEARD);
    this.#quiet.clear();
    const pending = this.#pending;
    const { memory, quietMs } = this.#options;
    const { answer, strays, echo } = hear(this.#heard, pending, memory.echoes);
    for (const unit of strays) memory.late.delete(unit);
    if (strays.length > 0) this.#wake?.();
    if (pending === null) return;
    if (!writes(pending.command) && (echo || answer !== null)) memory.echoes = echo;
    if (answer !== null) this.#end({ kind: 'answer', answer: withoutCrc(answer) });
    else this.#quiet.set(quietMs);
  }

  expectsLate(unit: number): boolean {
    const { memory, ticks } = this.#options;
    const until = memory.late.get(unit);
    if (until === undefined) return false;
    if (until > ticks()) return true;
    memory.late.delete(unit);
    return false;
  }

  async settled(unit: number): Promise<void> {
    const { memory, ticks } = this.#options;
    if (!this.expectsLate(unit) || this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, (memory.late.get(unit) ?? 0) - ticks());
      this.#wake = () => {
        if (memory.late.has(unit) && !this.#closed) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
    if (!this.#closed) memory.late.delete(unit);
  }

  close(): void {
    this.#closed = true;
    this.#quiet.end();
    this.#deadline.end();
    this.#pending = null;
    this.#wake?.();
  }

  /** The line is silent: a damaged answer is not waited for any longer. */
  #judge(): void {
    const pending = this.#pending;
    if (pending === null || !isOver(hear(this.#heard, pending))) return;
    const fault = heardFault(this.#heard, pending);
    if (fault !== null) this.#end({ kind: 'fault', fault });
  }

  #timeOut(): void {
    const pending = this.#pending;
    if (pending === null) return;
    const { timeoutMs, command } = pending;
    const { memory, ticks } = this.#options;
    memory.late.set(command.unit, ticks() + timeoutMs);
    const fault = heardFault(this.#heard, pending);
    this.#end({ kind: 'fault', fault: fault ?? { kind: 'no-answer', timeoutMs } });
  }

  #end(ending: Ending): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    this.#quiet.clear();
    this.#deadline.clear();
    pending.done(ending);
  }
}
