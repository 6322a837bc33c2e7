/**
 * A port for modbus-serial that speaks RTU over any open stream of bytes. modbus-serial's own keeps what came before a
 * request and takes it for the answer, takes two bytes within the data for the start of a frame, and its "TcpRTU" port
 * sends no RTU at all but Modbus TCP frames.
 */
import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { describeHeard, hear, isOver } from './rtu-frame.ts';

/** Twice the longest frame: a line that babbles must not fill the memory. */
const MOST_HEARD = 512;

/**
 * RTU frames do not say which request they answer. After a time-out the same unit is left alone until its late answer
 * has come, or for one more time-out: until when, in ticks. It outlives a port, for bridges keep late bytes.
 */
export type LateAnswers = Map<number, number>;

export interface RtuPortOptions {
  /** After so long without a byte, what has come is all that comes. */
  readonly quietMs: number;
  readonly ticks: () => number;
  readonly late: LateAnswers;
}

export class RtuPort extends EventEmitter {
  isOpen = true;
  /** modbus-serial keeps its transactions by these; RTU has one at a time. */
  _transactionIdRead = 1;
  _transactionIdWrite = 1;
  readonly #stream: Duplex;
  readonly #options: RtuPortOptions;
  #request: Buffer | null = null;
  #heard: Buffer = Buffer.alloc(0);
  #quiet: NodeJS.Timeout | undefined;
  #wake: (() => void) | null = null;

  constructor(stream: Duplex, options: RtuPortOptions) {
    super();
    this.#stream = stream;
    this.#options = options;
    stream.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  open(done: () => void): void {
    done();
  }

  write(request: Buffer): void {
    this.#heard = Buffer.alloc(0);
    this.#request = request;
    this.#stream.write(request);
  }

  /** The stream is closed by who opened it. */
  destroy(): void {
    this.isOpen = false;
    clearTimeout(this.#quiet);
    this.#wake?.();
  }

  /** What was wrong with the answer to the last request, null when nothing was heard. */
  verdict(): string | null {
    return this.#request && describeHeard(this.#heard, this.#request);
  }

  /** The unit let its request pass without an answer. */
  missed(unit: number, timeoutMs: number): void {
    this.#request = null;
    this.#options.late.set(unit, this.#options.ticks() + timeoutMs);
  }

  /** Resolves when no late answer of this unit can be taken for the next one, or the port is done with. */
  async settled(unit: number): Promise<void> {
    const { late, ticks } = this.#options;
    const waitMs = (late.get(unit) ?? 0) - ticks();
    if (waitMs > 0 && this.isOpen) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#wake = () => {
          if (late.has(unit) && this.isOpen) return;
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    late.delete(unit);
  }

  #take(bytes: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, bytes]).subarray(-MOST_HEARD);
    clearTimeout(this.#quiet);
    const { answer, strays } = hear(this.#heard, this.#request);
    for (const unit of strays) this.#options.late.delete(unit);
    if (strays.length > 0) this.#wake?.();
    if (this.#request === null) return;
    if (answer !== null) {
      this.#request = null;
      this.emit('data', answer);
      return;
    }
    // After a pause of the process the timer comes before bytes that wait at the stream: let these in first.
    this.#quiet = setTimeout(() => {
      this.#quiet = setTimeout(() => this.#judge(), 0);
    }, this.#options.quietMs);
  }

  /** modbus-serial refuses these bytes too, and so ends its transaction. */
  #judge(): void {
    if (this.#request !== null && isOver(hear(this.#heard, this.#request))) this.emit('data', this.#heard);
  }
}
