/**
 * A port for modbus-serial that speaks Modbus TCP over an open socket. modbus-serial's own believes any length in a
 * header, and then waits for 60 kB while the answers that follow drown in them.
 */
import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { crc16 } from './rtu-frame.ts';

/** Transaction, protocol, length (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
const HEADER = 6;

/** Unit, function and one byte at least; unit and a PDU of 253 bytes at most. */
const SHORTEST = 3;
const LONGEST = 254;

const TRANSACTIONS = 256;

export class MbapPort extends EventEmitter {
  isOpen = true;
  /** By these modbus-serial finds the request that an answer belongs to; it drops the answer to one that timed out. */
  _transactionIdRead = 1;
  _transactionIdWrite = 1;
  readonly #stream: Duplex;
  #heard: Buffer = Buffer.alloc(0);
  #broken: string | null = null;
  #last = 0;

  constructor(stream: Duplex) {
    super();
    this.#stream = stream;
    stream.on('data', (bytes: Buffer) => {
      this.#heard = Buffer.concat([this.#heard, bytes]);
      this.#take();
    });
  }

  open(done: () => void): void {
    done();
  }

  /** `request` is an RTU frame: its CRC is not sent. */
  write(request: Buffer): void {
    const header = Buffer.alloc(HEADER);
    header.writeUInt16BE(this._transactionIdWrite, 0);
    header.writeUInt16BE(request.length - 2, 4);
    this.#stream.write(Buffer.concat([header, request.subarray(0, -2)]));
    this.#last = this._transactionIdWrite;
    this._transactionIdWrite = (this._transactionIdWrite + 1) % TRANSACTIONS;
    // Rubbish that came before the request: nothing after it can be understood.
    if (this.#broken !== null) setImmediate(() => this.#fail());
  }

  /** The stream is closed by who opened it. */
  destroy(): void {
    this.isOpen = false;
  }

  /** What was wrong with what came, null when nothing was. */
  verdict(): string | null {
    const { length } = this.#heard;
    return this.#broken ?? (length > 0 ? `${length} bytes that are no whole answer` : null);
  }

  #take(): void {
    while (this.#broken === null && this.#heard.length >= HEADER) {
      const protocol = this.#heard.readUInt16BE(2);
      const length = this.#heard.readUInt16BE(4);
      if (protocol !== 0) this.#broken = `protocol ${protocol} instead of 0`;
      else if (length < SHORTEST || length > LONGEST) this.#broken = `a length of ${length}`;
      if (this.#broken !== null) break;
      const end = HEADER + length;
      if (this.#heard.length < end) return;
      const transaction = this.#heard.readUInt16BE(0);
      const frame = Buffer.alloc(length + 2);
      this.#heard.copy(frame, 0, HEADER, end);
      frame.writeUInt16LE(crc16(frame.subarray(0, length)), length);
      this.#heard = this.#heard.subarray(end);
      this._transactionIdRead = transaction;
      this.emit('data', frame);
    }
    if (this.#broken === null) return;
    this.#heard = Buffer.alloc(0);
    this.#fail();
  }

  /** modbus-serial refuses five zeros for their CRC, and so ends its transaction. */
  #fail(): void {
    this._transactionIdRead = this.#last;
    this.emit('data', Buffer.alloc(5));
  }
}
